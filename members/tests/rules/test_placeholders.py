"""What a template may leave open, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.rules.placeholders import filled, segments, unknown


def test_known_names_are_filled_and_unknown_ones_told() -> None:
    assert filled("{name}，您好：{link}", {"name": "王", "link": "https://x"}) == "王，您好：https://x"
    assert unknown("{name} {surname} {0} {name.__class__}") == ["surname", "0", "name.__class__"]
    assert unknown("100 % {") == ["{"]


def test_what_is_filled_in_is_not_looked_into_again() -> None:
    assert filled("{name}", {"name": "{link}", "link": "x"}) == "{link}"


@given(st.text())
def test_a_text_without_names_stays_as_it_is(text: str) -> None:
    if not unknown(text) and "{" not in text:
        assert filled(text, {"name": "x"}) == text


@pytest.mark.parametrize(
    ("text", "parts"),
    [("a" * 160, 1), ("a" * 161, 2), ("好" * 70, 1), ("好" * 71, 2), ("好" * 134, 2), ("好" * 135, 3)],
)
def test_parts_of_a_text_message_are_counted_as_providers_do(text: str, parts: int) -> None:
    assert segments(text) == parts
