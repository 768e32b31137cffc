"""Phones of a members file: E.164, or the reason why it is none."""

import pytest

from members.rules.imports.phones import phones
from members.rules.imports.problems import BadValue


@pytest.mark.parametrize(
    ("raw", "value", "fix"),
    [
        ("13800138001", "+8613800138001", ""),
        ("+8613800138001", "+8613800138001", ""),
        ("+86 138 0013 8001", "+8613800138001", "phone_normalised"),
        ("0086-13800138001", "+8613800138001", "phone_normalised"),
        ("８６１３８００１３８００１", "+8613800138001", "phone_normalised"),
        ("(138) 0013 8004", "+8613800138004", "phone_normalised"),
        ("'13800138001", "+8613800138001", "phone_normalised"),
        ("13800138001.0", "+8613800138001", "phone_normalised"),
        ("\t13800138001", "+8613800138001", "phone_normalised"),
        ("010-62345678", "+861062345678", "landline_kept"),
        ("+852 5123 4567", "+85251234567", "non_mainland_kept"),
        ("0044 20 8366 1177", "+442083661177", "non_mainland_kept"),
    ],
)
def test_a_phone_of_a_chinese_shop(raw: str, value: str, fix: str) -> None:
    assert phones(raw, "CN") == ((value,), fix)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("1380013800", "phone_length"),
        ("138001380011", "phone_length"),
        ("12345678901", "phone_invalid"),
        ("123", "phone_length"),
        ("1.38E+10", "phone_excel_scientific"),
        ("010-62345678转801", "phone_invalid"),
        ("010-62345678/79", "phone_length"),
        ("没有", "phone_invalid"),
    ],
)
def test_what_is_no_phone(raw: str, code: str) -> None:
    with pytest.raises(BadValue) as bad:
        phones(raw, "CN")
    assert bad.value.code == code


@pytest.mark.parametrize("separator", ["/", ";", "；", "、", " / "])
def test_a_cell_may_hold_several(separator: str) -> None:
    found, _ = phones(f"13800138001{separator}010-62345678", "CN")
    assert found == ("+8613800138001", "+861062345678")


@pytest.mark.parametrize("raw", ["", "  ", "138****8001"])
def test_a_blank_or_masked_one_is_none(raw: str) -> None:
    assert phones(raw, "CN")[0] == ()


def test_without_a_country_code_it_is_of_the_merchants_country() -> None:
    assert phones("020 8366 1177", "GB")[0] == ("+442083661177",)
    assert phones("+49 30 123456", "")[0] == ("+4930123456",)
    with pytest.raises(BadValue):
        phones("030 123456", "")
