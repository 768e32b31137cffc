"""Surveys as they stand: the version that is asked, the one being edited, and what became of them."""

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from members.lib.actor import Actor
from surveys.models import Question, Response, Survey, SurveyInvitation, SurveyVersion
from surveys.queries import scope
from surveys.rules.questions import Asked


def asked_version(survey: Survey) -> SurveyVersion | None:
    """The version that is put before people now; None before it was first opened."""
    return survey.versions.filter(frozen_at__isnull=False).order_by("-number").first()


def newest(survey: Survey) -> SurveyVersion:
    """The version that an editor sees: a draft, or the one that is asked."""
    return survey.versions.order_by("-number")[0]


def asked(question: Question) -> Asked:
    """As the rules see it."""
    return Asked(
        code=question.code, kind=question.kind, options=tuple(one["code"] for one in question.options),
        rows=tuple(one["code"] for one in question.rows), shown_if=question.shown_if,
        is_required=question.is_required, page=question.page,
    )  # fmt: skip


def listed(actor: Actor) -> QuerySet[Survey]:
    """With `n_asked`, `n_answered` (of those asked), `n_responses` and `last_answer`, within the actor's stores."""
    return scope.surveys(actor).annotate(
        n_asked=_counted(scope.invitations_of(actor)),
        n_answered=_counted(scope.invitations_of(actor).filter(response__completed_at__isnull=False)),
        n_responses=_counted(_finished(actor)),
        last_answer=Subquery(
            _finished(actor)
            .filter(survey=OuterRef("pk"))
            .values("survey")
            .annotate(at=Max("completed_at"))
            .values("at")
        ),
    )


def _finished(actor: Actor) -> QuerySet[Response]:
    return scope.responses_of(actor).filter(completed_at__isnull=False)


def _counted(rows: QuerySet[SurveyInvitation] | QuerySet[Response]) -> Coalesce:
    per_survey = rows.filter(survey=OuterRef("pk")).order_by().values("survey").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(per_survey), 0)
