"""Members and orders for tests, a line each."""

import datetime as dt
from decimal import Decimal

from members.lib import clock
from members.models import Channel, Identifier, Member, Order, Refund, Store


def member(number: str, store: Store | None = None, name: str = "", **contacts: str) -> Member:
    """A member with contacts by kind: `phone="+8613812341234"`."""
    made = Member.objects.create(number=number, name=name, home_store=store)
    for kind, value in contacts.items():
        Identifier.objects.create(member=made, kind=kind, value=value)
    return made


def order(number: str, store: Store, buyer: Member | None = None, *, day: str = "2026-05-04", gross: str = "10",
          status: str = "paid", voided: bool = False, source: str = "till") -> Order:  # fmt: skip
    """An order of one day, sold at noon UTC."""
    date = dt.date.fromisoformat(day)
    channel, _made = Channel.objects.get_or_create(code="till", defaults={"name": "Till"})
    return Order.objects.create(
        source=source, number=number, store=store, channel=channel, member=buyer, status=status, business_date=date,
        ordered_at=dt.datetime.combine(date, dt.time(12), dt.UTC), total=Decimal(gross), gross=Decimal(gross),
        content_hash=b"0", voided_at=clock.now() if voided else None,
    )  # fmt: skip


def refund(number: str, of: Order, amount: str) -> Refund:
    """Money given back for an order on its own day."""
    return Refund.objects.create(
        source=of.source, number=number, order=of, member=of.member, store=of.store, channel=of.channel,
        refunded_at=of.ordered_at, business_date=of.business_date, amount=Decimal(amount), content_hash=b"0",
    )  # fmt: skip
