from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings

from analytics.facts import derive
from analytics.metrics import rhythm, survival
from analytics.metrics.rhythm import Limits, lapsed, repurchase_interval, second_purchase
from analytics.tests.engines import Rows, day, order, refund
from analytics.tests.metrics import shop as little

LAST = day("2011-02-28")
WORKED = (
    [
        order(1, "2011-01-01"),
        order(1, "2011-01-01"),  # a second receipt on the same day
        order(1, "2011-01-11"),
        order(1, "2011-01-31"),
        order(2, "2011-01-05"),
        order(2, "2011-01-15"),
        order(3, "2011-01-10"),
        order(3, "2011-01-12", 9, order_id=50),  # given back in full: no purchase
        order(4, "2011-02-20"),
        order(None, "2011-02-01"),
    ],
    [refund(3, "2011-01-13", 9, order_id=50)],
)


@pytest.fixture
def shop(backend: Any) -> derive.Prepared:
    return little.prepared(backend, WORKED, as_of=LAST)


def test_two_of_four_bought_on_another_day(shop: derive.Prepared) -> None:
    """Both after ten days, when the fourth member had been seen for eight only."""
    ours = second_purchase(shop.firsts, last_day=LAST)
    assert list(ours) == ["t", "at_risk", "events", "survival", "low", "high"]
    assert ours.iloc[:, :4].to_numpy().tolist() == [[10, 3, 2, pytest.approx(1 / 3)]]


def test_a_second_order_may_come_on_the_first_day(shop: derive.Prepared) -> None:
    ours = second_purchase(shop.firsts, last_day=LAST, count="order")
    assert ours.iloc[:, :4].to_numpy().tolist() == [[0, 4, 1, 0.75], [10, 2, 1, pytest.approx(0.375)]]


def test_the_days_of_the_first_purchase_can_be_narrowed(shop: derive.Prepared) -> None:
    span = {"first_from": day("2011-01-05"), "first_to": day("2011-01-10")}
    ours = second_purchase(shop.firsts, last_day=LAST, **span)
    intervals = repurchase_interval(shop.occasions, shop.firsts, last_day=LAST, **span)
    assert list(intervals.n) == [2, 1]
    assert ours.iloc[:, :4].to_numpy().tolist() == [[10, 2, 1, 0.5]]


def test_the_gap_after_each_purchase(shop: derive.Prepared) -> None:
    ours = repurchase_interval(shop.occasions, shop.firsts, last_day=LAST).set_index("order_index")
    assert list(ours) == ["n", "returned", "median", "p80", "low", "high", "never"]
    assert list(ours.index) == ["1", "2", "3"]
    assert list(ours.n) == [4, 2, 1]
    assert list(ours.returned) == [2, 1, 0]
    assert ours["median"].fillna(-1).tolist() == [10, 20, -1]
    assert ours.p80.isna().all()
    assert ours.never.tolist() == pytest.approx([1 / 3, 0.5, 1])


def test_from_the_fifth_purchase_on_gaps_are_taken_together_and_have_no_interval(backend: Any) -> None:
    orders = [order(1, f"2011-01-{number:02d}") for number in range(1, 10)]
    tables = little.prepared(backend, (orders, []), as_of=day("2011-01-20"))
    ours = repurchase_interval(tables.occasions, tables.firsts, last_day=day("2011-01-20")).set_index("order_index")
    assert list(ours.index) == ["1", "2", "3", "4", "5+"]
    assert ours.loc["5+", ["n", "returned", "median"]].tolist() == [1, 1, 1]
    assert ours.loc["5+", ["low", "high"]].isna().all()


def test_who_has_been_away_longer_than_others_take(shop: derive.Prepared) -> None:
    """Gaps of 10, 10 and 20 days, four still open: half are done by 20 days; four fifths never."""
    assert rhythm.limits(shop.occasions, last_day=LAST) == Limits(active=20, at_risk=None)
    ours = lapsed(shop.firsts, shop.occasions, last_day=LAST).set_index("state")
    assert list(ours) == ["members", "share", "days_from", "days_to"]
    assert list(ours.members) == [1, 3, 0]
    assert list(ours.share) == [0.25, 0.75, 0]
    assert ours[["days_from", "days_to"]].fillna(-1).to_numpy().tolist() == [[0, 20], [21, -1], [-1, -1]]


