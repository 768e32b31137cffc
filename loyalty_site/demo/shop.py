"""The demo shop as columns: what the generator gives and the loader writes.

Every table is one dataclass of equally long columns; a reference to another table is a row number there, -1 for
none. Money is int64 ten-thousandths of the currency unit, always whole cents. Instants are datetime64[s] in UTC,
business dates datetime64[D] in the stores' zone.
"""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, Self, TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Times: TypeAlias = npt.NDArray[np.datetime64]
Texts: TypeAlias = npt.NDArray[np.object_]
Columns: TypeAlias = npt.NDArray[Any]

IDENTIFIER_KINDS: Final = ("phone", "email", "card", "account")
EXCLUSION_REASONS: Final = ("staff", "test", "reseller")
LINE_KINDS: Final = ("goods", "gift_card", "fee")
PAYMENT_KINDS: Final = ("money", "points", "coupon", "gift_card")


class Table:
    """Equally long columns."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))  # type: ignore[arg-type]

    def take(self, rows: Columns) -> Self:
        """The same table with only these rows (row numbers or a mask)."""
        return type(self)(**{column.name: getattr(self, column.name)[rows] for column in fields(self)})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Members(Table):
    """`channel` and `first_day` (day number from the start) are those of the first visit."""

    number: Texts
    name: Texts
    joined_at: Times
    joined_on: Times
    home_store: Ints
    channel: Ints
    first_day: Ints


@dataclass(frozen=True)
class Identifiers(Table):
    """`kind` counts into IDENTIFIER_KINDS; values are normalised (phones E.164) and unique per kind."""

    member: Ints
    kind: Ints
    value: Texts


@dataclass(frozen=True)
class Exclusions(Table):
    """`reason` counts into EXCLUSION_REASONS; `start` and `end` are dates, both counted in, `end` NaT when open."""

    member: Ints
    reason: Ints
    start: Times
    end: Times


@dataclass(frozen=True)
class Orders(Table):
    """`total` = sum of the lines = sum of the payments; `gross` = goods and fees less points and coupons."""

    number: Texts
    store: Ints
    channel: Ints
    member: Ints
    ordered_at: Times
    business_date: Times
    total: Ints
    gross: Ints


@dataclass(frozen=True)
class Lines(Table):
    """`kind` counts into LINE_KINDS; `product` is -1 for gift cards and fees; amount = quantity * price."""

    order: Ints
    kind: Ints
    product: Ints
    quantity: Ints
    price: Ints
    amount: Ints


@dataclass(frozen=True)
class Payments(Table):
    """`kind` counts into PAYMENT_KINDS."""

    order: Ints
    kind: Ints
    amount: Ints


@dataclass(frozen=True)
class Refunds(Table):
    """`order` is -1 when the refund names none; `store`, `channel`, `member` are always those of the sale."""

    number: Texts
    order: Ints
    store: Ints
    channel: Ints
    member: Ints
    refunded_at: Times
    business_date: Times
    amount: Ints


@dataclass(frozen=True)
class Shop:
    """The whole shop; `start` is the first business date, `end` the last."""

    start: date
    end: date
    store_opened: Times
    members: Members
    identifiers: Identifiers
    exclusions: Exclusions
    orders: Orders
    lines: Lines
    payments: Payments
    refunds: Refunds
