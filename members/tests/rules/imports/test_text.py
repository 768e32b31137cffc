"""Names and numbers: kept to the last character, cleaned of what nobody sees."""

import pytest

from members.rules.imports import contacts, states, text
from members.rules.imports.problems import BadValue


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("e\u0301", "é"),
        ("a\u200bb", "ab"),
        ("\u202eevil", "evil"),
        ("\u3000全角空格\u3000", "全角空格"),
        ("👨‍👩‍👧‍👦一家", "👨‍👩‍👧‍👦一家"),
        ("ﬁ", "ﬁ"),
    ],
)
def test_names(raw: str, value: str) -> None:
    assert text.clean(raw, 120)[0] == value


def test_numbers_keep_every_digit() -> None:
    assert text.number("000123", 80) == ("000123", "")
    assert text.number("123456789012345678", 80) == ("123456789012345678", "")
    assert text.number(" X5 ", 80) == ("X5", "trimmed")
    assert text.number("'0088", 80) == ("0088", "excel_text_prefix")
    assert text.member_number("17850.0", 80) == ("17850", "float_suffix")


@pytest.mark.parametrize(
    ("raw", "code"), [("1.38E+10", "excel_scientific"), ("王\0芳", "nul_byte"), ("x" * 81, "too_long")]
)
def test_what_cannot_be_kept_is_rejected(raw: str, code: str) -> None:
    with pytest.raises(BadValue, match=code):
        text.number(raw, 80)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("138 0013-8001", "+8613800138001"),
        ("+86 13800138001", "+8613800138001"),
        ("008613800138001", "+8613800138001"),
        ("8613800138001", "+8613800138001"),
        ("+44 20 7946 0123", "+442079460123"),
        ("010-62345678", "+861062345678"),
        ("138****8001", ""),
        ("1.38E+10", ""),
        ("", ""),
    ],
)
def test_phones_compare_as_e164_and_bad_ones_are_left_out(raw: str, value: str) -> None:
    assert contacts.phone(raw, "CN")[0] == value


def test_emails_compare_case_folded() -> None:
    assert contacts.email(" User@Example.COM ") == ("user@example.com", "")
    assert contacts.email("not an address") == ("", "email_left_out")


def test_states_of_orders_in_the_words_of_exports() -> None:
    assert [states.status(word)[0] for word in ("", "Paid", "交易成功", "待付款", "Voided", "测试")] == [
        "paid",
        "paid",
        "paid",
        "pending",
        "cancelled",
        "test",
    ]
    assert states.status("已退款") == ("cancelled", "refunded_as_cancelled")
    with pytest.raises(BadValue, match="unknown_status"):
        states.status("VIP")
