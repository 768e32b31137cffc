"""What members answered."""

from dataclasses import dataclass

from django.db.models import QuerySet

from members.lib.actor import Actor
from members.models import Member
from surveys.models import Answer, Case, Question, Response
from surveys.queries import scope

SCORES = (Question.Kind.NPS, Question.Kind.CSAT, Question.Kind.CES)


@dataclass(frozen=True, slots=True)
class Told:
    """One response: its scores with the ends of their scales, and its words."""

    response: Response
    scores: list[Answer]
    texts: list[str]


def told(actor: Actor, member: Member, count: int) -> list[Told]:
    """The latest finished responses of a member, in three queries."""
    found = _responses(actor).filter(member=member, completed_at__isnull=False).order_by("-completed_at")
    return [_told(response) for response in found[:count]]


def behind(actor: Actor, case: Case) -> Told | None:
    """What was answered in the response that a case came of, in three queries."""
    if case.response_id is None:
        return None
    response = _responses(actor).filter(pk=case.response_id).first()
    return _told(response) if response else None


def _responses(actor: Actor) -> QuerySet[Response]:
    return scope.responses_of(actor).select_related("survey").prefetch_related("answers__question")


def _told(response: Response) -> Told:
    answers = list(response.answers.all())
    return Told(
        response,
        [answer for answer in answers if answer.question.kind in SCORES],
        [answer.text for answer in answers if answer.text],
    )
