"""Cases as the list and the page show them: what is late, what is due, how long there is."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Least

from members.lib import clock
from members.lib.actor import Actor
from members.models import Approval, Member, Message, User
from surveys.models import Case, CaseEntry, Cause, ReplyTemplate
from surveys.queries import scope
from surveys.rules.case_states import UNSETTLED

State = Case.State
WORKERS = ("admin", "marketer", "manager")


@dataclass(frozen=True, slots=True)
class Clock:
    """Which clock runs, and until when. `state`: "first", "resolve", "waiting" or "done"."""

    state: str
    due_at: dt.datetime | None = None

    def left(self, now: dt.datetime) -> dt.timedelta | None:
        return self.due_at - now if self.due_at else None


def clock_of(case: Case) -> Clock:
    """The clock that runs out next."""
    if case.state not in UNSETTLED:
        return Clock("done")
    if case.first_response_at is None:
        return Clock("first", case.first_due_at)
    return Clock("waiting") if case.state == State.WAITING else Clock("resolve", case.resolve_due_at)


def every(actor: Actor) -> QuerySet[Case]:
    return scope.cases_of(actor).select_related("member", "store", "cause", "owner")


def unsettled(actor: Actor) -> QuerySet[Case]:
    """Those to be worked, the one whose clock runs out first on top; high priority before all."""
    found = every(actor).filter(state__in=UNSETTLED)
    return found.order_by("priority", Least("first_due_at", "resolve_due_at"), "pk")


def late(actor: Actor, now: dt.datetime | None = None) -> QuerySet[Case]:
    """Unsettled cases with a clock that ran out; what waits for the customer is late only without any answer."""
    at = now or clock.now()
    unanswered = Q(first_response_at__isnull=True, first_due_at__lte=at)
    unsolved = Q(resolve_due_at__lte=at) & ~Q(state=State.WAITING)
    return unsettled(actor).filter(unanswered | unsolved)


def due(actor: Actor, until: dt.datetime) -> QuerySet[Case]:
    """Not late, and a clock runs out before `until`."""
    now = clock.now()
    soon = Q(first_response_at__isnull=True, first_due_at__gt=now, first_due_at__lte=until) | (
        Q(first_response_at__isnull=False, resolve_due_at__gt=now, resolve_due_at__lte=until) & ~Q(state=State.WAITING)
    )
    return unsettled(actor).filter(soon).exclude(pk__in=late(actor, now).values("pk"))


def waiting(actor: Actor) -> QuerySet[Case]:
    return unsettled(actor).filter(state=State.WAITING)


def settled(actor: Actor) -> QuerySet[Case]:
    settled_at = F("closed_at").desc(nulls_last=True)
    return every(actor).exclude(state__in=UNSETTLED).order_by(settled_at, "-resolved_at", "-pk")


def mine(actor: Actor) -> QuerySet[Case]:
    return unsettled(actor).filter(owner=actor.user_id)


def newest(actor: Actor) -> QuerySet[Case]:
    """All of them, the latest first."""
    return every(actor).order_by("-opened_at", "-pk")


def matching(found: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Those with a number, words, a contact or a member as searched for."""
    said = Q(text__icontains=text) | Q(contact__icontains=text) | Q(source_number__iexact=text)
    return found.filter(Q(number__istartswith=text) | Q(member__number_key=text.casefold()) | said)


def of_member(actor: Actor, member: Member) -> QuerySet[Case]:
    return every(actor).filter(member=member).order_by("-opened_at", "-pk")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of the log, with the message it sent and the request it waits for."""

    entry: CaseEntry
    message: Message | None = None
    asked: Approval | None = None


def log_of(case: Case) -> list[Line]:
    """What happened, the newest first."""
    entries = list(case.log.order_by("-pk"))
    messages = Message.objects.in_bulk([one.detail["message"] for one in entries if "message" in one.detail])
    asked = Approval.objects.in_bulk([one.detail["asked"] for one in entries if "asked" in one.detail])
    return [Line(one, messages.get(one.detail.get("message")), asked.get(one.detail.get("asked"))) for one in entries]


def templates() -> QuerySet[ReplyTemplate]:
    """Words to begin an answer with."""
    return ReplyTemplate.objects.filter(is_active=True)


def causes() -> QuerySet[Cause]:
    """Those that a case may be put down to: causes within groups, by their place."""
    return Cause.objects.filter(is_active=True, parent__isnull=False).select_related("parent").order_by("position")


def workers(actor: Actor) -> QuerySet[User]:
    """Who may own the cases and improvements that the actor sees: staff of all stores, and of the actor's."""
    staff = User.objects.filter(is_active=True, role__in=WORKERS)
    if actor.store_ids is not None:
        staff = staff.filter(Q(stores__in=actor.store_ids) | ~Q(role="manager")).distinct()
    return staff.order_by("display_name", "pk")


def owners(case: Case) -> QuerySet[User]:
    """Who may be given the case: staff who work cases, of its store or of all."""
    staff = User.objects.filter(is_active=True, role__in=WORKERS)
    if case.store_id:
        return staff.filter(Q(stores=case.store_id) | ~Q(role="manager")).distinct().order_by("display_name", "pk")
    return staff.exclude(role="manager").order_by("display_name", "pk")
