"""What one member bought, as their page counts it: purchases, favourites, habits. Takes orders already scoped."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet, Subquery, Sum

from members.lib.id_set import id_set
from members.models import Exclusion, Member, Order, OrderLine, Refund
from members.queries import people
from members.rules.rhythm import Rhythm, rhythm

MIDNIGHT = dt.time(0)


@dataclass(frozen=True, slots=True)
class Purchase:
    """A paid order. `kept`: not given back in full, and not of a day that does not count."""

    order_id: int
    day: dt.date
    at: dt.datetime  # on the wall clock of the store
    store: str
    channel: str
    gross: Decimal
    kept: bool


@dataclass(frozen=True, slots=True)
class Product:
    """What came together under a product: pieces, money before refunds, orders it was in."""

    name: str
    category: str
    quantity: Decimal
    amount: Decimal
    orders: int


@dataclass(frozen=True, slots=True)
class Often:
    """The most frequent value of a habit: `times` of all the purchases of which it is known."""

    value: str | int
    times: int
    of: int


def given_back(member: Member) -> dict[int, Decimal]:
    """What was given back for each of the member's orders."""
    naming = Refund.objects.filter(order__member=member, voided_at__isnull=True).order_by().values_list("order_id")
    return dict(naming.annotate(Sum("amount")))


def purchases(orders: QuerySet[Order], back: Mapping[int, Decimal], excluded: Iterable[Exclusion]) -> list[Purchase]:
    """The purchases among a member's orders, oldest first: one query however many there are."""
    columns = ("pk", "business_date", "ordered_at", "store__zone", "store__name", "channel__name", "gross")
    days = list(excluded)
    rows = orders.filter(people.BOUGHT).order_by("ordered_at", "pk").values_list(*columns)
    return [
        Purchase(
            pk, day, at.astimezone(ZoneInfo(zone)).replace(tzinfo=None), store, channel, gross,
            kept=not is_wholly(gross, back.get(pk)) and not is_excluded(day, days),
        )
        for pk, day, at, zone, store, channel, gross in rows
    ]  # fmt: skip


def is_wholly(gross: Decimal, refunded: Decimal | None) -> bool:
    """Whether an order was given back in full: then it is no purchase in the reports."""
    return gross > 0 and (refunded or 0) >= gross


def is_excluded(day: dt.date, excluded: Iterable[Exclusion]) -> bool:
    """Whether a day lies in one of the exclusions."""
    return any(one.from_date <= day and (one.to_date is None or day <= one.to_date) for one in excluded)


def rhythm_of(bought: Iterable[Purchase], today: dt.date) -> Rhythm:
    """The purchase days, looked at from the last day with data: a shop that sent nothing has not lost anybody."""
    return rhythm((each.day for each in bought if each.kept), min(_data_through() or today, today))


def _data_through() -> dt.date | None:
    """The last business date with an order or a refund."""
    orders, refunds = (
        model.objects.filter(voided_at__isnull=True).order_by("-business_date").values("business_date")
        for model in (Order, Refund)
    )
    newest = orders.values_list("business_date", Subquery(refunds[:1])).first()
    return max(day for day in newest if day) if newest else None


def products(bought: Iterable[Purchase]) -> list[Product]:
    """What the purchases that count were made of, the dearest first; goods only, in one query."""
    goods = OrderLine.objects.filter(
        order__in=id_set(each.order_id for each in bought if each.kept),
        kind=OrderLine.Kind.GOODS,
        product__isnull=False,
    )
    rows = (
        goods.order_by()
        .values_list("product__name", "product__sku", "product__category__name")
        .annotate(Sum("quantity"), Sum("amount"), Count("order", distinct=True))
    )
    found = [Product(name or sku, category or "", *figures) for name, sku, category, *figures in rows]
    return sorted(found, key=lambda each: (-each.amount, -each.quantity, each.name))


def often(values: Sequence[str | int]) -> Often | None:
    """What occurs most often, of two equals the later; None of nothing."""
    if not values:
        return None
    value, times = Counter(reversed(values)).most_common(1)[0]
    return Often(value, times, len(values))


def hours(bought: Iterable[Purchase]) -> list[int]:
    """The hours of the purchases whose time is known: a file of plain dates says midnight."""
    return [each.at.hour for each in bought if each.at.time() != MIDNIGHT]
