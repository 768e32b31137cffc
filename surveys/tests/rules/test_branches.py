"""Conditions as an editor picks them, and lists as an editor types them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.branches import Apart, listed, picked_of, picks, rule_of
from surveys.rules.questions import Asked

EARLIER = [Asked("nps", "nps"), Asked("group", "single", options=("price", "service")), Asked("said", "text")]


def test_bands_of_scales_and_answers_of_choices_can_be_picked() -> None:
    assert [value for value, _code, _answer in picks(EARLIER)] == [
        "nps:0-6", "nps:7-8", "nps:9-10", "group=price", "group=service",
    ]  # fmt: skip


def test_neighbouring_bands_are_one() -> None:
    assert rule_of(["nps:7-8", "nps:0-6"]) == {"question": "nps", "at_least": 0, "at_most": 8}


@pytest.mark.parametrize("picked", [["nps:0-6", "nps:9-10"], ["nps:0-6", "group=price"]])
def test_what_is_no_one_condition_is_refused(picked: list[str]) -> None:
    with pytest.raises(Apart):
        rule_of(picked)


@given(st.sampled_from([["nps:0-6"], ["nps:0-6", "nps:7-8"], ["group=price"], ["group=price", "group=service"], []]))
def test_a_condition_is_shown_as_it_was_picked(picked: list[str]) -> None:
    assert picked_of(rule_of(picked), EARLIER) == picked


def test_an_answer_keeps_its_code_when_one_of_its_texts_stays() -> None:
    known = [{"code": "a", "zh": "好", "en": "Good"}, {"code": "b", "zh": "差", "en": "Bad"}]
    made, wrong = listed("差 | Poor\n好 ｜ Good\n\n一般 | So-so", known, "o")
    assert [(one["code"], one["en"]) for one in made] == [("b", "Poor"), ("a", "Good"), ("o1", "So-so")]
    assert wrong == []


def test_a_line_without_both_languages_is_told_by_its_number() -> None:
    assert listed("好 | Good\n差\n| Bad", [], "o")[1] == [2, 3]
