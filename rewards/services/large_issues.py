"""Coupons for many: at once up to a limit of one offer in a day, above it when a second person agrees."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.lib import display
from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Approval, Job, Segment
from members.queries import merchants, people, segments
from members.queries.actors import actor_by_id
from members.services import approvals
from members.services.approvals import Change, Words
from rewards.models import Coupon, CouponOffer
from rewards.rules import lots
from rewards.services import coupon_issue, coupons

KIND: Final = "issue_coupons"
MANY: Final = ("segment", "code")  # reasons of coupons that are given out by the hundred


@transaction.atomic
def to_segment(offer: CouponOffer, segment: Segment, *, by: Actor) -> Job | Approval:
    """One coupon for each member that `by` finds in a segment: the job, or the request that waits."""
    _hold(offer, by)
    count = segments.members(by, segment).count()
    if coupon_issue.waits(offer, segment) or count <= left_today(offer):
        return coupon_issue.issue_to_segment(offer, segment, by=by)
    return _ask(offer, {"segment": segment.pk, "count": count}, by)


@transaction.atomic
def codes(offer: CouponOffer, count: int, *, by: Actor) -> Sequence[Coupon] | Approval:
    """Codes to be printed: those that were made, or the request that waits. coupons.Refused as `issue_codes`."""
    _hold(offer, by)
    if count <= left_today(offer):
        return coupons.issue_codes(offer, count, by=by)
    coupons.must_be_possible(count)
    return _ask(offer, {"count": count}, by)


def left_today(offer: CouponOffer) -> int:
    """How many coupons of an offer can still be given out today without a second person, whoever gives them.

    What was given out counts, and what jobs that are not over are still to give.
    """
    start = lots.start_of_day(people.today(), merchants.current().zone)
    given = Coupon.objects.filter(offer=offer, reason__in=MANY, issued_at__gte=start).count()
    waiting = Job.objects.filter(kind=coupon_issue.JOB, finished_at=None, arguments__offer=offer.pk)
    to_come = sum(_people(job) for job in waiting)
    return max(int(settings.COUPONS_ISSUE_LIMIT) - given - to_come, 0)


def _people(job: Job) -> int:
    segment = Segment.objects.filter(pk=job.arguments["segment"]).first()
    return segments.members(actor_by_id(job.user_id), segment).count() if segment else 0


def _hold(offer: CouponOffer, by: Actor) -> None:
    """Two at once stay below the limit together."""
    if not by.may(Right.PROGRAMME):
        raise PermissionDenied(Right.PROGRAMME)
    CouponOffer.objects.select_for_update().get(pk=offer.pk)


def _ask(offer: CouponOffer, asked: Mapping[str, int], by: Actor) -> Approval:
    try:
        return approvals.propose(KIND, {"offer": offer.pk, **asked}, reason="", by=by)
    except approvals.Refused as refused:
        raise coupons.Refused("asked", str(refused)) from refused


def _check(approval: Approval, asker: Actor) -> None:
    asked = approval.payload
    if not CouponOffer.objects.filter(pk=asked["offer"], is_active=True).exists():
        raise approvals.Refused(_("This offer is not on offer any more."))
    if "segment" not in asked:
        return
    segment = Segment.objects.filter(pk=asked["segment"]).first()
    if segment is None:
        raise approvals.Refused(_("This segment is gone."))
    now = segments.members(asker, segment).count()
    if now > asked["count"]:  # the second person agrees to what was asked for, and to no more
        grown = _("The segment has grown to %(n)s members since this was asked for. Decline it, and ask again.")
        raise approvals.Refused(grown % {"n": display.number(now)})


def _words(approval: Approval) -> Words:
    asked = approval.payload
    offer = CouponOffer.objects.filter(pk=asked["offer"]).first()
    named = {"offer": offer.name if offer else "", "n": display.number(asked["count"])}
    if "segment" in asked:
        segment = Segment.objects.filter(pk=asked["segment"]).first()
        to_people = _("Give a coupon of “%(offer)s” to everybody in “%(segment)s”: %(n)s members")
        what = to_people % {**named, "segment": segment.name if segment else ""}
    else:
        what = _("Make %(n)s codes of “%(offer)s” to be printed") % named
    before = offer.issued if offer else 0
    change = Change(_("Coupons given out"), display.number(before), display.number(before + asked["count"]))
    return Words(what, [change])


@approvals.kind(
    KIND, title=gettext_lazy("Coupons for many"), ask=Right.PROGRAMME, decide=Right.PROGRAMME, words=_words,
    check=_check,
)  # fmt: skip
def _apply(approval: Approval, _by: Actor) -> None:
    """In the name of who asked; who agreed stands in the audit of the approval."""
    asked, asker = approval.payload, actor_by_id(approval.asked_by_id)
    offer = CouponOffer.objects.get(pk=asked["offer"])
    try:
        if "segment" in asked:
            coupon_issue.issue_to_segment(offer, Segment.objects.get(pk=asked["segment"]), by=asker)
        else:
            coupons.issue_codes(offer, asked["count"], by=asker)
    except coupons.Refused as refused:
        raise approvals.Refused(str(refused)) from refused
