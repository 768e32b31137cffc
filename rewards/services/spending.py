"""Points as cash: they pay for an order, to the cent, and come back when it does."""

from dataclasses import replace
from fractions import Fraction

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from members.lib import clock
from members.lib.actor import Actor
from members.lib.money import to_units
from members.models import Order, Payment, Refund
from members.services import audit
from rewards.models import Coupon, Entry, PointsRules
from rewards.queries import baskets
from rewards.rules import basket
from rewards.rules.basket import Cash
from rewards.services import ledger
from rewards.services.ledger import Deed, NotEnough, Term

CASH = "cash"  # the reason of entries that paid
Offline = PointsRules.Offline


class Refused(ValueError):
    """The points cannot pay; the text says why, for the reader. Nothing was changed."""


def pay(order: Order, points: int, key: str, *, by: Actor, policy: Offline = Offline.REFUSE) -> Entry:
    """Let points pay for a recorded order of a member. The same key gives the same entry, and nothing happens.

    `entry.detail` says the rate and what was paid (ten-thousandths). What the order says was paid with points must be
    that amount. `policy` is for orders of a till that was offline: DEBT lets the member owe what is missing. Refused
    when points pay nothing that day, or not so many, or there are too few.
    """
    if order.member is None:
        raise Refused(_("The order is a guest’s; only members pay with points."))
    cash = baskets.cash_on(order.business_date)
    if cash is None:
        raise Refused(_("Points pay nothing on %(day)s.") % {"day": order.business_date})
    _must_be_possible(order, points, cash)
    detail = {"points": points, "amount": cash.pays(points), "rate": [cash.points, cash.amount]}
    deed = Deed(key, by, order.ordered_at, order, CASH, detail)
    try:
        with transaction.atomic():
            if policy == Offline.DEBT:
                return _redeem_or_owe(order, points, deed)
            return ledger.redeem(member=order.member, points=points, deed=deed).entry
    except ledger.Refused as refused:
        raise Refused(str(refused)) from refused


def _must_be_possible(order: Order, points: int, cash: Cash) -> None:
    """Whether so many points can pay for it by the rules of its day, whoever has them."""
    bought = baskets.of_order(order)
    coupons = sum(to_units(coupon.amount or 0) for coupon in Coupon.objects.filter(order=order))
    step, most = cash.step(bought.cent), basket.most_points(bought, coupons, cash, points)
    if points <= 0 or points % step:
        raise Refused(_("Only multiples of %(step)s points pay a whole amount.") % {"step": step})
    if points < cash.minimum:
        raise Refused(_("At least %(least)s points must be spent at a time.") % {"least": cash.minimum})
    if points > most:  # of a till that was offline too: it is the balance that may be short, not the order
        raise Refused(_("At most %(most)s points can pay for this order.") % {"most": most})
    said = Payment.objects.filter(order=order, kind=Payment.Kind.POINTS).aggregate(sum=Sum("amount"))["sum"]
    if said is not None and to_units(said) != cash.pays(points):
        raise Refused(
            _("The order says that points paid %(said)s; so many points pay another amount.") % {"said": said}
        )


def _redeem_or_owe(order: Order, points: int, deed: Deed) -> Entry:
    """The sale is over, so what is missing is advanced, spent with the rest, and owed.

    The three entries are one transaction; a repeated key gives the redemption.
    """
    member = order.member
    assert member is not None  # noqa: S101 - a guest was refused before
    try:
        with transaction.atomic():
            return ledger.redeem(member=member, points=points, deed=deed).entry
    except NotEnough as short:
        missing = points - short.available + short.owed
    missing_deed = replace(deed, reason="offline", detail={"missing": missing})
    advance = ledger.earn(
        member=member, points=missing, deed=replace(missing_deed, key=f"{deed.key}:advance"), term=Term(),
        kind=Entry.Kind.ADJUST,
    ).entry  # fmt: skip
    paid = ledger.redeem(member=member, points=points, deed=deed).entry
    ledger.take_back(given=advance, points=missing, deed=replace(missing_deed, key=f"{deed.key}:owed"))
    return paid


@transaction.atomic
def give_back(order: Order, *, by: Actor, share: Fraction | None = None) -> int:
    """Return the points that paid for what has been given back of an order. Returns how many came back now.

    `share` is how much of the order is back, over all times; None: what its refunds and its state say. It compares what
    is back with what should be: asked again, or for less, it does nothing, and small refunds add up to the whole.
    """
    # Queue here, so that two refunds at once do not both see that nothing is back. Without the
    # key, which entries that name the order hold on to.
    Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    paid = list(Entry.objects.filter(order=order, kind=Entry.Kind.REDEEM, reason=CASH).select_related("account"))
    part = share if share is not None else _share_given_back(order)
    came = sum(_give_back_to(entry, part, order, by) for entry in paid)
    if came:
        audit.record(
            by=by, verb="return_points", subject_type="order", subject_id=order.pk, detail={"points": came},
        )  # fmt: skip
    return came


def _give_back_to(spent: Entry, share: Fraction, order: Order, by: Actor) -> int:
    due = basket.points_due(-spent.amount, share.numerator, share.denominator)
    back: int = spent.reversals.aggregate(sum=Sum("amount", default=0))["sum"]
    if due <= back:
        return 0
    deed = Deed(f"cash-back:{spent.pk}:{due}", by, clock.now(), order, "cash_back", {"due": due, "of": -spent.amount})
    ledger.give_back(spent=spent, points=due - back, deed=deed)
    return due - back


def _share_given_back(order: Order) -> Fraction:
    """Of the money that was paid; all of it when the order is void or cancelled."""
    if order.voided_at is not None or order.status == Order.Status.CANCELLED:
        return Fraction(1)
    refunded = Refund.objects.filter(order=order, voided_at__isnull=True).aggregate(sum=Sum("amount"))["sum"]
    gross = to_units(order.gross)
    return min(Fraction(to_units(refunded or 0), gross), Fraction(1)) if gross > 0 else Fraction(0)
