"""A programme and purchases for tests, a line each."""

import datetime as dt
from decimal import Decimal

from members.models import Channel, Member, Order, OrderLine, Payment, Refund, Store
from rewards.models import Account, Entry, PointsRules
from rewards.services import ledger
from rewards.tests.shop import BY

NOON = dt.timedelta(hours=4)  # in Shanghai, after midnight in UTC


def programme(first_day: str = "2026-01-01", **more: object) -> PointsRules:
    """A point a yuan for a year, published."""
    day = dt.date.fromisoformat(first_day)
    said = {"first_day": day, "published_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}
    return PointsRules.objects.create(**said | more)  # type: ignore[arg-type]


def at(day: str) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(0), dt.UTC) + NOON


def sold(
    who: Member | None, amount: str = "100", *, number: str = "", day: str = "2026-03-01", store: Store | None = None,
    kind: str = "goods", quantity: str = "1", points: str = "0", **more: object,
) -> Order:  # fmt: skip
    """A paid order of one line, of which `points` yuan were paid with points."""
    place = store or Store.objects.get_or_create(code="S1", defaults={"name": "First"})[0]
    channel = Channel.objects.get_or_create(code="pos", defaults={"name": "Counter"})[0]
    money = Decimal(amount) - Decimal(points)
    said = {
        "number": number or f"N{Order.objects.count() + 1}", "member": who, "store": place, "channel": channel,
        "ordered_at": at(day), "business_date": dt.date.fromisoformat(day), "total": Decimal(amount),
        "gross": Decimal(0) if kind == "gift_card" else money, "content_hash": b"", "source": "till",
    }  # fmt: skip
    order = Order.objects.create(**said | more)
    OrderLine.objects.create(order=order, kind=kind, quantity=Decimal(quantity), amount=Decimal(amount))
    if Decimal(points):
        Payment.objects.create(order=order, kind="points", amount=Decimal(points))
        Payment.objects.create(order=order, kind="money", amount=money)
    return order


def refund(order: Order, amount: str, *, day: str = "2026-03-10") -> Refund:
    return Refund.objects.create(
        source="till", number=f"R{Refund.objects.count() + 1}", order=order, member=order.member, store=order.store,
        channel=order.channel, refunded_at=at(day), business_date=dt.date.fromisoformat(day), amount=Decimal(amount),
        content_hash=b"",
    )  # fmt: skip


def give(member: Member, points: int, key: str = "given") -> Entry:
    deed = ledger.Deed(key, BY, at("2026-01-01"))
    return ledger.earn(member=member, points=points, deed=deed, term=ledger.Term()).entry


def balance(member: Member) -> int:
    return sum(Account.objects.filter(member=member).values_list("balance", flat=True))
