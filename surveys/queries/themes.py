"""Themes, and what texts without one speak of."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from members.lib.actor import Actor
from surveys.models import Answer, Theme, ThemeMark
from surveys.queries import scope
from surveys.rules.themes import proposals

READ = 2_000
"""So many of the newest texts without a theme are read for proposals."""


def every() -> QuerySet[Theme]:
    """All themes with `n`, the texts that have it."""
    return Theme.objects.annotate(n=Count("marks", filter=Q(marks__is_removed=False))).order_by("-is_active", "code")


def proposed(actor: Actor) -> list[tuple[str, int]]:
    """Frequent phrases of texts that have no theme, with how many texts have them."""
    marks = ThemeMark.objects.filter(is_removed=False)
    answers: QuerySet[Any] = Answer.objects.filter(response__in=scope.responses_of(actor)).exclude(text="")
    reviews: QuerySet[Any] = scope.reviews_of(actor).exclude(text="")
    unmarked = [
        answers.exclude(Exists(marks.filter(answer=OuterRef("pk")))),
        reviews.exclude(Exists(marks.filter(review=OuterRef("pk")))),
    ]
    return proposals(text for found in unmarked for text in found.order_by("-pk").values_list("text", flat=True)[:READ])
