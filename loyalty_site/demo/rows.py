"""The demo shop as database rows: which columns of which tables get which values."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.db import models

from loyalty_site.demo.shop import (
    EXCLUSION_REASONS,
    IDENTIFIER_KINDS,
    LINE_KINDS,
    PAYMENT_KINDS,
    Columns,
    Ints,
    Shop,
    Texts,
    Times,
)
from members.models import Exclusion, Identifier, Member, Order, OrderLine, Payment, Refund
from members.services.imports.bulk import stored_instant

SOURCE: Final = "demo"
ACCOUNT_SOURCE: Final = "waimai"
UNIT: Final = 10_000  # a quantity of one, as stored


@dataclass(frozen=True)
class Rows:
    """Equally long columns for one table, by the names that the database gives them."""

    model: type[models.Model]
    columns: dict[str, Sequence[Any]]

    def batches(self, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """The rows as tuples, `size` at a time."""
        columns = list(self.columns.values())
        for start in range(0, len(columns[0]), size):
            yield list(zip(*(column[start : start + size] for column in columns), strict=True))


@dataclass(frozen=True)
class Keys:
    """Primary keys by row number; the last entry of each is None, so that -1 means none."""

    stores: Texts
    channels: Texts
    products: Texts
    members: Texts
    orders: Texts


def keys(ids: Sequence[int]) -> Texts:
    """Primary keys with a None at the end."""
    return np.array([*ids, None], dtype=object)


def tables(shop: Shop, known: Keys) -> Iterator[Rows]:
    """Every table that the generator fills, in an order in which each row finds what it points to."""
    yield _members(shop, known)
    yield _identifiers(shop, known)
    yield _exclusions(shop, known)
    yield _orders(shop, known)
    yield _lines(shop, known)
    yield _payments(shop, known)
    yield _refunds(shop, known)


def _members(shop: Shop, known: Keys) -> Rows:
    members = shop.members
    numbers = members.number.tolist()
    return Rows(
        Member,
        {
            "id": known.members[:-1].tolist(),
            "recorded_at": _instants(members.joined_at),
            "number": numbers,
            "number_key": [number.casefold() for number in numbers],
            "name": members.name.tolist(),
            "home_store_id": known.stores[members.home_store].tolist(),
            "joined_on": _dates(members.joined_on),
        },
    )


def _identifiers(shop: Shop, known: Keys) -> Rows:
    table = shop.identifiers
    kinds = _words(IDENTIFIER_KINDS, table.kind)
    values = table.value.tolist()
    return Rows(
        Identifier,
        {
            "recorded_at": _instants(shop.members.joined_at[table.member]),
            "member_id": known.members[table.member].tolist(),
            "kind": kinds,
            "source": [ACCOUNT_SOURCE if kind == "account" else "" for kind in kinds],
            "value": values,
            "last4": [value[-4:] if kind == "phone" else "" for kind, value in zip(kinds, values, strict=True)],
        },
    )


def _exclusions(shop: Shop, known: Keys) -> Rows:
    table = shop.exclusions
    ends = [None if date is None else str(date) for date in table.end.tolist()]
    return Rows(
        Exclusion,
        {
            "recorded_at": _instants(shop.members.joined_at[table.member]),
            "member_id": known.members[table.member].tolist(),
            "reason": _words(EXCLUSION_REASONS, table.reason),
            "from_date": _dates(table.start),
            "to_date": ends,
            "created_by": [SOURCE] * len(table),
        },
    )


def _orders(shop: Shop, known: Keys) -> Rows:
    orders = shop.orders
    instants = _instants(orders.ordered_at)
    return Rows(
        Order,
        {
            "id": known.orders[:-1].tolist(),
            "recorded_at": instants,
            "source": [SOURCE] * len(orders),
            "number": orders.number.tolist(),
            "buyer_id": known.members[orders.member].tolist(),
            "member_id": known.members[orders.member].tolist(),
            "store_id": known.stores[orders.store].tolist(),
            "channel_id": known.channels[orders.channel].tolist(),
            "status": ["paid"] * len(orders),
            "ordered_at": instants,
            "business_date": _dates(orders.business_date),
            "total": orders.total.tolist(),
            "gross": orders.gross.tolist(),
            "content_hash": _hashes(orders.number),
        },
    )


def _lines(shop: Shop, known: Keys) -> Rows:
    lines = shop.lines
    return Rows(
        OrderLine,
        {
            "order_id": known.orders[lines.order].tolist(),
            "product_id": known.products[lines.product].tolist(),
            "kind": _words(LINE_KINDS, lines.kind),
            "quantity": (lines.quantity * UNIT).tolist(),
            "amount": lines.amount.tolist(),
        },
    )


def _payments(shop: Shop, known: Keys) -> Rows:
    payments = shop.payments
    return Rows(
        Payment,
        {
            "order_id": known.orders[payments.order].tolist(),
            "kind": _words(PAYMENT_KINDS, payments.kind),
            "amount": payments.amount.tolist(),
        },
    )


def _refunds(shop: Shop, known: Keys) -> Rows:
    refunds = shop.refunds
    instants = _instants(refunds.refunded_at)
    return Rows(
        Refund,
        {
            "recorded_at": instants,
            "source": [SOURCE] * len(refunds),
            "number": refunds.number.tolist(),
            "order_id": known.orders[refunds.order].tolist(),
            "buyer_id": known.members[refunds.member].tolist(),
            "member_id": known.members[refunds.member].tolist(),
            "store_id": known.stores[refunds.store].tolist(),
            "channel_id": known.channels[refunds.channel].tolist(),
            "refunded_at": instants,
            "business_date": _dates(refunds.business_date),
            "amount": refunds.amount.tolist(),
            "content_hash": _hashes(refunds.number),
        },
    )


def _instants(times: Times) -> list[str]:
    return [stored_instant(str(moment)) for moment in times.tolist()]


def _dates(times: Times) -> list[str]:
    return np.datetime_as_string(times.astype("datetime64[D]")).tolist()


def _words(words: Sequence[str], picks: Ints) -> list[str]:
    return np.array(words, dtype=object)[picks].tolist()


def _hashes(numbers: Columns) -> list[bytes]:
    """No file brings a demo order again, so its number stands for its content."""
    return [hashlib.blake2b(number.encode(), digest_size=16).digest() for number in numbers.tolist()]
