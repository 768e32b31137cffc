"""Cases: opened, worked and settled. Of two people who work on one, the second is told; nothing is overwritten."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from members.lib import clock
from members.lib.actor import Actor
from members.models import Member, Order, Product, Store, Touched, User
from members.queries import merchants
from members.services import audit
from rewards.models import Benefit
from rewards.queries import tiers
from surveys.models import Case, CaseEntry, Cause, Response, Review
from surveys.queries import calendars
from surveys.rules import business_hours, case_states

State, Kind, Outcome = Case.State, CaseEntry.Kind, Case.Outcome


class Refused(ValueError):
    """It cannot be done; the text says why, for the reader. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is known when a case comes in. `contact`: how to reach somebody who is no member."""

    intake: str
    text: str
    kind: str = Case.Kind.COMPLAINT
    member: Member | None = None
    store: Store | None = None
    order: Order | None = None
    product: Product | None = None
    cause: Cause | None = None
    priority: int | None = None
    response: Response | None = None
    review: Review | None = None
    contact: str = ""
    staff: str = ""
    opened_at: dt.datetime | None = None
    source: str = ""
    source_number: str = ""  # with the source: the same complaint sent twice is one


@transaction.atomic
def open_case(told: Told, *, by: Actor) -> Case:
    """Open a case. Its clocks begin now, or when it came in; who has support as a benefit goes before others.

    The same response, review or number of a source has one case: asked again, it is that one.
    """
    if found := _known(told):
        return found
    at, member = told.opened_at or clock.now(), told.member
    store = told.store or (told.order.store if told.order else None) or (member.home_store if member else None)
    priority = told.priority or _priority(member, at)
    made = Case(
        number=str(uuid.uuid4()), kind=told.kind, intake=told.intake, text=told.text, member=member, store=store,
        order=told.order, product=told.product, cause=told.cause, priority=priority, response=told.response,
        review=told.review, contact=told.contact, staff=told.staff, source=told.source,
        source_number=told.source_number, opened_at=at,
        business_date=clock.local_date(at, _zone(store)), **_due(store, priority, at),
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:  # somebody else opens it for the same response, review or number at this moment
        if found := _known(told):
            return found
        raise
    made.number = f"C{made.pk:06d}"
    made.save(update_fields=["number"])
    log(made, Kind.OPENED, by, detail={"intake": told.intake})
    _touched(made, "open_case", by)
    return made


def _known(told: Told) -> Case | None:
    if told.response:
        return Case.objects.filter(response=told.response).first()
    if told.source_number:
        return Case.objects.filter(source=told.source, source_number=told.source_number).first()
    return Case.objects.filter(review=told.review).first() if told.review else None


def _zone(store: Store | None) -> str:
    return store.zone if store else merchants.current().zone


def _due(store: Store | None, priority: int, at: dt.datetime) -> dict[str, dt.datetime | None]:
    calendar, (first, resolve) = calendars.of_store(store), calendars.targets(priority)
    return {
        "first_due_at": business_hours.add_minutes(calendar, at, first),
        "resolve_due_at": business_hours.add_minutes(calendar, at, resolve),
    }


def _priority(member: Member | None, at: dt.datetime) -> int:
    """High for a member whose tier has support among its benefits."""
    standing = tiers.standing(member, clock.local_date(at, merchants.current().zone)) if member else None
    if standing is None:
        return Case.Priority.NORMAL
    supported = Benefit.objects.filter(tier=standing.tier, kind=Benefit.Kind.SUPPORT, is_active=True).exists()
    return Case.Priority.HIGH if supported else Case.Priority.NORMAL


@transaction.atomic
def reply(case: Case, text: str, *, way: str, seen: int, by: Actor) -> CaseEntry:
    """Write down an answer to the customer. The first one by a human stops the first clock."""
    locked = lock(case, seen)
    entry = log(locked, Kind.REPLY, by, text, {"way": way})
    if locked.first_response_at is None:
        locked.first_response_at = clock.now()
        locked.first_minutes = _minutes(locked, locked.first_response_at)
    if locked.state == State.NEW:
        _go(locked, State.OPEN, by)
    keep(locked, "reply_case", by)
    return entry


@transaction.atomic
def note(case: Case, text: str, *, from_customer: bool = False, key: str = "", by: Actor) -> None:
    """Write something down. A word from the customer ends the waiting for it. The same `key` again changes nothing."""
    locked = Case.objects.select_for_update().get(pk=case.pk)
    kinds = (Kind.NOTE, Kind.FROM_CUSTOMER)
    if key and locked.log.filter(kind__in=kinds, detail__key=key).exists():
        return
    log(locked, Kind.FROM_CUSTOMER if from_customer else Kind.NOTE, by, text, {"key": key} if key else None)
    if from_customer and locked.state == State.WAITING:
        _go(locked, State.OPEN, by)
    keep(locked, "note_case", by)


@transaction.atomic
def assign(case: Case, owner: User | None, *, seen: int, by: Actor) -> None:
    """Give the case to somebody, or back to the queue."""
    locked = lock(case, seen)
    locked.owner = owner
    log(locked, Kind.ASSIGNED, by, detail={"to": str(owner) if owner else ""})
    keep(locked, "assign_case", by)


@transaction.atomic
def wait(case: Case, *, seen: int, by: Actor) -> None:
    """The customer has the word: the second clock stands still."""
    locked = lock(case, seen)
    _go(locked, State.WAITING, by)
    keep(locked, "change_case", by)


@transaction.atomic
def resolve(case: Case, *, outcome: str, cause: Cause | None, text: str = "", seen: int, by: Actor) -> None:
    """Say how it ended. A complaint is not settled without its cause, nor anything before it was answered."""
    locked = lock(case, seen)
    if outcome not in Outcome.values or not outcome:
        raise Refused(_("Choose how it ended."))
    if cause is None and locked.kind == Case.Kind.COMPLAINT:
        raise Refused(_("Choose the cause; without it nobody learns what to improve."))
    if locked.first_response_at is None and outcome != Outcome.NO_ANSWER:
        raise Refused(_("The customer has had no answer yet. Write down what you told them first."))
    locked.outcome, locked.cause = outcome, cause or locked.cause
    _go(locked, State.RESOLVED, by, text)
    if locked.resolved_at is None:
        locked.resolved_at = clock.now()
        locked.resolve_minutes = _minutes(locked, locked.resolved_at)
    keep(locked, "resolve_case", by)


@transaction.atomic
def close(case: Case, *, seen: int, by: Actor) -> None:
    """Settled for good, unless the customer comes back."""
    locked = lock(case, seen)
    _go(locked, State.CLOSED, by)
    locked.closed_at = clock.now()
    keep(locked, "change_case", by)


@transaction.atomic
def reopen(case: Case, text: str, *, seen: int, by: Actor) -> None:
    """It was not settled after all. Its clocks are those of its opening."""
    locked = lock(case, seen)
    _go(locked, State.OPEN, by, text)
    locked.closed_at, locked.reopened = None, locked.reopened + 1
    keep(locked, "change_case", by)


@transaction.atomic
def identify(case: Case, member: Member, *, seen: int, by: Actor) -> None:
    """Say which member the customer is. From now on the case is among theirs, and first if their tier has support."""
    locked = lock(case, seen)
    if member.erased_at is not None or member.merged_into_id is not None:
        raise Refused(_("This member was erased or merged. Look the member up again."))
    locked.member = member
    locked.priority = min(locked.priority, _priority(member, clock.now()))
    log(locked, Kind.NOTE, by, detail={"member": member.pk})
    keep(locked, "note_case", by)


@transaction.atomic
def escalate(case: Case, *, by: Actor) -> bool:
    """Once for each clock that ran out: a line in the log, and high priority. Whether it was new."""
    locked = Case.objects.select_for_update().get(pk=case.pk)
    now = clock.now()
    runs_out = {"first": None if locked.first_response_at else locked.first_due_at, "resolve": locked.resolve_due_at}
    if locked.state == State.WAITING:
        runs_out["resolve"] = None  # it stands still
    late = [name for name, due in runs_out.items() if due and due <= now]
    known = set(locked.log.filter(kind=Kind.ESCALATED).values_list("detail__clock", flat=True))
    fresh = [name for name in late if name not in known]
    if not fresh or locked.state not in case_states.UNSETTLED:
        return False
    for name in fresh:
        log(locked, Kind.ESCALATED, by, detail={"clock": name})
    locked.priority = Case.Priority.HIGH
    keep(locked, "escalate_case", by)
    return True


def lock(case: Case, seen: int) -> Case:
    """The case as it is now; Refused when its log has grown since `seen`, its last entry that was looked at."""
    locked = Case.objects.select_for_update().get(pk=case.pk)
    last = locked.log.aggregate(last=Max("pk"))["last"] or 0
    if last != seen:
        raise Refused(_("Somebody else has worked on this case in the meantime. Look at the log, then do it again."))
    return locked


def _go(case: Case, state: str, by: Actor, text: str = "") -> None:
    if not case_states.may_follow(case.state, state):
        said = {"from": case.get_state_display(), "to": State(state).label}
        raise Refused(_("A case cannot go from “%(from)s” to “%(to)s”.") % said)
    if case.state == State.WAITING and case.waiting_since and case.resolved_at is None:  # the first clock is kept
        calendar = calendars.of_store(case.store)
        waited = business_hours.minutes_between(calendar, case.waiting_since, clock.now())
        case.waited_minutes += waited
        if case.resolve_due_at and waited:  # later by what was waited
            case.resolve_due_at = business_hours.add_minutes(calendar, case.resolve_due_at, waited)
    case.waiting_since = None
    if state == State.WAITING:
        case.waiting_since = clock.now()
    log(case, Kind.STATE, by, text, {"from": case.state, "to": state})
    case.state = state


def _minutes(case: Case, until: dt.datetime) -> int:
    return business_hours.minutes_between(calendars.of_store(case.store), case.opened_at, until)


def log(case: Case, kind: str, by: Actor, text: str = "", detail: dict[str, Any] | None = None) -> CaseEntry:
    """A line in the log of a case that the caller holds."""
    return CaseEntry.objects.create(case=case, kind=kind, text=text, detail=detail or {}, by=by.name)


def keep(case: Case, verb: str, by: Actor) -> None:
    """Write a held case down, with its audit row."""
    case.save()
    _touched(case, verb, by)


def _touched(case: Case, verb: str, by: Actor) -> None:
    Touched.objects.create(kind=Touched.Kind.CASE, key=case.pk)
    audit.record(by=by, verb=verb, subject_type="case", subject_id=case.pk, detail={"state": case.state})
