"""Points for what is no purchase: sign-up, a review, a survey, a birthday, an event. Each once, so many in a period."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy

from members.lib import clock
from members.lib.actor import Actor
from members.models import Member
from members.queries import merchants
from members.services import jobs
from rewards.models import Entry, EventRule
from rewards.queries import persons, points_rules
from rewards.rules import lots
from rewards.services import ledger
from rewards.services.earning.look import term
from rewards.services.ledger import Deed

Event, Per = EventRule.Event, EventRule.Per
CHUNK = 200
DAY = dt.timedelta(days=1)


def reason(event: str) -> str:
    """The reason of entries that an event gave."""
    return f"event_{event}"


@transaction.atomic
def event(member: Member, event: str, reference: str, *, by: Actor, at: dt.datetime) -> Entry | None:
    """Give points for an event by the rules of its day. The same reference again gives the first entry.

    `event` is a value of EventRule.Event; `reference` says which one (a review, an invitation), without naming anybody.
    None when the rules give nothing for it, or the person has had as many in the period as they allow.
    """
    zone = merchants.current().zone
    day = clock.local_date(at, zone)
    version = points_rules.on(day)
    rule = version.events.filter(event=event, points__gt=0).first() if version else None
    if rule is None or version is None:
        return None
    ledger.settle(member=member)  # from here on the person's events queue
    key = f"event-{event}-{reference}"
    if known := Entry.objects.filter(key=key).first():
        return known
    if _had(member, event, rule.per, day, zone) >= rule.times:
        return None
    deed = Deed(key, by, at, reason=reason(event), detail={"rules": version.pk, "event": event})
    return ledger.earn(member=member, points=rule.points, deed=deed, term=term(version, day, zone, [day])).entry


def _had(member: Member, event: str, per: str, day: dt.date, zone: str) -> int:
    """How often the person was given points for an event in the period of a day, on the merchant's clock."""
    earlier = Entry.objects.filter(account__member__in=persons.of(member.pk).values("pk"), reason=reason(event))
    first = {Per.DAY: day, Per.MONTH: day.replace(day=1), Per.YEAR: day.replace(month=1, day=1)}.get(Per(per))
    if first is not None:
        after = {Per.DAY: day + DAY, Per.MONTH: (first + 31 * DAY).replace(day=1)}
        end = after.get(Per(per)) or dt.date(day.year + 1, 1, 1)
        earlier = earlier.filter(
            happened_at__gte=lots.start_of_day(first, zone), happened_at__lt=lots.start_of_day(end, zone)
        )
    return earlier.count()


@jobs.handler("event_points", title=gettext_lazy("Points for birthdays and sign-ups"), nightly=True, alone=True)
def work(run: jobs.Run) -> None:
    """The birthdays of the day, and members who joined since there are points for it; in chunks, again for nothing."""
    day = dt.date.fromisoformat(run.arguments["day"])
    zone = merchants.current().zone
    given = 0
    for kind, member, reference, at in [*_birthdays(day, zone), *_joined(day, zone)]:
        with run.step() as step:
            given += event(member, kind, reference, by=run.actor, at=at) is not None
            step.progress = run.progress + 1
    run.finish({"given": given})


Due = tuple[str, Member, str, dt.datetime]


def _birthdays(day: dt.date, zone: str) -> Iterator[Due]:
    """Who was born on 29 February has the birthday on the 28th of a common year."""
    born = Q(birth_month=day.month, birth_day=day.day)
    if (day.month, day.day) == (2, 28) and (day + DAY).month == 3:
        born |= Q(birth_month=2, birth_day=29)
    noon = lots.start_of_day(day, zone) + dt.timedelta(hours=12)
    for member in _people().filter(born).iterator(CHUNK):
        yield Event.BIRTHDAY, member, f"{member.pk}-{day.year}", noon


def _joined(day: dt.date, zone: str) -> Iterator[Due]:
    """Members who joined under rules that give something for it and have not had it."""
    version = points_rules.on(day)
    if version is None or version.first_day is None or not version.events.filter(event=Event.SIGN_UP).exists():
        return
    had = Entry.objects.filter(account__member=OuterRef("pk"), reason=reason(Event.SIGN_UP))
    new = _people().filter(~Exists(had), joined_on__gte=version.first_day, joined_on__lte=day)
    for member in new.order_by("pk").iterator(CHUNK):
        joined = member.joined_on or day
        yield Event.SIGN_UP, member, str(member.pk), lots.start_of_day(joined, zone) + dt.timedelta(hours=12)


def _people() -> QuerySet[Member]:
    return Member.objects.filter(merged_into__isnull=True, voided_at__isnull=True, erased_at__isnull=True)
