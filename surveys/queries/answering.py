"""Where a link leads, and what was answered so far."""

import datetime as dt
from dataclasses import dataclass

from django.core import signing
from django.db.models import Q

from members.lib import clock, secret_links
from members.models import Channel, Member, Order, Store
from members.queries import merchants
from surveys.models import PublicLink, Question, Response, Survey, SurveyInvitation, SurveyVersion
from surveys.queries import surveys
from surveys.rules.questions import Given

SALT = "surveys.answer"
KEY_DAYS = 30  # the form of a public link is good for so long


@dataclass(frozen=True, slots=True)
class Door:
    """Whose answer to what: `key` is the same for everything one person sends through it."""

    survey: Survey
    key: str
    way: str
    invitation: SurveyInvitation | None = None
    link: PublicLink | None = None
    member: Member | None = None
    order: Order | None = None
    store: Store | None = None
    channel: Channel | None = None
    is_test: bool = False
    entered_by: str = ""

    @property
    def zone(self) -> str:
        return self.store.zone if self.store else merchants.current().zone


def invited(secret: str) -> Door | None:
    """The door of a member's own link: open until it expires, is withdrawn, or the survey is closed."""
    found = (
        SurveyInvitation.objects.filter(token_hash=secret_links.hashed(secret), ended_at__isnull=True)
        .filter(expires_at__gt=clock.now(), survey__state=Survey.State.OPEN)
        .select_related("survey", "member", "order", "store", "channel")
        .first()
    )
    if found is None or not _in_days(found.survey, found.store):
        return None
    return Door(
        found.survey, f"invitation-{found.pk}", Response.Way.LINK, invitation=found, member=found.member,
        order=found.order, store=found.store, channel=found.channel,
    )  # fmt: skip


def public(token: str) -> PublicLink | None:
    """The link on the wall, while it hangs there and its survey is open."""
    links = PublicLink.objects.filter(is_active=True, survey__state=Survey.State.OPEN)
    found = links.select_related("survey", "store").filter(token=token).first()
    return found if found and _in_days(found.survey, found.store) else None


def by_public(link: PublicLink, person: str) -> Door:
    """The door of somebody in the shop; `person` is what their browser was given."""
    return Door(link.survey, f"public-{link.pk}-{person}", Response.Way.PUBLIC, link=link, store=link.store)


def _in_days(survey: Survey, store: Store | None) -> bool:
    today = clock.local_date(clock.now(), store.zone if store else merchants.current().zone)
    begun = survey.first_day is None or survey.first_day <= today
    return begun and (survey.last_day is None or today <= survey.last_day)


def signed(person: str) -> str:
    """What a form or a cookie carries: nobody makes up the key of another."""
    return signing.dumps(person, salt=SALT)


def person_in(text: str) -> str:
    """The person of a signed text; "" for none or one that was made up or is old."""
    try:
        return str(signing.loads(text, salt=SALT, max_age=dt.timedelta(days=KEY_DAYS)))
    except signing.BadSignature:
        return ""


def response(door: Door) -> Response | None:
    return Response.objects.filter(key=door.key).select_related("version").first()


def version(door: Door, found: Response | None) -> SurveyVersion | None:
    """The questions of this person: those they began with, else those asked now."""
    if found:
        return found.version
    return surveys.newest(door.survey) if door.is_test else surveys.asked_version(door.survey)


def questions(of: SurveyVersion) -> list[Question]:
    return list(of.questions.order_by("page", "position"))


def answers(found: Response | None) -> dict[str, list[Given]]:
    """What was said so far, by question."""
    said: dict[str, list[Given]] = {}
    for row in found.answers.select_related("question").order_by("question", "row") if found else ():
        given = Given(row=row.row, number=row.number, choices=tuple(row.choices), text=row.text)
        said.setdefault(row.question.code, []).append(given)
    return said


def may_change(found: Response | None) -> bool:
    """Whether answers are still taken: before the end, and for the minutes after it that the survey allows."""
    if found is None or found.completed_at is None:
        return True
    return clock.now() <= found.completed_at + dt.timedelta(minutes=found.survey.edit_minutes)


def recent(link: PublicLink) -> int:
    """How many began by a public link within the last minute."""
    since = clock.now() - dt.timedelta(minutes=1)
    return Response.objects.filter(Q(link=link) & Q(started_at__gt=since)).count()
