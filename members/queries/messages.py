"""Messages to members: whether one may be sent, what waits, and what became of the others."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Consent, Identifier, Member, Message, MessageTemplate
from members.queries import merchants, scope

State = Message.State
COUNTED = (State.SENDING, State.SENT, State.DELIVERED, State.UNCLEAR)
UNSETTLED = (State.FAILED, State.UNCLEAR)
WEEK = dt.timedelta(days=7)


def allowed(member_ids: list[int], purpose: str, channel: str) -> bool:
    """Whether the last word of a person about this purpose, on this channel or on every one, is yes."""
    said = Consent.objects.filter(member__in=member_ids, purpose=purpose).filter(Q(channel=channel) | Q(channel=""))
    last = said.order_by("-happened_on", "-pk").values_list("given", flat=True).first()
    return bool(last)


def address(member_ids: list[int], channel: str) -> str:
    """Where the person is reached on a channel; "" for nowhere."""
    kind = Identifier.Kind.EMAIL if channel == MessageTemplate.Channel.EMAIL else Identifier.Kind.PHONE
    found = Identifier.objects.filter(member__in=member_ids, kind=kind, voided_at__isnull=True).order_by("-pk")
    return found.values_list("value", flat=True).first() or ""


def sent_this_week(member_ids: list[int], now: dt.datetime) -> int:
    """How many messages went to the person within seven days, those on their way included."""
    theirs = Message.objects.filter(member__in=member_ids, state__in=COUNTED)
    return theirs.filter(Q(sent_at__gt=now - WEEK) | Q(sent_at__isnull=True)).count()


def zone_of(member: Member) -> str:
    return member.home_store.zone if member.home_store else merchants.current().zone


def wakes_at(now: dt.datetime, zone: str) -> dt.datetime | None:
    """When the quiet hours of a zone that hold now are over; None when none hold."""
    begin, end = settings.QUIET_FROM, settings.QUIET_UNTIL
    local = now.astimezone(ZoneInfo(zone))
    quiet = begin <= local.hour or local.hour < end if begin > end else begin <= local.hour < end
    if not quiet:
        return None
    day = local.date() + dt.timedelta(days=1) if local.hour >= end else local.date()
    return dt.datetime.combine(day, dt.time(end), ZoneInfo(zone))


def every(actor: Actor) -> QuerySet[Message]:
    """All messages, for who looks after them, to members that they may open."""
    if not actor.may(Right.MESSAGES):
        return Message.objects.none()
    found = Message.objects.select_related("member", "template")
    return found if actor.store_ids is None else found.filter(member__in=scope.members(actor).values("pk"))


def by_state(found: QuerySet[Message]) -> dict[str, int]:
    """How many there are of each state."""
    return dict(found.order_by().values_list("state").annotate(Count("pk")))


def unsettled(actor: Actor) -> QuerySet[Message]:
    """Those that staff have to say something about: failed, or sent or not."""
    return every(actor).filter(state__in=UNSETTLED)


def templates(actor: Actor) -> QuerySet[MessageTemplate]:
    every_one = MessageTemplate.objects.all()
    return every_one if actor.may(Right.MESSAGES) else every_one.none()
