"""Months and spans as sentences say them."""

import pytest
from django.utils.translation import override

from analytics.metrics import periods
from analytics.reports import wording


@pytest.mark.parametrize(
    ("first", "last", "chinese", "english"),
    [
        ("2026-05", "2026-05", "2026 年 5 月", "May 2026"),
        ("2026-05", "2026-09", "2026 年 5–9 月", "May–Sep 2026"),
        ("2025-11", "2026-03", "2025 年 11 月至 2026 年 3 月", "Nov 2025 to Mar 2026"),
    ],
)
def test_months_end_in_a_word_so_that_a_sentence_can_go_on(first: str, last: str, chinese: str, english: str) -> None:
    ends = periods.parse(first, "month"), periods.parse(last, "month")
    with override("zh-hans"):
        assert wording.months(*ends) == chinese
    with override("en"):
        assert wording.months(*ends) == english


@pytest.mark.parametrize(
    ("label", "chinese", "english"),
    [
        ("2026-10-24..2026-11-22", "2026-10-24 至 2026-11-22", "24 Oct 2026 to 22 Nov 2026"),
        ("2026-10", "2026-10", "2026-10"),
        ("no..date", "no..date", "no..date"),
    ],
)
def test_a_span_is_said_in_words_and_other_labels_stay(label: str, chinese: str, english: str) -> None:
    with override("zh-hans"):
        assert wording.span(label) == chinese
    with override("en"):
        assert wording.span(label) == english


def test_the_end_of_an_interval_that_excludes_zero_looks_like_one() -> None:
    assert wording.signed_percent(-0.0004) == "−0.04%"
    assert wording.signed_points(0.0003) == "+0.03"
    with override("en"):
        assert wording.interval(-0.009, -0.0002) == "−0.9 to −0.02 points"
