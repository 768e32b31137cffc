"""The order list and the order page: what may be opened, how it is sorted, what was refunded."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum

from members.lib.actor import Actor
from members.lib.id_set import id_set
from members.lib.roles import Right
from members.models import Member, Order, OrderLine, Payment, Refund, Store
from members.queries import scope

_KEYS = {
    "number": ("number",), "date": ("business_date",), "amount": ("gross",), "store": ("store__code", "business_date"),
    "channel": ("channel__code", "business_date"),
}  # fmt: skip
SORTS = tuple(_KEYS)


@dataclass(frozen=True, slots=True)
class Row:
    """An order with what was given back for it."""

    order: Order
    refunded: Decimal


def visible(actor: Actor) -> QuerySet[Order]:
    """Orders an actor may open, voided versions too: those of their stores, and their members' whole history."""
    if not actor.may(Right.SEE_MEMBERS):
        return Order.objects.none()
    every = Order.objects.all()
    if actor.store_ids is None:
        return every
    return every.filter(Q(store__in=actor.store_ids) | Q(member__in=scope.members(actor)))


def sorted_by(orders: QuerySet[Order], sort: str) -> QuerySet[Order]:
    """In the order of one of SORTS, downwards with a leading minus."""
    name, downwards = sort.removeprefix("-"), sort.startswith("-")
    keys = [*_KEYS[name], "pk"]
    return orders.order_by(*(F(key).desc() if downwards else F(key).asc() for key in keys))


def with_refunds(orders: Iterable[Order]) -> list[Row]:
    """The orders, already scoped, each with the sum of its refunds: one query for all of them."""
    listed = list(orders)
    ids = id_set(order.pk for order in listed)
    given = Refund.objects.filter(order__in=ids, voided_at__isnull=True).order_by().values_list("order_id")
    back = dict(given.annotate(Sum("amount")))
    return [Row(order, back.get(order.pk) or Decimal(0)) for order in listed]


def buyers(actor: Actor, orders: QuerySet[Order]) -> QuerySet[Member]:
    """Whom the orders count for, of those the actor may list; guests are nobody."""
    bought = orders.filter(member__isnull=False).order_by().values("member")
    return scope.members(actor).filter(pk__in=bought)


def versions(actor: Actor, order: Order) -> QuerySet[Order]:
    """Every version of an order that the actor may open, newest first."""
    same = visible(actor).filter(source=order.source, number=order.number)
    return same.select_related("batch", "store", "channel", "member").order_by("-recorded_at", "-pk")


def have_come_from(store: Store) -> bool:
    """Whether a store has orders or refunds that count."""
    mine = {"store": store, "voided_at__isnull": True}
    return Order.objects.filter(**mine).exists() or Refund.objects.filter(**mine).exists()


def have_come() -> bool:
    """Whether there are orders or refunds that count."""
    return Order.objects.filter(voided_at=None).exists() or Refund.objects.filter(voided_at=None).exists()


def refunds_of(order: Order) -> QuerySet[Refund]:
    """What was given back for one order."""
    return Refund.objects.filter(order=order, voided_at__isnull=True).select_related("store").order_by("refunded_at")


def lines_of(order: Order) -> QuerySet[OrderLine]:
    """What was bought."""
    return order.lines.select_related("product__category").order_by("pk")


def payments_of(order: Order) -> QuerySet[Payment]:
    """How it was paid."""
    return order.payments.order_by("pk")
