"""Whom a survey asks now: orders, cases or members whose day has come, and who was not asked of late."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from members.lib import clock
from members.lib.actor import Actor, system
from members.models import Channel, Member, Message, Order, Store
from members.queries import merchants, people, segments
from surveys.models import Case, Response, Survey, SurveyInvitation
from surveys.queries import scope

BY = system("surveys")
LOOKS_BACK = 7  # days: a night or two that were missed are made up for, an old order is not asked about


@dataclass(frozen=True, slots=True)
class Due:
    """One member to be asked, and about what. `key` names it for good."""

    key: str
    member: Member
    store: Store | None = None
    order: Order | None = None
    case: Case | None = None
    channel: Channel | None = None


def due(survey: Survey, today: dt.date) -> Iterator[Due]:
    """Everybody whose day has come, drawn by lot as the survey says, those of the rest left out by the caller."""
    found = {"order": _orders, "case": _cases, "periodic": _members}[survey.trigger](survey, today)
    chosen = set(segments.members(BY, survey.segment).values_list("pk", flat=True)) if survey.segment else None
    for one in found:
        if (chosen is None or one.member.pk in chosen) and drawn(survey, one.member.pk):
            yield one


def drawn(survey: Survey, member_id: int) -> bool:
    """Whether the lot falls on a member: the same every day, another for another survey."""
    lot = hashlib.sha256(f"survey-{survey.pk}-{member_id}".encode()).digest()
    return int.from_bytes(lot[:4]) % 100 < survey.sample_percent


def asked_since(member: Member, since: dt.date) -> bool:
    """Whether any survey asked the member after a day."""
    return SurveyInvitation.objects.filter(member=member, asked_on__gt=since).exists()


def silent(survey: Survey, actor: Actor) -> QuerySet[SurveyInvitation]:
    """Whom the message reached, who may still answer, has not, and was not reminded."""
    answered = Response.objects.filter(survey=survey, completed_at__isnull=False, invitation__isnull=False)
    reached = (Message.State.SENT, Message.State.DELIVERED)
    return (
        scope.invitations_of(actor)
        .filter(survey=survey, ended_at=None, reminded_at=None, expires_at__gt=clock.now(), message__state__in=reached)
        .exclude(pk__in=answered.values("invitation"))
    )


def _stores(survey: Survey) -> Q:
    ids = list(survey.stores.values_list("pk", flat=True))
    return Q(store__in=ids) if ids else Q()


def _days(survey: Survey, today: dt.date) -> tuple[dt.date, dt.date]:
    """When that was of which is asked now: nothing from before the survey's first day."""
    last = today - dt.timedelta(days=survey.trigger_days)
    return max(last - dt.timedelta(days=LOOKS_BACK), survey.first_day or dt.date.min), last


def _orders(survey: Survey, today: dt.date) -> Iterator[Due]:
    first, last = _days(survey, today)
    bought: QuerySet[Order] = people.purchases().filter(_stores(survey), member__isnull=False)
    bought = bought.filter(business_date__range=(first, last))
    known = SurveyInvitation.objects.filter(survey=survey).values("order")
    for order in bought.exclude(pk__in=known.exclude(order=None)).select_related("member", "store", "channel"):
        if order.member is not None:
            yield Due(f"{survey.pk}-order-{order.pk}", order.member, order.store, order=order, channel=order.channel)


def _cases(survey: Survey, today: dt.date) -> Iterator[Due]:
    first, last = _days(survey, today)
    closed = Case.objects.filter(_stores(survey), state=Case.State.CLOSED, member__isnull=False, voided_at=None)
    about = dt.datetime.combine(first - dt.timedelta(days=1), dt.time(), dt.UTC)  # narrowed by the store's day below
    for case in closed.filter(closed_at__gte=about).select_related("member", "store"):
        zone = case.store.zone if case.store else merchants.current().zone
        day = clock.local_date(case.closed_at, zone) if case.closed_at else None
        if case.member is not None and day is not None and first <= day <= last:
            yield Due(f"{survey.pk}-case-{case.pk}", case.member, case.store, case=case)


def _members(survey: Survey, today: dt.date) -> Iterator[Due]:
    """Each member once in each stretch of so many days, counted from the first day of the calendar."""
    stretch = today.toordinal() // max(survey.trigger_days, 1)
    everybody = Member.objects.filter(voided_at=None, merged_into=None, erased_at=None)
    ids = list(survey.stores.values_list("pk", flat=True))
    for member in (everybody.filter(home_store__in=ids) if ids else everybody).select_related("home_store"):
        yield Due(f"{survey.pk}-{stretch}-{member.pk}", member, member.home_store)
