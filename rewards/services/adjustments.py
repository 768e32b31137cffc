"""Points given or taken by hand: at once up to a limit, above it when a second person agrees."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Abs
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from members.lib import clock, display
from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Approval, Member
from members.queries import merchants, personal_data, scope
from members.queries.actors import actor_by_id
from members.services import approvals, audit, erasure
from members.services.approvals import Change, Words
from rewards.models import Account, Adjustment, PointsRules
from rewards.rules import expiry, lots
from rewards.services import ledger
from rewards.services.ledger import Deed, Term

KIND: Final = "adjust_points"
MOST: Final = 1_000_000  # in one go: more is a slip of the finger
Reason = Adjustment.Reason


class Refused(ValueError):
    """The points cannot be given or taken; the text says why, for the reader. Nothing was changed."""


@transaction.atomic
def adjust(member: Member, points: int, reason_code: str, note: str, key: str, *, by: Actor) -> Adjustment | Approval:
    """Give (positive) or take (negative) points; what was done, or the request for it that waits for a second person.

    The same `key` again gives the first answer, and nothing happens. `note` is for people and may name the member: an
    erasure blanks it. Refused when there are not so many points to take.
    """
    if not by.may(Right.ADJUST_POINTS):
        raise PermissionDenied(Right.ADJUST_POINTS)
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)  # two at once stay below the limit together
    if earlier := _earlier(member, key):
        return earlier
    _refuse_impossible(member, points, reason_code)
    if abs(points) <= left_today(member, by=by):
        return _write(member, points, reason_code, note, key, by)
    payload = {"points": points, "reason": reason_code, "key": key, "before": balance(member)}
    try:
        return approvals.propose(KIND, payload, reason=note, by=by, member=member)
    except approvals.Refused as refused:
        raise Refused(str(refused)) from refused


@transaction.atomic
def give(
    member: Member, points: int, reason_code: str, note: str, key: str, *, detail: Mapping[str, Any], by: Actor
) -> Adjustment:
    """Points by hand for who asks the second person by themselves; the same key again gives once. Beside it `adjust`.

    `detail` stands in the ledger: what the points were given for, by its number.
    """
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if done := Adjustment.objects.filter(key=key).first():
        return done
    _refuse_impossible(member, points, reason_code)
    return _write(member, points, reason_code, note, key, by, detail)


def left_today(member: Member, *, by: Actor) -> int:
    """How many points of this member somebody can still give or take today without a second person."""
    return max(int(settings.POINTS_ADJUST_LIMIT) - _given_today(member, by), 0)


def balance(member: Member) -> int:
    """Available points of the person, over all merged records."""
    return _sum(member, "balance")


def owed(member: Member) -> int:
    """Points that the person owes: what comes in pays them off first."""
    return _sum(member, "debt")


def _sum(member: Member, figure: str) -> int:
    theirs = Account.objects.filter(member__in=personal_data.records_of(member))
    return int(theirs.aggregate(sum=Sum(figure, default=0))["sum"])


def term_from(day: dt.date) -> Term:
    """How long points last that come in on a business date, by the rules published for it; without any, for ever."""
    zone = merchants.current().zone
    standing = PointsRules.objects.filter(published_at__isnull=False, first_day__lte=day).order_by("-first_day").first()
    if standing is None:
        return Term(zone=zone)
    return Term(expires_on=expiry.last_day(standing.expiry, standing.expiry_length, day), zone=zone)


def _earlier(member: Member, key: str) -> Adjustment | Approval | None:
    if done := Adjustment.objects.filter(key=key).first():
        return done
    return Approval.objects.filter(kind=KIND, member=member, payload__key=key).first()


def _given_today(member: Member, by: Actor) -> int:
    """What the same person gave and took of this member today, so that a limit is none for each of many clicks."""
    zone = merchants.current().zone
    start = lots.start_of_day(clock.local_date(clock.now(), zone), zone)
    theirs = Adjustment.objects.filter(
        member__in=personal_data.records_of(member), created_by=by.user_id, file=None, created_at__gte=start
    )
    return int(theirs.aggregate(sum=Sum(Abs("points"), default=0))["sum"])


def _refuse_impossible(member: Member, points: int, reason_code: str) -> None:
    if member.erased_at is not None or member.voided_at is not None or member.merged_into_id is not None:
        raise Refused(_("This member was erased, merged or withdrawn in the meantime. Look the member up again."))
    if not points or abs(points) > MOST:
        most = display.number(MOST)
        raise Refused(_("Give a whole number of points, not 0 and at most %(most)s.") % {"most": most})
    if reason_code not in Reason.values:
        raise Refused(_("Choose one of the reasons."))
    ledger.settle(member=member)  # what has expired is not there to be taken
    if points < 0 and balance(member) < -points:
        there = display.number(balance(member))
        raise Refused(_("Only %(n)s points are available, so no more can be taken.") % {"n": there})


def _write(
    member: Member,
    points: int,
    reason_code: str,
    note: str,
    key: str,
    by: Actor,
    detail: Mapping[str, Any] | None = None,
) -> Adjustment:
    zone = merchants.current().zone
    today = clock.local_date(clock.now(), zone)
    deed = Deed(f"adjust:{key}", by, clock.now(), reason=reason_code, detail=detail or {})
    try:
        written = ledger.adjust(member=member, points=points, deed=deed, term=term_from(today))
    except ledger.Refused as refused:
        raise Refused(str(refused)) from refused
    made = Adjustment.objects.create(
        member=member, points=points, reason=reason_code, note=note, key=key, entry=written.entry,
        created_by_id=by.user_id,
    )  # fmt: skip
    told = {"points": points, "reason": reason_code, "entry": written.entry.pk}
    audit.record(by=by, verb="adjust_points", subject_type="member", subject_id=member.pk, detail=told)
    return made


def _check(approval: Approval, asker: Actor) -> None:
    """Still a member of who asked, and the points to be taken are there."""
    member = _member(approval)
    if not scope.members(asker).filter(pk=member.pk, erased_at=None).exists():
        raise approvals.Refused(_("This member was erased or merged, or no longer belongs to a store of who asked."))
    try:
        _refuse_impossible(member, approval.payload["points"], approval.payload["reason"])
    except Refused as refused:
        raise approvals.Refused(str(refused)) from refused


def _words(approval: Approval) -> Words:
    member, asked = _member(approval), approval.payload
    points = asked["points"]
    given = ngettext("Give %(name)s %(n)s point", "Give %(name)s %(n)s points", points)
    taken = ngettext("Take %(n)s point from %(name)s", "Take %(n)s points from %(name)s", -points)
    named = _("a person who is erased") if member.erased_at else f"{member.name} ({member.number})".strip()
    what = (given if points > 0 else taken) % {"name": named, "n": display.number(abs(points))}
    before = balance(member) if approval.standing == Approval.State.OPEN else asked["before"]
    after = before + (max(points - owed(member), 0) if points > 0 else points)
    change = Change(_("Available points"), display.number(before), display.number(after))
    return Words(what, [change], str(Reason(asked["reason"]).label))


@approvals.kind(
    KIND, title=gettext_lazy("Points by hand"), ask=Right.ADJUST_POINTS, decide=Right.PROGRAMME, words=_words,
    check=_check,
)  # fmt: skip
def _apply(approval: Approval, by: Actor) -> None:
    """In the name of who asked; who agreed stands in the audit of the approval."""
    asked = approval.payload
    asker = actor_by_id(approval.asked_by_id)
    try:
        _write(_member(approval), asked["points"], asked["reason"], approval.reason, asked["key"], asker)
    except Refused as refused:
        raise approvals.Refused(str(refused)) from refused


def _member(approval: Approval) -> Member:
    member = approval.member
    assert member is not None  # noqa: S101 - `adjust` names one
    return member


@erasure.also
def _forget_notes(ids: Sequence[int], _now: dt.datetime) -> None:
    Adjustment.objects.filter(member__in=ids).update(note="")
