"""A discount over lines: nothing lost, nobody below zero."""

from hypothesis import given
from hypothesis import strategies as st

from members.rules.imports.spread import taken_off


def test_twenty_off_two_lines() -> None:
    assert taken_off(200_000, [1_000_000, 500_000]) == [866_667, 433_333]


def test_what_cannot_be_divided_goes_to_the_largest_remainders() -> None:
    assert taken_off(1, [10_000, 10_000, 10_000]) == [9_999, 10_000, 10_000]
    assert taken_off(0, [0, 0]) == [0, 0]


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=20), st.data())
def test_the_lines_add_up_to_the_last_ten_thousandth(amounts: list[int], data: st.DataObject) -> None:
    discount = data.draw(st.integers(0, sum(amounts)))
    net = taken_off(discount, amounts)
    assert sum(net) == sum(amounts) - discount
    assert all(0 <= less <= amount for less, amount in zip(net, amounts, strict=True))
