"""One order as its receipt tells it: what was paid how, what it earned, what came back."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from members.models import Order, Payment, Refund
from rewards.models import Coupon, Earning, Entry


@dataclass(frozen=True, slots=True)
class Receipt:
    """`points` that paid `points_paid`; `earned` in all, of which `kept` after what was given back.

    `why_none`: a code, why nothing was earned; `left`: money that can still be given back.
    """

    order: Order
    coupons: list[Coupon]
    coupons_off: Decimal
    points: int
    points_paid: Decimal
    money: Decimal
    earned: int
    kept: int
    why_none: str
    refunds: list[Refund]
    refunded: Decimal
    left: Decimal


def of(order: Order) -> Receipt:
    """What an order of the own stores came to, over all its versions."""
    versions = Order.objects.filter(source=order.source, number=order.number)
    paid = dict(Payment.objects.filter(order=order).order_by().values_list("kind").annotate(Sum("amount")))
    coupons_off, points_paid = (paid.get(kind, Decimal(0)) for kind in (Payment.Kind.COUPON, Payment.Kind.POINTS))
    spent = Entry.objects.filter(order__in=versions, kind=Entry.Kind.REDEEM).aggregate(sum=Sum("amount", default=0))
    earning = Earning.objects.filter(order__in=versions).order_by("-order").first()
    refunds = list(Refund.objects.filter(order=order, voided_at=None).order_by("pk"))
    money: Decimal = order.total - coupons_off - points_paid
    refunded = sum((refund.amount for refund in refunds), Decimal(0))
    is_standing = order.status == Order.Status.PAID
    return Receipt(
        order=order, coupons=list(Coupon.objects.filter(order__in=versions).select_related("offer")),
        coupons_off=coupons_off, points=-spent["sum"], points_paid=points_paid, money=money,
        earned=earning.points if earning else 0, kept=earning.kept if earning else 0,
        why_none=earning.why_none if earning else "", refunds=refunds, refunded=refunded,
        left=money - refunded if is_standing else Decimal(0),
    )  # fmt: skip
