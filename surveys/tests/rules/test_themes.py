"""Themes by words, in both languages and any width."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.themes import SEEDS, folded, found, proposals

THEMES = {code: words for code, _zh, _en, words in SEEDS}


@pytest.mark.parametrize(
    ("text", "themes"),
    [
        ("排了四十分钟，前面还有外卖单插队。", {"waiting", "delivery"}),
        ("会员等级怎么升？", {"points"}),
        ("积分说过期就过期，也没人提醒我。", {"points"}),
        ("Ｗａｉｔｅｄ ages, staff was RUDE", {"waiting", "staff"}),
        ("I await your happy applause", set()),  # no word of it, only letters within words
        ("", set()),
    ],
)
def test_a_text_has_the_themes_whose_words_it_says(text: str, themes: set[str]) -> None:
    assert found(text, THEMES) == themes


def test_a_phrase_takes_spaces_as_they_come() -> None:
    assert found("good VALUE   for\nmoney", THEMES) == {"price"}


@given(st.text())
def test_folding_twice_changes_nothing_and_no_text_fails(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    found(text, THEMES)


def test_frequent_phrases_are_proposed_the_longest_that_explains_them() -> None:
    texts = ["停车位难找", "没有停车位", "停车位太小", "parking space is far", "no parking space", "parking space!"]
    assert [phrase for phrase, _n in proposals(texts)] == ["parking space", "停车位"]
