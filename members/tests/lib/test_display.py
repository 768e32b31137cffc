from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from members.lib import display


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [(1940, 0, "1,940"), (Decimal("-1.25"), 1, "−1.3"), (0.29, 2, "0.29"), (None, 0, "—"), (Decimal("-0.2"), 0, "0")],
)
def test_numbers_have_separators_a_true_minus_and_no_negative_zero(value, decimals, shown):
    assert display.number(value, decimals) == shown


@pytest.mark.parametrize(
    ("value", "currency", "decimals", "shown"),
    [
        (Decimal("1234.5"), "CNY", 0, "¥1,235"),
        (Decimal("1234.5"), "CNY", 2, "¥1,234.50"),
        (Decimal(-3), "USD", 2, "−$3.00"),
        (Decimal(1200), "JPY", 2, "¥1,200"),
        (Decimal(7), "CHF", 0, "CHF 7"),
        (None, "CNY", 0, "—"),
    ],
)
def test_money_puts_the_symbol_first(value, currency, decimals, shown):
    assert display.money(value, currency, decimals) == shown


@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [
        ("zh-hans", 9_999, "¥9,999"),
        ("zh-hans", 512_460, "¥51.2 万"),
        ("zh-hans", 731_000_000, "¥7.3 亿"),
        ("en", 512_460, "¥512,460"),
        ("en", 7_310_000, "¥7.31M"),
    ],
)
def test_amounts_in_sentences_are_short_in_the_way_of_each_language(language, value, shown):
    with override(language):
        assert display.money_short(Decimal(value), "CNY") == shown


@pytest.mark.parametrize(
    ("share", "shown"), [(0.318, "31.8%"), (Decimal("0.0005"), "0.1%"), (None, "—"), (1, "100.0%")]
)
def test_a_share_is_a_percentage(share, shown):
    assert display.percent(share) == shown


@pytest.mark.parametrize(("language", "shown"), [("zh-hans", "0.9 个百分点"), ("en", "0.9 points")])
def test_a_difference_of_shares_is_in_points(language, shown):
    with override(language):
        assert display.points(-0.009) == shown


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_a_whole_number_loses_nothing(value):
    assert int(display.number(value).replace(",", "").replace("−", "-")) == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (6.44, "+6.4"), (Decimal("-0.9"), "−0.9"), (0, "+0.0"), (Decimal("-0.04"), "−0.04"), (0.0012, "+0.001"),
        (-0.05, "−0.1"), (Decimal("-1e-9"), "−0.0001"),
    ],
)  # fmt: skip
def test_a_difference_that_is_not_zero_never_reads_as_zero(value, shown):
    assert display.signed(value) == shown
