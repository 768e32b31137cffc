"""What one event of a shop system says, whichever system it comes from."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from members.rules.imports.pieces import plain
from members.rules.imports.sent import Item

GIVE_OUT, ERASE = "give_out", "erase"
PAID, PENDING, CANCELLED, TEST = "paid", "pending", "cancelled", "test"
KEPT, DELETED, RESTORED = "", "deleted", "restored"
TRASH = (KEPT, DELETED, RESTORED)  # nothing says when an order was deleted, nor how often: what stands is the furthest
_FURTHER = (TEST, PENDING, PAID, CANCELLED)  # of two versions of one second, the one that is further on


class Unreadable(ValueError):
    """The event does not have the form that is documented; the text names the field."""


@dataclass(frozen=True, slots=True)
class Returned:
    """One refund: when (ISO, UTC) and how much (ten-thousandths)."""

    at: str
    amount: int


Refunds = dict[str, Returned]  # by the shop's own id of the refund


@dataclass(frozen=True, slots=True)
class OrderSaid:
    """An order as it was at `changed_at`. `item` is what the API would be sent, without its status."""

    id: str
    changed_at: dt.datetime
    status: str
    item: Item
    refunds: Refunds
    trash: str = KEPT  # RESTORED: it had been deleted, and is there again

    @property
    def version(self) -> str:
        """Grows with every change of the order, so that of two events the later state is known without their order.

        What changed within one second is told apart by how far the order is, then by its content.
        """
        content = json.dumps(self.item, sort_keys=True, default=str).encode()
        parts = [self.changed_at.isoformat(timespec="microseconds"), str(_FURTHER.index(self.status))]
        parts += [f"{len(self.refunds):04}", hashlib.blake2b(content, digest_size=8).hexdigest()]
        return "|".join(parts)


@dataclass(frozen=True, slots=True)
class RefundsSaid:
    """Refunds of an order, without the order itself."""

    id: str
    refunds: Refunds


@dataclass(frozen=True, slots=True)
class DeletedSaid:
    """The order was deleted; nothing says when."""

    id: str
    trash: str = DELETED


@dataclass(frozen=True, slots=True)
class PersonSaid:
    """A customer asks, through the shop, for what is known of them or to be erased."""

    kind: str  # GIVE_OUT or ERASE
    email: str
    phone: str
    orders: list[str] = field(default_factory=list)  # the shop's own ids


Said = OrderSaid | RefundsSaid | DeletedSaid | PersonSaid


def merged(known: Refunds, more: Refunds) -> Refunds:
    """The refunds of both; of one refund told twice its earliest time and its largest amount (pending, then paid)."""
    both = dict(known)
    for key, said in more.items():
        was = both.get(key)
        both[key] = Returned(min(was.at, said.at), max(was.amount, said.amount)) if was else said
    return both


def furthest(known: str, told: str) -> str:
    """Of two words of TRASH the one that stands, whichever came first and however often either was told."""
    return max(known, told, key=TRASH.index)


def standing(base: str, *, deleted: bool, gave_back: bool) -> str:
    """The status of an order. Where money was given back it was taken before: then the order stays a sale."""
    if base == TEST:
        return TEST
    if gave_back:
        return PAID
    return CANCELLED if deleted else base


def refund_items(number: str, refunds: Refunds) -> list[dict[str, Any]]:
    """The refunds of an order as the API would be sent them, in the order of their times.

    The first one has the number that an export of the shop would be given (`1001-R`), so that both are the same one.
    """
    given = sorted((each.at, key, each.amount) for key, each in refunds.items() if each.amount)
    return [
        {
            "refund_no": f"{number}-R{place if place > 1 else ''}",
            "order_no": number,
            "refunded_at": at,
            "amount": plain(amount),
        }
        for place, (at, _key, amount) in enumerate(given, 1)
    ]