def test_beyond_both_limits_a_member_has_lapsed(backend: Any) -> None:
    steady = [order(member, f"2011-01-{start:02d}") for member in (1, 2, 3) for start in (1, 4, 7, 10)]
    gone = [order(4, "2011-01-02")]
    tables = little.prepared(backend, (steady + gone, []), as_of=day("2011-01-12"))
    ours = lapsed(tables.firsts, tables.occasions, last_day=day("2011-01-12"))
    assert list(ours.members) == [3, 0, 1]
    assert ours.days_to.fillna(-1).tolist() == [3, 3, -1]
    assert ours.days_from.tolist() == [0, 4, 4]


def test_a_shop_without_members_has_nothing_to_say(backend: Any) -> None:
    tables = little.prepared(backend, ([order(None, "2011-01-01")], []))
    assert second_purchase(tables.firsts, last_day=LAST).empty
    assert repurchase_interval(tables.occasions, tables.firsts, last_day=LAST).empty
    nobody = lapsed(tables.firsts, tables.occasions, last_day=LAST)
    assert list(nobody.members) == [0, 0, 0]
    assert nobody.share.isna().all()


# --- counted on fingers ------------------------------------------------------------------------------------------


def expected(waits: list[tuple[int, bool]]) -> list[tuple[float, ...]]:
    """(t, at_risk, events, survival) of waits, by the textbook."""
    rows, share = [], 1.0
    for t in sorted({days for days, ended in waits if ended}):
        at_risk, events = sum(days >= t for days, _ended in waits), waits.count((t, True))
        share *= 1 - events / at_risk
        rows.append((t, at_risk, events, round(share, 9)))
    return rows


def said(curve: pd.DataFrame) -> list[tuple[float, ...]]:
    return list(curve[["t", "at_risk", "events", "survival"]].round(9).itertuples(index=False, name=None))


def wait(days: list[int], place: int) -> tuple[int, bool]:
    """From the purchase at this place to the next."""
    return (days[place + 1] - days[place], True) if place + 1 < len(days) else (little.LAST_DAY - days[place], False)


@settings(deadline=None, max_examples=12)
@given(shop=little.shops())
def test_second_purchases_equal_counting_on_fingers(duckdb: Any, shop: tuple[Rows, Rows]) -> None:
    firsts = little.prepared(duckdb, shop).firsts
    histories = list(little.bought(shop, "day").values())
    for count, days_of in (("day", lambda days: sorted(set(days))), ("order", list)):
        ours = second_purchase(firsts, last_day=little.LAST_DAY, count=count)  # type: ignore[arg-type]
        assert said(ours) == expected([wait(days_of(days), 0) for days in histories])


@settings(deadline=None, max_examples=12)
@given(shop=little.shops())
def test_intervals_and_states_equal_counting_on_fingers(duckdb: Any, shop: tuple[Rows, Rows]) -> None:
    tables = little.prepared(duckdb, shop)
    histories = [sorted(set(days)) for days in little.bought(shop, "day").values()]
    ours = repurchase_interval(tables.occasions, tables.firsts, last_day=little.LAST_DAY)
    for row in ours.to_dict("records"):
        places = [int(row["order_index"][0]) - 1] if row["order_index"] != "5+" else range(4, 20)
        waits = [wait(days, place) for days in histories for place in places if place < len(days)]
        curve = expected(waits)
        reaching = [len(days) - places[0] for days in histories]
        assert (row["n"], row["returned"]) == tuple(sum(left >= more for left in reaching) for more in (1, 2))
        assert row["never"] == pytest.approx(curve[-1][3] if curve else 1)
        reached = [t for t, _at_risk, _events, share in curve if share <= 0.5 + 1e-9]
        assert row["median"] == reached[0] if reached else pd.isna(row["median"])
    border = rhythm.limits(tables.occasions, last_day=little.LAST_DAY)
    everything = pd.DataFrame(
        [
            {"t": days, "ended": int(ended), "open": int(not ended)}
            for own in histories
            for days, ended in (wait(own, place) for place in range(len(own)))
        ],
        columns=["t", "ended", "open"],
    )
    curve_of_all = survival.kaplan_meier(everything)
    halves = [t for t, _at_risk, _events, share in said(curve_of_all) if share <= 0.5]
    assert border.active == (halves[0] if halves else None)
    away = [little.LAST_DAY - days[-1] for days in histories]
    active = [days for days in away if border.active is None or days <= border.active]
    gone = [days for days in away if border.at_risk is not None and days > border.at_risk]
    states = lapsed(tables.firsts, tables.occasions, last_day=little.LAST_DAY)
    assert list(states.members) == [len(active), len(away) - len(active) - len(gone), len(gone)]
