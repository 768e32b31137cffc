"""What people wrote in answer to a survey, as far as the actor may see it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Exists, Min, OuterRef, Prefetch, Q, QuerySet, Subquery

from members.lib.actor import Actor
from surveys.models import Answer, Case, Question, Survey, Theme, ThemeMark
from surveys.queries import scope

LOW = 6
"""A recommendation up to this one is to be followed up."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which texts: of days and stores (codes), of a theme (code), and only those that nobody has followed up."""

    first: dt.date | None = None
    last: dt.date | None = None
    stores: Sequence[str] = field(default_factory=tuple)
    theme: str = ""
    open_only: bool = False


def texts(actor: Actor, survey: Survey, wanted: Wanted) -> QuerySet[Answer]:
    """Answers with words, `score` beside them, `marks` with their themes; low scores first, then the newest."""
    given = scope.responses_of(actor).filter(survey=survey, completed_at__isnull=False)
    if wanted.first and wanted.last:
        given = given.filter(business_date__range=(wanted.first, wanted.last))
    if wanted.stores:
        given = given.filter(store__code__in=wanted.stores)
    scores = Answer.objects.filter(response=OuterRef("response"), question__kind=Question.Kind.NPS).values("number")[:1]
    found = Answer.objects.filter(response__in=given).exclude(text="").annotate(score=Subquery(scores))
    if wanted.open_only:
        found = found.filter(score__lte=LOW).exclude(Exists(Case.objects.filter(response=OuterRef("response"))))
    if wanted.theme:
        found = found.filter(marks__theme__code=wanted.theme, marks__is_removed=False)
    marks = Prefetch("marks", ThemeMark.objects.filter(is_removed=False).select_related("theme"), to_attr="kept")
    related = found.select_related("response__member", "response__store", "response__channel", "response__case")
    return related.prefetch_related(marks).order_by("-response__business_date", "-pk")


def to_follow_up(actor: Actor, survey: Survey, wanted: Wanted) -> int:
    """How many texts with a low score nobody has made a case of."""
    return texts(actor, survey, Wanted(wanted.first, wanted.last, wanted.stores, "", open_only=True)).count()


def by_theme(found: QuerySet[Answer]) -> list[Theme]:
    """The themes of some texts with `n`, the most frequent first."""
    of_them = Q(marks__answer__in=found.order_by().values("pk"), marks__is_removed=False)
    return list(
        Theme.objects.filter(is_active=True)
        .annotate(n=Count("marks", filter=of_them))
        .filter(n__gt=0)
        .order_by("-n", "code")
    )


def spent(actor: Actor, survey: Survey) -> tuple[int, int]:
    """How many began and how many finished, of those the actor may see."""
    given = scope.responses_of(actor).filter(survey=survey)
    found = given.aggregate(begun=Count("pk"), done=Count("pk", filter=Q(completed_at__isnull=False)), first=Min("pk"))
    return found["begun"], found["done"]
