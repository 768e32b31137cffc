"""Themes: their words, and the marks that say which text speaks of what. What staff set by hand is never undone."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from members.lib.actor import Actor
from members.models import Touched
from members.services import audit, jobs
from surveys.models import Answer, Case, Note, Response, Review, Theme, ThemeMark
from surveys.rules import themes as rules

KIND = "mark_themes"
BATCH = 1_000
Moods = dict[str, int | None]
"""Of themes, by code: -1, 0 or 1; None: it does not speak of it."""
_TEXTS: dict[str, Any] = {"answer": Answer, "review": Review, "case": Case, "note": Note}


class Refused(ValueError):
    """It cannot be done; the text says why."""


@transaction.atomic
def save(theme: Theme | None, *, name_zh: str, name_en: str, words: Iterable[str], is_active: bool, by: Actor) -> Theme:
    """Make a theme or change it, and have all texts read again. Refused without a word that finds anything."""
    kept = list(dict.fromkeys(word.strip() for word in words if word.strip()))
    if not rules.pattern(kept):
        raise Refused(_("Write at least one word that the theme is recognised by."))
    verb = "change_theme" if theme else "make_theme"
    made = theme or Theme(code=_code(name_en))
    made.name_zh, made.name_en, made.words, made.is_active = name_zh, name_en, kept, is_active
    made.save()
    audit.record(by=by, verb=verb, subject_type="theme", subject_id=made.pk)
    jobs.enqueue_once(KIND, by)
    return made


def _code(name: str) -> str:
    base = slugify(name)[:30] or "theme"
    taken = set(Theme.objects.filter(code__startswith=base).values_list("code", flat=True))
    return next(code for code in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if code not in taken)


def mark_response(response: Response) -> None:
    """The themes of what a response says, in the caller's transaction."""
    _mark("answer", list(Answer.objects.filter(response=response).exclude(text="")), _patterns())


def mark_reviews(reviews: list[Review]) -> None:
    """The themes of some reviews, in the caller's transaction."""
    _mark("review", reviews, _patterns())


def mark_note(note: Note) -> None:
    """The themes of a note, in the caller's transaction."""
    _mark("note", [note], _patterns())


@transaction.atomic
def set_by_hand(answer: Answer, theme: Theme, *, present: bool, by: Actor) -> None:
    """Say that a text speaks of a theme, or that it does not; the words change that no more."""
    ThemeMark.objects.update_or_create(
        theme=theme, answer=answer, defaults={"by_hand": True, "is_removed": not present}
    )
    Touched.objects.create(kind=Touched.Kind.RESPONSE, key=answer.response_id)
    detail = {"theme": theme.code, "present": present}
    audit.record(by=by, verb="mark_theme", subject_type="response", subject_id=answer.response_id, detail=detail)


def codes() -> list[str]:
    """Of every theme in use."""
    return list(Theme.objects.filter(is_active=True).values_list("code", flat=True))


def moods_of_reviews(reviews: Iterable[Review]) -> dict[int, Moods]:
    """What files have said about the themes of reviews, by review."""
    found: dict[int, Moods] = {}
    for mark in ThemeMark.objects.filter(review__in=list(reviews), by_hand=True).select_related("theme"):
        found.setdefault(mark.review_id or 0, {})[mark.theme.code] = None if mark.is_removed else mark.mood
    return found


def set_by_file(said: Mapping[Review, Moods]) -> None:
    """Write down what a file says about the themes of new reviews, in the caller's transaction.

    Before their words are read: those give way to it.
    """
    known = {theme.code: theme.pk for theme in Theme.objects.filter(is_active=True)}
    marks = [
        ThemeMark(theme_id=known[code], review=review, by_hand=True, is_removed=mood is None, mood=mood)
        for review, moods in said.items()
        for code, mood in moods.items()
    ]
    ThemeMark.objects.bulk_create(marks)


def mark_all() -> Iterator[int]:
    """Read every text again, a batch a transaction; gives how many were read."""
    patterns = _patterns()
    for about, model in _TEXTS.items():
        last = 0
        while True:
            with transaction.atomic():
                texts = list(model.objects.filter(pk__gt=last).exclude(text="").order_by("pk")[:BATCH])
                if not texts:
                    break
                _mark(about, texts, patterns)
            last = texts[-1].pk
            yield len(texts)
    Touched.objects.create(
        kind=Touched.Kind.REVIEW, key=0
    )  # marks are written with the next publish, whatever it takes


def _patterns() -> dict[int, Any]:
    return {theme.pk: rules.pattern(theme.words) for theme in Theme.objects.filter(is_active=True)}


def _mark(about: str, texts: list[Any], patterns: dict[int, Any]) -> None:
    """Marks of some texts as the words say; those by hand stay."""
    by_code = {str(pk): one for pk, one in patterns.items()}
    wanted = {(text.pk, int(code)) for text in texts for code in rules.matched(text.text, by_code)}
    there = ThemeMark.objects.filter(**{f"{about}__in": texts})
    known = {(getattr(mark, f"{about}_id"), mark.theme_id): mark for mark in there}
    gone = [mark.pk for key, mark in known.items() if key not in wanted and not mark.by_hand]
    ThemeMark.objects.filter(pk__in=gone).delete()
    fresh = [ThemeMark(theme_id=theme, **{f"{about}_id": text}) for text, theme in sorted(wanted - known.keys())]
    ThemeMark.objects.bulk_create(fresh, ignore_conflicts=True)
