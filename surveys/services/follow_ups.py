"""Follow-up calls: asked for, made, and what came of each."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from members.lib import clock
from members.lib.actor import Actor
from members.models import Consent, Member, Store
from members.queries import merchants
from members.services import audit, consents
from surveys.models import Call, Case, FollowUp, Response

State, Outcome = FollowUp.State, Call.Outcome
LATER = frozenset({Outcome.CALL_AGAIN, Outcome.NO_ANSWER})  # it goes on waiting
FURTHEST = dt.timedelta(days=366)


class Refused(ValueError):
    """It cannot be done like this; the text says why, for the reader. Nothing was changed."""


@transaction.atomic
def plan(
    member: Member, *, key: str, reason: str, due_on: dt.date, script: str = "", store: Store | None = None,
    case: Case | None = None, response: Response | None = None, by: Actor,
) -> FollowUp:  # fmt: skip
    """Put a member on the list of those to be called. The same key is the same call. Refused for an erased member."""
    if member.erased_at is not None:
        raise Refused(_("This member was erased; nobody can be called."))
    made, is_new = FollowUp.objects.get_or_create(
        key=key,
        defaults={
            "member": member, "reason": reason, "script": script, "due_on": due_on, "case": case,
            "response": response, "store": store or member.home_store, "made_by": by.name,
        },
    )  # fmt: skip
    if is_new:
        audit.record(by=by, verb="plan_call", subject_type="follow_up", subject_id=made.pk, detail={"due": str(due_on)})
    return made


@transaction.atomic
def log(
    follow_up: FollowUp,
    *,
    outcome: str,
    note: str = "",
    next_step: str = "",
    again_on: dt.date | None = None,
    by: Actor,
) -> Call:
    """Write down a call. One that did not settle it waits on until `again_on`, or until tomorrow.

    Who wants no calls any more is not called again for anything: that is written down as withdrawn consent. Refused
    when somebody else has written down a call since this one was opened.
    """
    today = clock.local_date(clock.now(), merchants.current().zone)
    is_later = outcome in LATER
    due_on = (again_on or today + dt.timedelta(days=1)) if is_later else follow_up.due_on
    if is_later and not today <= due_on <= today + FURTHEST:
        raise Refused(_("The day for another call lies between today and a year from now."))
    as_seen = FollowUp.objects.filter(pk=follow_up.pk, state=State.WAITING, calls_made=follow_up.calls_made)
    state, done_at = (State.WAITING, None) if is_later else (State.DONE, clock.now())
    if not as_seen.update(state=state, done_at=done_at, due_on=due_on, calls_made=F("calls_made") + 1):
        raise Refused(_("Somebody else has just written down a call to this member. Look at it first."))
    call = Call.objects.create(follow_up=follow_up, outcome=outcome, note=note, next_step=next_step, called_by=by.name)
    audit.record(by=by, verb="log_call", subject_type="follow_up", subject_id=follow_up.pk, detail={"outcome": outcome})
    if outcome == Outcome.WANTS_NO_CALLS:
        _withdraw(follow_up, today, by)
    follow_up.refresh_from_db()
    return call


def _withdraw(follow_up: FollowUp, today: dt.date, by: Actor) -> None:
    for purpose in (Consent.Purpose.MARKETING, Consent.Purpose.SERVICE):
        consents.record(
            member=follow_up.member, purpose=purpose, channel=Consent.Channel.PHONE, given=False, happened_on=today,
            source=Consent.Source.CALL, by=by,
        )  # fmt: skip
    waiting = FollowUp.objects.filter(member=follow_up.member, state=State.WAITING)
    waiting.update(state=State.DROPPED, done_at=clock.now())


@transaction.atomic
def drop(follow_up: FollowUp, *, by: Actor) -> None:
    """Take a member off the list without a call. Refused when it was settled before."""
    waiting = FollowUp.objects.filter(pk=follow_up.pk, state=State.WAITING)
    if not waiting.update(state=State.DROPPED, done_at=clock.now()):
        raise Refused(_("This call has been settled already."))
    audit.record(by=by, verb="drop_call", subject_type="follow_up", subject_id=follow_up.pk)
