"""Names, genders and addresses of a members file."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from members.rules.imports.instants import Clock
from members.rules.imports.member_values import emails, gender, joined_on, label, number
from members.rules.imports.problems import BadValue

CLOCK = Clock(ZoneInfo("Asia/Shanghai"), dt.datetime(2026, 1, 15, tzinfo=dt.UTC))


@pytest.mark.parametrize("raw", ["=1+1", "\t=1+1", "\r=1+1", "＝1+1", "-5", "👨‍👩‍👧‍👦一家", "ﬁ"])
def test_a_name_is_stored_unchanged(raw: str) -> None:
    assert label(raw, 120) == (raw, "")


@pytest.mark.parametrize(
    ("raw", "value"), [("　张三　", "张三"), ("\t张三\t", "张三"), ("e\u0301", "é"), ("a\u200bb", "ab")]
)
def test_a_name_is_composed_and_trimmed(raw: str, value: str) -> None:
    assert label(raw, 120) == (value, "trimmed")


@pytest.mark.parametrize(
    ("raw", "value"), [("男", "male"), ("F", "female"), ("先生", "male"), ("其他", "other"), ("保密", ""), ("", "")]
)
def test_a_gender(raw: str, value: str) -> None:
    assert gender(raw) == (value, "")


def test_a_gender_in_digits_is_not_guessed() -> None:
    assert gender("1") == ("", "gender_left_out")


def test_addresses() -> None:
    assert emails(" A@Example.com ") == (("a@example.com",), "")
    assert emails("a@example.com；b@example.com") == (("a@example.com", "b@example.com"), "")
    assert emails("a@example.com;no") == (("a@example.com",), "email_left_out")
    assert emails("z***@example.com") == ((), "masked_left_out")
    with pytest.raises(BadValue, match="too_long"):
        emails("a" * 200 + "@example.com")


def test_numbers_keep_their_zeros_and_all_their_digits() -> None:
    assert number("000123", 80) == ("000123", "")
    assert number("123456789012345678", 80) == ("123456789012345678", "")
    with pytest.raises(BadValue, match="excel_scientific"):
        number("1.23E+17", 80)


def test_the_date_of_joining_is_that_of_the_files_zone() -> None:
    assert joined_on("2025-01-05", CLOCK) == ("2025-01-05", "")
    assert joined_on("2025-01-05 00:30:00", CLOCK) == ("2025-01-05", "")
    assert joined_on("2025-01-04T20:00:00Z", CLOCK)[0] == "2025-01-05"
    assert joined_on("", CLOCK) == ("", "")
