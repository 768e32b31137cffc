"""Points worked out by hand: the golden case, the identity, what is spent of what is still out."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.facts import schema
from analytics.metrics import points as metric
from analytics.metrics.points import NEVER, OWED, Spent
from analytics.tests.engines import day
from analytics.tests.moves import Ledger


def golden() -> Ledger:
    """Earn 100 that last 30 days, spend 80 on day 10, earn 50 on day 20; on day 31 the balance is 50."""
    book = Ledger()
    first = book.lot(1, "2026-01-01", 100, "2026-01-31")
    book.move(first, "2026-01-11", "redeemed", -80)
    book.lot(1, "2026-01-21", 50, "2027-01-31")
    book.move(first, "2026-02-01", "expired", -20)
    return book


def test_the_flows_are_those_of_the_warehouse() -> None:
    assert metric.FLOWS == schema.FLOWS


def test_golden_case(backend: Any) -> None:
    points = golden().programme(backend).points
    flow = metric.points_flow(points, grain="month", first_day=day("2026-01-01"), last_day=day("2026-02-28"))
    assert list(flow.period) == ["2026-01", "2026-02"]
    assert list(flow.earned) == [150, 0]
    assert list(flow.redeemed) == [-80, 0]
    assert list(flow.expired) == [0, -20]
    assert list(flow.opening) == [0, 70]
    assert list(flow.closing) == [70, 50]
    assert flow.redemption_rate[0] == pytest.approx(80 / 150)
    liable = metric.points_liability(points, day=day("2026-02-01"), spent=Spent((), 0.0))
    assert list(zip(liable.month, liable.points, strict=True)) == [(2027 * 12, 50)]


@pytest.mark.parametrize(("share", "points"), [(0.85, "156.68"), (1.0, "181.82"), (0.0, "0.00")])
def test_a_sale_is_shared_out_between_goods_and_points(share: float, points: str) -> None:
    """IFRS 15: 2,000 for goods and 2,000 points at 0.10, of which 85 % will be spent: 1,843.32 and 156.68."""
    part = 2000 * metric.deferred(Fraction(2000), Fraction(2000, 10), share)
    assert f"{float(part):.2f}" == points
    assert f"{float(2000 - part):.2f}" == f"{2000 - float(points):.2f}"


def test_what_costs_nothing_has_no_parts() -> None:
    assert metric.deferred(Fraction(0), Fraction(0), 1.0) == 0


def test_what_came_before_the_days_asked_for_is_the_opening(backend: Any) -> None:
    points = golden().programme(backend).points
    flow = metric.points_flow(points, grain="month", first_day=day("2026-01-21"), last_day=day("2026-01-31"))
    assert list(flow[["opening", "earned", "redeemed", "closing"]].iloc[0]) == [20, 50, 0, 70]


def test_debt_and_points_that_never_expire_have_rows_of_their_own(backend: Any) -> None:
    book = Ledger()
    book.lot(1, "2026-01-05", 30, None)
    book.lot(2, "2026-01-05", 10, "2026-03-10")
    book.move(None, "2026-01-06", "taken_back", -7, member=3)
    liable = metric.points_liability(book.programme(backend).points, day=day("2026-01-31"), spent=Spent((0.5,), 100.0))
    assert list(liable.month) == [2026 * 12 + 2, NEVER, OWED]
    assert list(liable.points) == [10, 30, -7]
    assert list(liable.expected) == [5, 30, -7]  # half of what can expire; all of what cannot
    assert liable.low[0] < 0.5 < liable.high[0]


def test_what_is_spent_is_told_by_the_months_left(backend: Any) -> None:
    """Two closed lots of 100: one spends 40 two months before its end and 20 in the last, the other expires whole."""
    book = Ledger()
    one = book.lot(1, "2026-01-05", 100, "2026-04-20")
    book.move(one, "2026-02-05", "redeemed", -40)
    book.move(one, "2026-04-05", "redeemed", -20)
    book.move(one, "2026-04-21", "expired", -40)
    other = book.lot(2, "2026-01-05", 100, "2026-04-20")
    book.move(other, "2026-04-21", "expired", -100, member=2)
    still = book.lot(3, "2026-04-01", 500, "2027-04-20")
    book.move(still, "2026-04-02", "redeemed", -500, member=3)  # its life is not over: it tells nothing yet
    spent = metric.spent_share(book.programme(backend).points, day=day("2026-05-01"))
    assert spent.at(0) == pytest.approx(20 / 160)
    assert spent.at(1) == pytest.approx(20 / 160)
    assert spent.at(2) == spent.at(9) == pytest.approx(60 / 200)
    assert spent.people == pytest.approx(2.0)


def test_points_that_came_back_were_not_spent(backend: Any) -> None:
    book = Ledger()
    lot = book.lot(1, "2026-01-05", 100, "2026-02-20")
    book.move(lot, "2026-01-10", "redeemed", -100)
    book.move(lot, "2026-01-12", "given_back", 60)
    book.move(lot, "2026-02-21", "expired", -60)
    assert metric.spent_share(book.programme(backend).points, day=day("2026-03-01")).at(5) == pytest.approx(0.4)


def test_nothing_is_claimed_before_a_life_has_closed(backend: Any) -> None:
    spent = metric.spent_share(golden().programme(backend).points, day=day("2026-01-15"))
    assert spent.people == 0
    liable = metric.points_liability(golden().programme(backend).points, day=day("2026-01-15"), spent=spent)
    assert liable["share"].isna().all()
    assert list(liable.expected_low) == [0]
    assert list(liable.expected_high) == [20]


def test_points_that_are_over_have_expired_before_anybody_settles_them(backend: Any) -> None:
    book = golden()
    book.moves = [move for move in book.moves if move["flow"] != schema.FLOWS.index("expired")]
    points = book.programme(backend, known="2026-02-10").points
    flow = metric.points_flow(points, grain="month", first_day=day("2026-01-01"), last_day=day("2026-02-28"))
    assert list(flow.expired) == [0, -20]
    assert list(flow.closing) == [70, 50]
    before = book.programme(backend, known="2026-01-31").points
    assert (
        metric.points_flow(before, grain="week", first_day=day("2026-01-01"), last_day=day("2026-01-31")).closing.iloc[
            -1
        ]
        == 70
    )


def test_who_loses_points_soon(backend: Any) -> None:
    points = golden().programme(backend).points
    found = metric.losing(points, day=day("2026-01-25"), first_day=day("2026-01-25"), last_day=day("2026-01-31"))
    assert found.to_pandas().to_dict("records") == [{"member_id": 1, "points": 20}]


def test_a_merged_record_is_one_person(backend: Any) -> None:
    book = golden()
    book.lot(2, "2026-01-05", 10, "2026-01-31")
    merged = [{"member_id": 2, "owner_id": 1, "recorded_at": 0, "voided_at": None}]
    points = book.programme(backend, merged).points
    flow = metric.points_flow(points, grain="month", first_day=day("2026-01-01"), last_day=day("2026-01-31"))
    assert list(flow.n_earned) == [1]


@given(
    moves=st.lists(
        st.tuples(st.integers(1, 3), st.integers(0, 120), st.sampled_from(metric.FLOWS), st.integers(-50, 50)),
        min_size=1, max_size=30,
    ),
    grain=st.sampled_from(["month", "week", "day"]),
)  # fmt: skip
def test_opening_and_all_flows_are_the_closing(duckdb: Any, moves: list[Any], grain: Any) -> None:
    book = Ledger()
    for member, after, flow, amount in moves:
        book.move(None, str(metric.periods.date_of(day("2026-01-01") + after)), flow, amount, member)
    points = book.programme(duckdb).points
    flow = metric.points_flow(points, grain=grain, first_day=day("2026-02-01"), last_day=day("2026-03-31"))
    before = sum(amount for _m, after, _f, amount in moves if after < 31)
    whole = before + sum(amount for _m, after, _f, amount in moves if 31 <= after < 90)
    assert flow.opening.iloc[0] == before
    assert flow.closing.iloc[-1] == whole
    assert (flow.opening + flow[list(metric.FLOWS)].sum(axis=1) == flow.closing).all()
    assert (flow.opening.iloc[1:].to_numpy() == flow.closing.iloc[:-1].to_numpy()).all()
