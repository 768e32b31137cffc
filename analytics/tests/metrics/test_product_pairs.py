"""Products of the first purchase day beside those of the second."""

from itertools import product as every_pair
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.facts import derive
from analytics.metrics import people
from analytics.metrics.intervals import wilson
from analytics.metrics.product_pairs import FEWEST, product_pairs, with_first, with_pair
from analytics.tests.engines import Rows, day, order, raw_facts, refund
from analytics.tests.metrics import shop as little

TEA, CUP, POT = 11, 12, 13
JANUARY, FEBRUARY, MARCH = "2011-01-05", "2011-02-05", "2011-03-05"


def bought(member: int | None, date: str, number: int, *products: int) -> tuple[dict[str, Any], Rows]:
    """An order and its lines."""
    return order(member, date, order_id=number), [{"order_id": number, "product_id": product} for product in products]


def first_products(backend: Any, sold: list[tuple[dict[str, Any], Rows]], refunds: Rows | None = None) -> Any:
    orders, lines = [each for each, _lines in sold], [line for _order, lines in sold for line in lines]
    raw = raw_facts(backend, orders, refunds, lines=lines)
    return derive.prepare(raw, as_of_day=day("2011-12-31"), known_at=0).first_products


def listed(table: Any) -> list[tuple[int, ...]]:
    return sorted(
        tuple(row.values()) for row in table.select("member_id", "nth", "product_id").to_pyarrow().to_pylist()
    )


WORKED = [
    *[bought(member, JANUARY, member, TEA) for member in range(1, 9)],
    *[bought(member, JANUARY, member, POT) for member in (9, 10)],
    *[bought(member, FEBRUARY, 100 + member, CUP) for member in range(1, 7)],
    *[bought(member, FEBRUARY, 100 + member, TEA) for member in (7, 9, 10)],
    bought(11, JANUARY, 11, TEA),  # never came back
    bought(12, JANUARY, 12), bought(12, FEBRUARY, 112, CUP),  # nobody knows what came first
    bought(None, JANUARY, 13, TEA), bought(None, FEBRUARY, 113, CUP),
]  # fmt: skip


def test_six_of_seven_who_began_with_tea_went_on_to_cups(backend: Any) -> None:
    """Member 8 has no second day. Nine count in all; six of them bought cups: 6 / 7 is 9 / 7 of their share."""
    ours = product_pairs(first_products(backend, WORKED))
    assert list(ours)[:5] == ["first", "second", "members", "first_members", "second_members"]
    low, high = wilson(6, 7)
    assert ours.to_numpy().tolist() == [pytest.approx([TEA, CUP, 6, 7, 6, 6 / 7, float(low), float(high), 9 / 7])]


def test_the_members_behind_the_numbers(backend: Any) -> None:
    early = first_products(backend, WORKED)
    assert sorted(people.ids(with_pair(early, TEA, CUP))) == [1, 2, 3, 4, 5, 6]
    assert sorted(people.ids(with_pair(early, POT, TEA))) == [9, 10]
    assert sorted(people.ids(with_first(early, TEA))) == [1, 2, 3, 4, 5, 6, 7]


def test_only_the_first_two_days_with_a_kept_order_count_and_each_product_once(backend: Any) -> None:
    sold = [
        bought(1, JANUARY, 1, TEA), bought(1, JANUARY, 2, TEA, CUP), bought(1, "2011-01-20", 3, POT),
        bought(1, FEBRUARY, 4, CUP), bought(1, MARCH, 5, POT),
    ]  # fmt: skip
    back = [refund(1, "2011-01-21", 10_000, order_id=3)]
    assert listed(first_products(backend, sold, back)) == [(1, 1, TEA), (1, 1, CUP), (1, 2, CUP)]
    assert listed(first_products(backend, sold)) == [(1, 1, TEA), (1, 1, CUP), (1, 2, POT)]


def test_nobody_came_back_and_nothing_is_said(backend: Any) -> None:
    assert product_pairs(first_products(backend, [bought(1, JANUARY, 1, TEA)])).empty
    assert product_pairs(first_products(backend, [])).empty


_baskets = st.lists(
    st.tuples(st.integers(1, 14), st.integers(0, 3), st.sets(st.integers(1, 3), max_size=2)), min_size=20, max_size=50
)


@settings(deadline=None, max_examples=12)
@given(baskets=_baskets)
def test_pairs_equal_counting_on_fingers(duckdb: Any, baskets: list[tuple[int, int, set[int]]]) -> None:
    dates = [little.FIRST_DAY + 9 * number for number in range(4)]
    days: dict[int, dict[int, set[int]]] = {}
    sold = []
    for number, (member, when, products) in enumerate(baskets, start=1):
        days.setdefault(member, {}).setdefault(when, set()).update(products)
        sold.append(bought(member, little.periods.label(dates[when], "day"), number, *products))
    histories = [[own[when] for when in sorted(own)][:2] for own in days.values()]
    both = [history for history in histories if len(history) == 2 and all(history)]
    expected = {}
    for one, other in every_pair(range(1, 4), repeat=2):
        members = sum(one in before and other in after for before, after in both)
        if members >= FEWEST:
            began = sum(one in before for before, _after in both)
            ended = sum(other in after for _before, after in both)
            expected[(one, other)] = (members, began, ended, pytest.approx(members / began / (ended / len(both))))
    ours = product_pairs(first_products(duckdb, sold))
    keys = zip(ours["first"], ours["second"], strict=True)
    figures = ours[["members", "first_members", "second_members", "lift"]].itertuples(index=False, name=None)
    assert dict(zip(keys, figures, strict=True)) == expected
