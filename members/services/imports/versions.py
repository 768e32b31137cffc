"""New versions of facts that stand: the old one is voided, a copy with what changed is recorded in its place.

An order's lines and payments are copied with it, and the refunds that name it name its new version. Of one that comes
again with another content the lines are new; what points and coupons paid for it stays. Works inside the caller's
transaction, in a number of statements that does not grow with the orders.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models

from members.lib.id_set import id_set
from members.lib.money import from_units, to_units
from members.models import Order, OrderLine, Payment, Refund, Touched
from members.services.imports import bulk, standing

PART = 2_000  # orders copied at a time


def renew_orders(changes: Mapping[int, Mapping[str, Any]], *, now: dt.datetime) -> None:
    """Record standing orders anew with changed columns (id -> column -> value as the database stores it)."""
    for part in bulk.in_parts(changes, PART):
        ids = bulk.Ids(Order)
        fresh = {pk: ids.take() for pk in part}
        _copy(Order, fresh, {pk: {**changes[pk], "replaces_id": pk} for pk in part}, now)
        copy_parts(fresh)
        move_refunds(fresh, now=now)


def restore(model: type[Order] | type[Refund], ids: Sequence[int], *, now: dt.datetime) -> dict[int, int]:
    """Record voided versions anew as they were: what an undone import had replaced. Returns old id -> new id."""
    restored: dict[int, int] = {}
    for part in bulk.in_parts(ids, PART):
        counted = bulk.Ids(model)
        fresh = {pk: counted.take() for pk in part}
        _copy(model, fresh, _owned_today(model, part), now)
        if model is Order:
            copy_parts(fresh)
        restored |= fresh
    return restored


def _owned_today(model: type[Order] | type[Refund], ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Whom the buyers of old versions count for today; orders of old refunds by their standing version."""
    rows = model.objects.filter(pk__in=ids, buyer__isnull=False).values_list("pk", "buyer", "buyer__merged_into")
    found: dict[int, dict[str, Any]] = {pk: {"member_id": into or buyer} for pk, buyer, into in rows}
    if model is Refund:
        naming = Refund.objects.filter(pk__in=ids, order__isnull=False)
        rows_of = naming.values_list("pk", "order__source", "order__number")
        named = {pk: (source, number) for pk, source, number in rows_of}
        orders = Order.objects.filter(number__in={number for _, number in named.values()}, voided_at=None)
        names = ("source", "number", "pk", "buyer_id", "member_id")
        standing = {
            (source, number): {"order_id": pk, "buyer_id": buyer, "member_id": member}
            for source, number, pk, buyer, member in orders.values_list(*names)
        }
        found |= {pk: standing[order] for pk, order in named.items()}
    return found


def copy_parts(orders: Mapping[int, int]) -> None:
    """Copy lines and payments (old order id -> new one)."""
    copy_lines(orders)
    _copy_rows(Payment, ("kind", "amount"), orders)


def copy_lines(orders: Mapping[int, int]) -> None:
    """Copy lines (old order id -> new one)."""
    _copy_rows(OrderLine, ("product_id", "kind", "quantity", "amount"), orders)


def _copy_rows(model: type[OrderLine] | type[Payment], columns: Sequence[str], orders: Mapping[int, int]) -> None:
    parts = model.objects.filter(order__in=id_set(orders)).order_by("id")
    rows = [(orders[order], *values) for order, *values in _raw(parts, ("order_id", *columns))]
    bulk.insert(model, ("order_id", *columns), rows)


def keep_redeemed(orders: Mapping[int, int]) -> None:
    """What points and coupons paid for changed orders (old id -> new id) they pay for the new versions too.

    Money pays the rest of the new total, and the revenue is less by them, as `orders.split_payment` writes it.
    """
    paid = Payment.objects.filter(order__in=id_set(orders)).exclude(kind=Payment.Kind.MONEY).order_by("pk")
    rows: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for order, kind, amount in paid.values_list("order_id", "kind", "amount"):
        rows[orders[order]].append((kind, to_units(amount)))
    payments = []
    for fresh in Order.objects.filter(pk__in=id_set(rows)):
        redeemed = sum(units for kind, units in rows[fresh.pk] if kind in standing.REDEEMED)
        money = to_units(fresh.total) - sum(units for _kind, units in rows[fresh.pk])
        payments += [(fresh.pk, kind, units) for kind, units in rows[fresh.pk]]
        payments += [(fresh.pk, Payment.Kind.MONEY.value, money)] if money else []
        fresh.gross -= from_units(redeemed)
        fresh.save(update_fields=["gross"])
    bulk.insert(Payment, ("order_id", "kind", "amount"), payments)


def move_refunds(orders: Mapping[int, int], *, now: dt.datetime) -> None:
    """Refunds of a changed order name its new version (old id -> new id) and its buyer."""
    naming = Refund.objects.filter(order__in=id_set(orders), voided_at=None)
    refunds = dict(naming.values_list("id", "order_id"))
    if not refunds:
        return
    buyers = {
        pk: {"buyer_id": buyer, "member_id": member}
        for pk, buyer, member in Order.objects.filter(pk__in=id_set(orders.values())).values_list(
            "id", "buyer", "member"
        )
    }
    ids = bulk.Ids(Refund)
    changes = {
        pk: {"order_id": orders[order], "replaces_id": pk, **buyers[orders[order]]}
        for pk, order in refunds.items()
        if order
    }
    _copy(Refund, {pk: ids.take() for pk in changes}, changes, now)


def _copy(
    model: type[Order] | type[Refund],
    fresh: Mapping[int, int],
    changes: Mapping[int, Mapping[str, Any]],
    now: dt.datetime,
) -> None:
    """Rows of `fresh` (old id -> new id) recorded anew at `now`; the old ones are voided if they still stand."""
    columns = tuple(str(field.column) for field in model._meta.concrete_fields)
    old = model.objects.filter(pk__in=id_set(fresh))
    rows = []
    for values in _raw(old, columns):
        row = dict(zip(columns, values, strict=True))
        pk = row["id"]
        row |= {"id": fresh[pk], "recorded_at": bulk.stored_instant(now), "voided_at": None, **changes.get(pk, {})}
        rows.append(tuple(row.values()))
    old.filter(voided_at=None).update(voided_at=now)
    bulk.insert(model, columns, rows)
    kind = Touched.Kind.ORDER if model is Order else Touched.Kind.REFUND
    bulk.insert(Touched, ("kind", "key"), [(kind.value, pk) for pair in fresh.items() for pk in pair])


def _raw(rows: models.QuerySet[Any], columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """Values as the database stores them, so that they can be written back as they are."""
    sql, parameters = rows.values_list(*columns).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [tuple(row) for row in cursor.fetchall()]
