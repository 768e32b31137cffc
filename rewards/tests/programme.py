"""A programme of three tiers and one by hand, and the shortest way to let members buy, return and earn."""

import datetime as dt
import itertools
from decimal import Decimal

from members.lib import clock
from members.lib.actor import system
from members.models import Channel, Member, Order, Refund, Store
from members.queries import people
from rewards.models import Tier, TierCondition, TierRules

BY = system("test")
_numbers = itertools.count(1)


def tiers(
    *, silver: str = "1000", gold: str = "5000", first_day: dt.date = dt.date(2020, 1, 1), **rules: object
) -> TierRules:
    """ordinary < silver < gold, and special by hand; by spend unless `rules` say otherwise. Published."""
    made = {
        code: Tier.objects.create(code=code, name=code.title(), rank=rank, is_special=code == "special")
        for rank, code in enumerate(["ordinary", "silver", "gold", "special"])
    }
    version = TierRules.objects.create(first_day=first_day, published_at=clock.now(), **rules)
    TierCondition.objects.create(rules=version, tier=made["silver"], spend=Decimal(silver))
    TierCondition.objects.create(rules=version, tier=made["gold"], spend=Decimal(gold))
    return version


def ago(days: int) -> dt.date:
    return people.today() - dt.timedelta(days=days)


def buys(member: Member, amount: str, on: dt.date | None = None, **more: object) -> Order:
    """A paid order, today unless said."""
    number = next(_numbers)
    store, _ = Store.objects.get_or_create(code="S1", defaults={"name": "First"})
    channel, _ = Channel.objects.get_or_create(code="shop", defaults={"name": "Shop"})
    day = on or people.today()
    owner = member.merged_into or member
    columns = {
        "source": "till", "number": f"T{number}", "buyer": member, "member": owner, "store": store, "channel": channel,
        "ordered_at": noon(day), "business_date": day, "total": Decimal(amount), "gross": Decimal(amount),
        "content_hash": b"",
    }  # fmt: skip
    return Order.objects.create(**{**columns, **more})


def returns(order: Order, amount: str, on: dt.date | None = None) -> Refund:
    """Money given back for an order, today unless said."""
    day = on or people.today()
    return Refund.objects.create(
        source="till", number=f"R{next(_numbers)}", order=order, buyer=order.buyer, member=order.member,
        store=order.store, channel=order.channel, refunded_at=noon(day), business_date=day, amount=Decimal(amount),
        content_hash=b"",
    )  # fmt: skip


def noon(day: dt.date) -> dt.datetime:
    """In Shanghai."""
    return dt.datetime(day.year, day.month, day.day, 4, tzinfo=dt.UTC)
