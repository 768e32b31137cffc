"""Offers, gifts and orders for tests, a line each."""

import datetime as dt
from decimal import Decimal

from members.models import Category, Member, Order, OrderLine, Payment, Product, Store
from members.tests import counter
from rewards.models import CouponOffer, Gift, PointsRules
from rewards.services import ledger
from rewards.tests.shop import deed, lasting


def offer(name: str = "20 off", **more: object) -> CouponOffer:
    """Twenty off any order."""
    return CouponOffer.objects.create(**{"name": name, "kind": "amount", "amount": Decimal(20)} | more)  # type: ignore[arg-type]


def gift(name: str = "Mug", **more: object) -> Gift:
    return Gift.objects.create(**{"name": name, "points": 100} | more)  # type: ignore[arg-type]


def product(sku: str, category: str = "") -> Product:
    within = Category.objects.get_or_create(name=category)[0] if category else None
    return Product.objects.create(sku=sku, category=within)


def order(number: str, store: Store, buyer: Member | None, *lines: tuple[Product | None, str], points: str = "0",
          day: str = "2026-05-04") -> Order:  # fmt: skip
    """An order of these lines (product, amount), of which `points` was paid with points."""
    total = sum((Decimal(amount) for _product, amount in lines), Decimal(0))
    made = counter.order(number, store, buyer, day=day, gross=str(total))
    for sold, amount in lines:
        OrderLine.objects.create(order=made, product=sold, quantity=Decimal(1), amount=Decimal(amount))
    if Decimal(points):
        Payment.objects.create(order=made, kind="points", amount=Decimal(points))
        made.gross = total - Decimal(points)
        made.save(update_fields=["gross"])
    return made


def cash_rules(**more: object) -> PointsRules:
    """A point pays a cent."""
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    said = {"first_day": dt.date(2026, 1, 1), "cash_points": 100, "cash_amount": Decimal(1), "published_at": at}
    return PointsRules.objects.create(**said | more)  # type: ignore[arg-type]


def give(member: Member, points: int, key: str = "given") -> None:
    ledger.earn(member=member, points=points, deed=deed(key), term=lasting(365))
