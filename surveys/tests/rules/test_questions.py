"""What a question takes for an answer, and when it is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.questions import SCALES, Asked, Given, faults_of, kept, read, shown

NPS = Asked("nps", "nps", is_required=True)
WHY = Asked("why", "text", shown_if={"question": "nps", "at_most": 6})
GROUP = Asked("group", "single", options=("price", "service"))
CAUSE = Asked("cause", "multiple", options=("dear", "hidden"), shown_if={"question": "group", "any_of": ["price"]})
LINES = Asked("lines", "matrix", rows=("taste", "wait"))


@pytest.mark.parametrize("kind", ["nps", "csat", "ces"])
def test_a_scale_takes_its_whole_numbers_and_nothing_else(kind: str) -> None:
    low, high = SCALES[kind]
    asked = Asked("q", kind)
    assert [read(asked, {"q": [str(score)]})[1] for score in range(low, high + 1)] == [""] * (high - low + 1)
    for wrong in [str(low - 1), str(high + 1), "3.5", "٣", "ten", "+3", "007", "1e1"]:
        assert read(asked, {"q": [wrong]}) == ([], "out_of_scale")
    assert read(asked, {"q": ["3", "4"]}) == ([], "too_many")


def test_an_empty_answer_is_none_and_wrong_only_where_one_must_be_given() -> None:
    assert read(NPS, {}) == ([], "missing")
    assert read(WHY, {"why": [" \x00 "]}) == ([], "")


def test_choices_are_those_there_are_in_their_order() -> None:
    assert read(CAUSE, {"cause": ["hidden", "dear"]}) == ([Given(choices=("dear", "hidden"))], "")
    assert read(CAUSE, {"cause": ["free"]}) == ([], "unknown")
    assert read(GROUP, {"group": ["price", "service"]}) == ([], "too_many")


def test_a_matrix_is_scored_line_by_line() -> None:
    assert read(LINES, {"lines.taste": ["5"], "lines.wait": ["2"]})[0] == [Given("taste", 5), Given("wait", 2)]
    assert read(LINES, {"lines.taste": ["5"]}) == ([Given("taste", 5)], "")
    assert read(LINES, {"lines.taste": ["6"]}) == ([], "out_of_scale")


def test_a_text_may_be_long_but_not_endless() -> None:
    assert read(WHY, {"why": ["长" * 4_000]})[1] == ""
    assert read(WHY, {"why": ["长" * 4_001]}) == ([], "too_long")


def test_what_hangs_on_an_answer_is_asked_only_after_it() -> None:
    assert shown(WHY, {"nps": [Given(number=6)]})
    assert not shown(WHY, {"nps": [Given(number=7)]})
    assert not shown(WHY, {})
    assert shown(CAUSE, {"group": [Given(choices=("price",))]})


def test_an_answer_that_is_gone_takes_along_those_that_hang_on_it() -> None:
    deeper = Asked("deeper", "text", shown_if={"question": "cause", "any_of": ["dear"]})
    answers = {
        "group": [Given(choices=("service",))],
        "cause": [Given(choices=("dear",))],
        "deeper": [Given(text="x")],
    }
    assert list(kept([GROUP, CAUSE, deeper], answers)) == ["group"]


@given(st.dictionaries(st.sampled_from(["nps", "why", "group"]), st.lists(st.text(), max_size=3)))
def test_whatever_is_sent_gives_an_answer_or_a_fault_never_both(values: dict[str, list[str]]) -> None:
    for asked in (NPS, WHY, GROUP):
        found, fault = read(asked, values)
        assert not (found and fault)


def test_a_set_of_questions_says_what_keeps_it_from_opening() -> None:
    assert faults_of([NPS, WHY, GROUP, CAUSE, LINES]) == []
    assert faults_of([]) == [("", "no_questions")]
    assert faults_of([NPS, NPS]) == [("nps", "twice")]
    assert faults_of([WHY, NPS]) == [("why", "hangs_on_later")]
    assert faults_of([WHY]) == [("why", "hangs_on_nothing")]
    assert faults_of([Asked("one", "single", options=("a",))]) == [("one", "no_options")]
    assert faults_of([Asked("two", "multiple", options=("a", "a"))]) == [("two", "options_twice")]
    assert faults_of([Asked("none", "matrix")]) == [("none", "no_rows")]
    hangs = Asked("t", "text", shown_if={"question": "nps", "at_least": 11})
    assert faults_of([NPS, hangs]) == [("t", "never_met")]
    on_text = Asked("t", "text", shown_if={"question": "said", "at_least": 1})
    assert faults_of([Asked("said", "text"), on_text]) == [("t", "hangs_on_text")]
