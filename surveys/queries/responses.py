"""What members answered."""

from dataclasses import dataclass

from members.lib.actor import Actor
from members.models import Member
from surveys.models import Answer, Question, Response
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
    found = list(
        scope.responses_of(actor)
        .filter(member=member, completed_at__isnull=False)
        .select_related("survey")
        .prefetch_related("answers__question")
        .order_by("-completed_at")[:count]
    )
    return [_told(response) for response in found]


def _told(response: Response) -> Told:
    answers = list(response.answers.all())
    return Told(
        response,
        [answer for answer in answers if answer.question.kind in SCORES],
        [answer.text for answer in answers if answer.text],
    )
