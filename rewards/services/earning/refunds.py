"""Refunds that name no order take points at the rate of their day, the newest first, never more than were earned."""

from django.db import transaction

from members.lib import clock
from members.lib.actor import Actor
from members.lib.money import to_units
from members.models import Refund
from rewards.models import Earning, Entry, RefundTaken
from rewards.queries import to_earn
from rewards.queries.points_rules import Versions
from rewards.rules import earning
from rewards.rules.earning import Line, Purchase, Rules
from rewards.services import ledger
from rewards.services.earning import given, left, settle_order
from rewards.services.ledger import Deed, Policy


@transaction.atomic
def settle_refund(refund_id: int, *, by: Actor, versions: Versions | None = None) -> int:
    """Take what a refund without an order should take, or give it again when it was withdrawn; again does nothing.

    Returns the points that it holds now.
    """
    refund = Refund.objects.select_related("buyer").get(pk=refund_id)
    standing = (versions or Versions()).on(refund.business_date)
    if refund.order_id or refund.buyer is None or standing is None:
        return 0
    ledger.settle(member=refund.buyer)
    known = RefundTaken.objects.filter(refund=refund).first()
    if known is None and refund.voided_at is None:
        return _take(refund, standing[1], Policy(standing[0].refund), by)
    if known is None or known.is_void == (refund.voided_at is not None):
        return known.points if known and not known.is_void else 0
    for order in _orders(refund):
        settle_order(order, by=by, versions=versions)
    known.is_void, known.considered_at = True, clock.now()
    known.save(update_fields=["is_void", "considered_at"])
    return 0


def _orders(refund: Refund) -> list[int]:
    """The orders of which a refund took points."""
    taken = Entry.objects.filter(reason=to_earn.UNNAMED, detail__refund=refund.pk).order_by("pk")
    return list(taken.filter(reverses__order__isnull=False).values_list("reverses__order", flat=True))


def _take(refund: Refund, rules: Rules, policy: Policy, by: Actor) -> int:
    wanted = _worth(refund, rules)
    rest = wanted
    earned = Earning.objects.filter(order__buyer=refund.buyer_id, order__ordered_at__lte=refund.refunded_at, kept__gt=0)
    for known in earned.select_related("order").order_by("-order__ordered_at", "-order_id"):
        if not rest:
            break
        part = min(known.kept, rest)
        _take_of(known, part, refund, policy, by)
        rest -= part
    RefundTaken.objects.create(refund=refund, points=wanted - rest, considered_at=clock.now())
    return wanted - rest


def _worth(refund: Refund, rules: Rules) -> int:
    """What a purchase of so much would have earned, without multipliers and caps, rounded down."""
    goods = [Line(earning.GOODS, to_units(refund.amount))]
    purchase = Purchase(refund.business_date, refund.store_id, refund.channel_id, goods)
    plain = Rules(points=rules.points, per=rules.per)
    return earning.earned(purchase, plain).points


def _take_of(known: Earning, points: int, refund: Refund, policy: Policy, by: Actor) -> None:
    rest = points
    for number, entry in enumerate(reversed(list(given(known.order))), 1):
        part = min(left(entry), rest)
        if part > 0:
            deed = Deed(
                f"refund-{refund.pk}-{known.order_id}-{number}", by, refund.refunded_at, reason=to_earn.UNNAMED,
                detail={"refund": refund.pk},
            )  # fmt: skip
            ledger.take_back(given=entry, points=part, deed=deed, policy=policy)
            rest -= part
    known.kept -= points
    known.save(update_fields=["kept"])
