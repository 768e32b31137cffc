"""Marks of themes: by words, again when the words change, and by hand for good."""

import datetime as dt

import pytest

from members.lib.actor import system
from members.models import Job
from surveys.models import Review, Theme, ThemeMark
from surveys.services import themes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_themes")]
BY = system("test")


@pytest.fixture
def review(merchant: object) -> Review:
    made = Review.objects.create(
        source="site", number="1", rating=2, business_date=dt.date(2026, 5, 1), text="停车难，排队久"
    )
    list(themes.mark_all())
    return made


def codes(review: Review) -> set[str]:
    return set(ThemeMark.objects.filter(review=review, is_removed=False).values_list("theme__code", flat=True))


def test_new_words_mark_old_texts_and_taken_words_unmark_them(review: Review) -> None:
    assert codes(review) == {"waiting"}
    made = themes.save(None, name_zh="停车", name_en="Parking", words=["停车"], is_active=True, by=BY)
    assert Job.objects.filter(kind=themes.KIND).exists()
    list(themes.mark_all())
    assert codes(review) == {"waiting", "parking"}
    themes.save(made, name_zh="停车", name_en="Parking", words=["车位"], is_active=True, by=BY)
    list(themes.mark_all())
    assert codes(review) == {"waiting"}


def test_what_was_set_by_hand_outlives_the_words(review: Review) -> None:
    ThemeMark.objects.filter(review=review).update(by_hand=True, is_removed=True)
    ThemeMark.objects.create(review=review, theme=Theme.objects.get(code="place"), by_hand=True)
    list(themes.mark_all())
    assert codes(review) == {"place"}


def test_a_theme_without_words_is_refused(merchant: object) -> None:
    with pytest.raises(themes.Refused):
        themes.save(None, name_zh="空", name_en="Empty", words=["  "], is_active=True, by=BY)
    assert not Theme.objects.filter(code="empty").exists()
