"""Compensation for a case: points or a coupon, once however often it is sent; above a limit a second person agrees."""

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from members.lib import clock, display
from members.lib.actor import Actor
from members.lib.money import to_units
from members.lib.roles import Right
from members.models import Approval, Member
from members.queries import people
from members.queries.actors import actor_by_id
from members.services import approvals
from members.services.approvals import Change, Words
from rewards.models import Adjustment, CouponOffer
from rewards.queries import worth
from rewards.services import adjustments, coupons
from surveys.models import Case, CaseEntry
from surveys.queries import scope
from surveys.services import cases
from surveys.services.cases import Refused

KIND: Final = "compensate_case"


@dataclass(frozen=True, slots=True)
class Gift:
    """What the customer is given: so many points, or a coupon of an offer."""

    points: int = 0
    offer: CouponOffer | None = None


@transaction.atomic
def compensate(case: Case, gift: Gift, note: str, key: str, *, seen: int, by: Actor) -> bool:
    """Give it at once, or ask for it when it is more than one person may give in a day. Whether it was given.

    The same `key` again changes nothing. A coupon of a fixed amount counts as the points that pay as much; any other
    goes at once only where the giver runs the programme. `note` is for people and may name the member.
    """
    if not by.may(Right.ADJUST_POINTS):
        raise PermissionDenied(Right.ADJUST_POINTS)
    Case.objects.select_for_update().get(pk=case.pk)
    if before := case.log.filter(kind=CaseEntry.Kind.COMPENSATED, detail__key=key).first():
        return "asked" not in before.detail
    locked = cases.lock(case, seen)
    member = _member(locked)
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)  # two at once stay below the limit together
    if _is_small(member, gift, by):
        _give(locked, gift, note, key, by)
        return True
    payload = {"case": locked.pk, "key": key, "points": gift.points, "offer": gift.offer.pk if gift.offer else None}
    try:
        asked = approvals.propose(KIND, payload, reason=note, by=by, member=member)
    except approvals.Refused as refused:
        raise Refused(str(refused)) from refused
    cases.log(locked, CaseEntry.Kind.COMPENSATED, by, detail=_told(gift, key) | {"asked": asked.pk})
    cases.keep(locked, "compensate_case", by)
    return False


def _member(case: Case) -> Member:
    member = case.member and (case.member.merged_into or case.member)
    if member is None:
        raise Refused(_("Points and coupons go to members. Say first which member the customer is."))
    if member.erased_at is not None:
        raise Refused(_("This member was erased; nothing can be given."))
    return member


def _is_small(member: Member, gift: Gift, by: Actor) -> bool:
    counted = points_of(gift, people.today())
    if counted is None:
        return by.may(Right.PROGRAMME)
    return counted <= adjustments.left_today(member, by=by) - _coupons_today(member, by)


def points_of(gift: Gift, day: dt.date) -> int | None:
    """The points that pay as much as a gift; None for a coupon of which nobody can say."""
    if gift.offer is None:
        return gift.points
    of_one = worth.of_a_point(day)
    if of_one is None or gift.offer.amount is None:
        return None
    return math.ceil(to_units(gift.offer.amount) / of_one)


def _coupons_today(member: Member, by: Actor) -> int:
    """What the same person gave this member today in coupons for cases, as points."""
    entries = CaseEntry.objects.filter(
        case__member=member, kind=CaseEntry.Kind.COMPENSATED, by=by.name, detail__has_key="worth",
        happened_at__gte=clock.now() - dt.timedelta(days=1),
    )  # fmt: skip
    return sum(detail["worth"] for detail in entries.values_list("detail", flat=True))


def _told(gift: Gift, key: str) -> dict[str, Any]:
    return {"key": key, "points": gift.points, "coupon": gift.offer.name if gift.offer else ""}


def _give(case: Case, gift: Gift, note: str, key: str, by: Actor) -> None:
    """Into the ledger, or a coupon; into the log, and it is the outcome."""
    detail, member, once = _told(gift, key), _member(case), f"case-{case.pk}-{key}"
    try:
        if gift.offer:
            detail["given"] = coupons.issue(gift.offer, member, once, reason="case", by=by, store=case.store).pk
            detail["worth"] = points_of(gift, people.today()) or 0
        else:
            reason = Adjustment.Reason.COMPLAINT
            named = {"case": case.number}
            made = adjustments.give(member, gift.points, reason, note, once, detail=named, by=by)
            detail["given"] = made.entry_id
    except (adjustments.Refused, coupons.Refused) as refused:
        raise Refused(str(refused)) from refused
    cases.log(case, CaseEntry.Kind.COMPENSATED, by, note, detail)
    case.outcome = Case.Outcome.COMPENSATED
    cases.keep(case, "compensate_case", by)


def _gift(approval: Approval) -> Gift:
    asked = approval.payload
    return Gift(asked["points"], CouponOffer.objects.get(pk=asked["offer"]) if asked["offer"] else None)


def _check(approval: Approval, asker: Actor) -> None:
    """Still a case of who asked, and somebody to give it to."""
    case = scope.cases_of(asker).filter(pk=approval.payload["case"]).first()
    if case is None:
        raise approvals.Refused(_("The case no longer belongs to a store of who asked."))
    try:
        member = _member(case)
    except Refused as refused:
        raise approvals.Refused(str(refused)) from refused
    if member.pk != approval.member_id:
        raise approvals.Refused(_("The customer of the case is somebody else by now. Ask again."))


def _words(approval: Approval) -> Words:
    gift, member = _gift(approval), approval.member
    assert member is not None  # noqa: S101 - `compensate` names one
    named = _("a person who is erased") if member.erased_at else f"{member.name} ({member.number})".strip()
    number = Case.objects.get(pk=approval.payload["case"]).number
    what = _("Give %(name)s %(gift)s for case %(case)s") % {
        "name": named,
        "gift": said(gift.points, gift.offer.name if gift.offer else ""),
        "case": number,
    }
    if gift.offer:
        return Words(what, [Change(_("Coupon"), display.NONE, gift.offer.name)], str(Adjustment.Reason.COMPLAINT.label))
    before = adjustments.balance(member)
    after = before + max(gift.points - adjustments.owed(member), 0)
    change = Change(_("Available points"), display.number(before), display.number(after))
    return Words(what, [change], str(Adjustment.Reason.COMPLAINT.label))


def said(points: int, coupon: str) -> str:
    """What is given, inside a sentence: a coupon by its name, or so many points."""
    if coupon:
        return _("a coupon “%(name)s”") % {"name": coupon}
    return ngettext("%(n)s point", "%(n)s points", points) % {"n": display.number(points)}


@approvals.kind(
    KIND, title=gettext_lazy("Compensation for a case"), ask=Right.ADJUST_POINTS, decide=Right.PROGRAMME,
    words=_words, check=_check,
)  # fmt: skip
def _apply(approval: Approval, by: Actor) -> None:
    """In the name of who asked; who agreed stands in the audit of the approval."""
    case = Case.objects.select_for_update().get(pk=approval.payload["case"])
    key = f"{approval.payload['key']}-agreed"
    try:
        _give(case, _gift(approval), approval.reason, key, actor_by_id(approval.asked_by_id))
    except Refused as refused:
        raise approvals.Refused(str(refused)) from refused
