"""Amounts: exact to the last digit, or rejected with the reason."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.rules.imports import amounts
from members.rules.imports.problems import BadValue


def cny(text: str) -> tuple[Decimal, str]:
    units, fix = amounts.amount(text, "CNY", 2)
    return Decimal(units) / 10_000, fix


@pytest.mark.parametrize(
    ("text", "value", "fix"),
    [
        ("10.00", "10", ""),
        ("¥1,234.50", "1234.5", "currency_mark"),
        ("￥１，２３４．５０", "1234.5", "full_width"),
        ("1,234", "1234", "thousands"),
        ("88元", "88", "currency_mark"),
        ("CNY 88", "88", "currency_mark"),
        ("-50.00", "-50", ""),
        ("(50.00)", "-50", ""),
        ("0", "0", ""),
        ("'88", "88", "excel_text_prefix"),
        (" 88.00 ", "88", "trimmed"),
        ("１２３", "123", "full_width"),
        ("0.1", "0.1", ""),
        ("12.3400", "12.34", ""),
    ],
)
def test_what_is_read(text: str, value: str, fix: str) -> None:
    assert cny(text) == (Decimal(value), fix)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.234,50", "ambiguous_decimal_comma"),
        ("$12.00", "other_currency"),
        ("€12,00", "other_currency"),
        ("", "missing"),
        ("NaN", "not_a_number"),
        ("inf", "not_a_number"),
        ("1e3", "scientific"),
        ("免费", "not_a_number"),
        ("12.345", "too_many_decimals"),
        ("99999999999999.99", "implausibly_large"),
        ("0x10", "not_a_number"),
        ("1_000", "not_a_number"),
        ("٣٤", "not_a_number"),
    ],
)
def test_what_is_rejected(text: str, code: str) -> None:
    with pytest.raises(BadValue) as bad:
        cny(text)
    assert bad.value.code == code


def test_dust_of_floating_point_is_zero_and_nothing_else_is() -> None:
    assert amounts.dusty("1.776357e-15", "USD") == (0, "float_dust")
    assert amounts.dusty("1.61", "USD") == (16_100, "")
    with pytest.raises(BadValue, match="scientific"):
        amounts.dusty("1.5e-3", "USD")


@given(st.integers(-(10**9), 10**9), st.integers(0, 10**9))
def test_a_line_costs_quantity_times_price_to_four_decimals(quantity: int, price: int) -> None:
    exact = Decimal(quantity) * Decimal(price) / 10_000
    assert abs(Decimal(amounts.product_of(quantity, price)) - exact) <= Decimal("0.5")


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_every_amount_to_the_cent_survives(value: Decimal) -> None:
    assert cny(f"{value:,.2f}")[0] == value
