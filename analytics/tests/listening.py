"""What customers say, put into the database and marked as every service does it."""

import datetime as dt
import itertools
from typing import Any

from analytics.tests.complaining import case
from members.lib import clock
from members.lib.actor import system
from members.models import Member, Store, Touched, User
from surveys.models import Answer, Question, Response, Review, Survey, SurveyInvitation
from surveys.queries import surveys as queries
from surveys.services import surveys

_numbers = itertools.count(1)


class Listening:
    """An open survey after a template, "purchase" (nps, parts by lines, words) or "service", and what it is told."""

    def __init__(self, name: str = "Autumn", template: str = "purchase") -> None:
        made = surveys.make(name=name, template=template, by=system("test"))
        Survey.objects.filter(pk=made.pk).update(trigger="")  # nobody is written to
        made.refresh_from_db()
        surveys.open_up(made, by=system("test"))
        self.survey = Survey.objects.get(pk=made.pk)
        version = queries.asked_version(self.survey)
        assert version is not None
        self.version = version
        self.questions = {question.code: question for question in Question.objects.filter(version=version)}

    def tell(
        self, score: int, date: str, *, store: Store | None = None, member: Member | None = None, words: str = "",
        **more: Any,
    ) -> Response:  # fmt: skip
        """One finished response; keywords of `parts`: scores by line; others: fields of the response."""
        parts = more.pop("parts", {})
        response = Response.objects.create(
            survey=self.survey, version=self.version, way=more.pop("way", "public"), member=member, store=store,
            key=f"k{next(_numbers)}", business_date=dt.date.fromisoformat(date),
            completed_at=more.pop("completed_at", clock.now()), **more,
        )  # fmt: skip
        said = [Answer(response=response, question=self.questions["nps"], number=score)]
        said += [
            Answer(response=response, question=self.questions["parts"], row=line, number=number)
            for line, number in parts.items()
        ]
        said += [Answer(response=response, question=self.questions["more"], text=words)] if words else []
        Answer.objects.bulk_create(said)
        Touched.objects.create(kind=Touched.Kind.RESPONSE, key=response.pk)
        return response

    def rate(self, score: int, date: str, *, worked_by: User | None, store: Store) -> Response:
        """One finished response of somebody to the satisfaction with a case of a store."""
        day, number = dt.date.fromisoformat(date), next(_numbers)
        worked = case(date, owner=worked_by, store=store)
        asked = SurveyInvitation.objects.create(
            survey=self.survey, key=f"case-{number}", case=worked, asked_on=day, expires_at=clock.now()
        )
        response = Response.objects.create(
            survey=self.survey, version=self.version, way="link", invitation=asked, store=store, key=f"k{number}",
            business_date=day, completed_at=clock.now(),
        )  # fmt: skip
        Answer.objects.create(response=response, question=self.questions["satisfied"], number=score)
        Touched.objects.create(kind=Touched.Kind.RESPONSE, key=response.pk)
        return response


def review(stars: int | None, date: str, *, store: Store | None = None, text: str = "", **more: Any) -> Review:
    """A review of a site."""
    made = Review.objects.create(
        source="site", number=f"r{next(_numbers)}", rating=stars, store=store, text=text,
        business_date=dt.date.fromisoformat(date), **more,
    )  # fmt: skip
    Touched.objects.create(kind=Touched.Kind.REVIEW, key=made.pk)
    return made
