"""What the ledger is asked for: who did what, when and why, and how long points last."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from members.lib.actor import Actor
from members.models import Order
from rewards.rules import lots


@dataclass(frozen=True, slots=True)
class Deed:
    """What an entry says of itself: who did it, when it happened, why, for which order.

    `key` makes it happen once: the same deed again gives the first answer. None only for what the ledger does by
    itself. `reason` is a code, `detail` holds how the points were worked out: neither may name a person.
    """

    key: str | None
    by: Actor
    happened_at: dt.datetime
    order: Order | None = None
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Term:
    """From when to when points can be spent. `expires_on`: the last day, in the IANA zone; None: they never expire."""

    available_at: dt.datetime | None = None  # None: at once
    expires_on: dt.date | None = None
    zone: str = "UTC"

    @property
    def expires_at(self) -> dt.datetime | None:
        return lots.end_of_day(self.expires_on, self.zone) if self.expires_on else None
