"""A special tier for one member, given by hand: one person asks with a reason, an administrator decides."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.lib import clock
from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Approval, Member
from members.queries import people, scope
from members.services import approvals, audit
from members.services.approvals import Change, Words
from rewards.models import Tier, TierStay
from rewards.queries import persons
from rewards.queries import tiers as queries
from rewards.services.tiers import evaluate

KIND: Final = "grant_tier"


class Refused(ValueError):
    """The tier cannot be granted or ended; the text says why, for the reader. Nothing was changed."""


def ask(member: Member, tier: Tier, *, last_day: dt.date | None, reason: str, by: Actor) -> Approval:
    """Ask for a special tier from the day of the decision to `last_day` (None: until it is ended by hand)."""
    payload = {"tier": tier.code, "last_day": last_day.isoformat() if last_day else None}
    return approvals.propose(KIND, payload, reason=reason, by=by, member=member)


@transaction.atomic
def grant(
    *, member: Member, tier: Tier, last_day: dt.date | None, note: str, by: Actor,
    detail: Mapping[str, int] | None = None,
) -> TierStay:  # fmt: skip
    """Put a member into a special tier from today on; nothing is evaluated before `last_day` is over.

    Refused when the tier is not a special one, the day is past, or the member is merged or erased.
    """
    _must_be_possible(member, tier, last_day)
    today, now = people.today(), clock.now()
    Member.objects.select_for_update().get(pk=member.pk)
    TierStay.objects.filter(member=member, ends_on__isnull=True).update(ends_on=today)
    stay = TierStay.objects.create(
        member=member, tier=tier, reason=TierStay.Reason.GRANTED, starts_on=today, kept_until=last_day, note=note,
        detail=dict(detail or {}), actor_kind=by.kind, actor_name=by.name, user_id=by.user_id, recorded_at=now,
    )  # fmt: skip
    said = {"tier": tier.code, "until": last_day.isoformat() if last_day else None}
    audit.record(by=by, verb="grant_tier", subject_type="member", subject_id=member.pk, detail=said)
    return stay


def _must_be_possible(member: Member, tier: Tier, last_day: dt.date | None) -> None:
    if not tier.is_special:
        raise Refused(_("“%(tier)s” is reached by buying; only a special tier is given by hand.") % {"tier": tier.name})
    if last_day is not None and last_day < people.today():
        raise Refused(_("The last day has passed; choose a later one or none."))
    if member.merged_into_id or member.voided_at or member.erased_at:
        raise Refused(_("This member was merged or erased in the meantime."))


@transaction.atomic
def end(member: Member, *, by: Actor) -> None:
    """End a special tier today, whatever its last day was; the member is evaluated anew at once.

    Refused when the member is in none.
    """
    owner = Member.objects.select_for_update().get(pk=member.pk)
    stays = TierStay.objects.filter(
        member__in=persons.records(owner.pk), ends_on__isnull=True, reason=TierStay.Reason.GRANTED
    )
    if not stays.update(kept_until=people.today() - dt.timedelta(days=1)):
        raise Refused(_("The member is in no tier that was given by hand."))
    audit.record(by=by, verb="end_grant", subject_type="member", subject_id=owner.pk)
    evaluate(owner, by=by)


def _tier(approval: Approval) -> Tier | None:
    return Tier.objects.filter(code=approval.payload["tier"]).first()


def _last_day(approval: Approval) -> dt.date | None:
    said = approval.payload["last_day"]
    return dt.date.fromisoformat(said) if said else None


def _words(approval: Approval) -> Words:
    member, tier, last = approval.member, _tier(approval), _last_day(approval)
    stay = queries.open_stay(member) if member else None
    lowest = queries.lowest(queries.ladder())
    now = stay.tier.name if stay else (lowest.name if lowest else "")
    name = tier.name if tier else approval.payload["tier"]
    until = _("until %(day)s") % {"day": formats.date_format(last)} if last else _("until somebody ends it")
    what = _("Give %(name)s the tier %(tier)s") % {"name": member, "tier": name}
    return Words(what, [Change(_("Tier"), now, f"{name}, {until}")])


def _check(approval: Approval, asker: Actor) -> None:
    member, tier = approval.member, _tier(approval)
    if member is None or tier is None or not scope.members(asker).filter(pk=member.pk, erased_at=None).exists():
        raise approvals.Refused(_("This member was erased or merged, or no longer belongs to a store of who asked."))
    try:
        _must_be_possible(member, tier, _last_day(approval))
    except Refused as refused:
        raise approvals.Refused(str(refused)) from refused


@approvals.kind(
    KIND, title=gettext_lazy("Give a member a special tier"), ask=Right.ASK_TIER, decide=Right.SETTINGS, words=_words,
    check=_check,
)  # fmt: skip
def _apply(approval: Approval, by: Actor) -> None:
    member, tier = approval.member, _tier(approval)
    assert member is not None  # noqa: S101 - checked before
    assert tier is not None  # noqa: S101
    who = {"approval": approval.pk, "asked_by": approval.asked_by_id}
    grant(member=member, tier=tier, last_day=_last_day(approval), note=approval.reason[:200], by=by, detail=who)
