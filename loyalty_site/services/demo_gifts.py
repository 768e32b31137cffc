"""Coupons and gifts of the demo shop: the coupons that paid in its last months, others that nobody used, and gifts."""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from loyalty_site.demo.lots import lot
from members.lib import clock
from members.lib.actor import Actor
from members.models import Member, Order, Payment, Store
from rewards.models import Account, Coupon, CouponOffer, Gift, GiftClaim
from rewards.services import gifts
from rewards.services.coupons import CODE_LENGTH, LETTERS

MONTHS: Final = dt.timedelta(days=90)
VALID: Final = 30  # days
STOCK: Final = 10_000  # of each coupon, or twice what was issued where the shop is large
UNUSED: Final = 1  # coupons that nobody used for each that somebody did
GIFTS: Final = (
    # name, kind, points, costs us, worth, how many in all
    ("青禾马克杯", "goods", 300, "12.50", "39", 200),
    ("帆布袋", "goods", 200, "7.80", "29", 6),
    ("手冲咖啡体验课", "service", 600, "35", "128", None),
    ("生日蛋糕券", "service", 800, "48", "98", 60),
)
CLAIMS: Final = 12


def open_coupons(end: dt.date) -> None:
    """One offer for each amount that coupons took off; its coupons by the orders of the last months before `end`."""
    paid = (
        Payment.objects.filter(kind=Payment.Kind.COUPON, order__member__isnull=False)
        .filter(order__business_date__gt=end - MONTHS, order__status=Order.Status.PAID)
        .select_related("order__store")
        .order_by("order_id")
    )
    by_amount: dict[Decimal, list[Payment]] = {}
    for payment in paid:
        by_amount.setdefault(payment.amount, []).append(payment)
    holders = list(Member.objects.order_by("pk").values_list("pk", flat=True)[: 4 * len(paid)])
    for amount, payments in sorted(by_amount.items()):
        _open_offer(amount, payments, holders, end)


def _open_offer(amount: Decimal, payments: list[Payment], holders: list[int], end: dt.date) -> None:
    offer = CouponOffer.objects.create(
        name=f"立减 {amount.normalize():f} 元", kind=CouponOffer.Kind.AMOUNT, amount=amount, valid_days=VALID,
        per_member=None, combines=False, stock=max(STOCK, 2 * (1 + UNUSED) * len(payments)),
    )  # fmt: skip
    made = [*_used(offer, payments), *_unused(offer, payments, holders, end)]
    Coupon.objects.bulk_create(made, batch_size=500)
    CouponOffer.objects.filter(pk=offer.pk).update(issued=len(made))


def _used(offer: CouponOffer, payments: Iterable[Payment]) -> Iterator[Coupon]:
    for payment in payments:
        order, draw = payment.order, lot(offer.pk, "used", payment.order.number)
        issued_at = order.ordered_at - dt.timedelta(days=1 + draw % 20)
        yield Coupon(
            offer=offer, code=_code(draw), member_id=order.member_id, state=Coupon.State.USED, reason="segment",
            issued_at=issued_at, last_day=clock.local_date(issued_at, order.store.zone) + dt.timedelta(VALID),
            order=order, used_at=order.ordered_at, amount=payment.amount,
        )  # fmt: skip


def _unused(offer: CouponOffer, payments: Iterable[Payment], holders: list[int], end: dt.date) -> Iterator[Coupon]:
    for payment in payments:
        for number in range(UNUSED):
            draw = lot(offer.pk, str(number), payment.order.number)
            last_day = payment.order.business_date + dt.timedelta(days=draw % VALID)
            yield Coupon(
                offer=offer, code=_code(draw), member_id=holders[draw % len(holders)], reason="segment",
                state=Coupon.State.EXPIRED if last_day < end else Coupon.State.OPEN, last_day=last_day,
                issued_at=payment.order.ordered_at - dt.timedelta(days=VALID - draw % VALID),
            )  # fmt: skip


def open_gifts(by: Actor) -> None:
    """Gifts, and claims of the members with most points, some of which wait. Call it when points are there."""
    made = [
        Gift.objects.create(
            name=name, kind=kind, points=points, unit_cost=Decimal(cost), worth=Decimal(worth), stock=stock
        )
        for name, kind, points, cost, worth, stock in GIFTS
    ]
    stores = list(Store.objects.order_by("code"))
    rich = Account.objects.filter(balance__gte=1_000, debt=0, member__merged_into__isnull=True)
    for number, account in enumerate(rich.select_related("member").order_by("-balance", "pk")[:CLAIMS]):
        claim = gifts.claim(made[number % 2], account.member, stores[number % 3], f"demo-{number}", by=by)
        if number % 3 == 0:
            gifts.hand_over(claim, by=by)
    waited = clock.now() - dt.timedelta(days=5)
    GiftClaim.objects.filter(state=GiftClaim.State.RESERVED, store=stores[1]).update(claimed_at=waited)


def _code(draw: int) -> str:
    letters = []
    for _each in range(CODE_LENGTH):
        draw, at = divmod(draw, len(LETTERS))
        letters.append(LETTERS[at])
    return "".join(letters)
