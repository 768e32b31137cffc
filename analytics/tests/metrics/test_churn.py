from typing import Any

from hypothesis import given, settings

from analytics.metrics import periods
from analytics.metrics.churn import churn_3m
from analytics.tests.engines import Rows, day, order, refund
from analytics.tests.metrics import shop as little

WORKED = (
    [
        order(1, "2011-01-31"),
        order(1, "2011-04-30"),  # the third month after January: has come back
        order(2, "2011-01-01"),
        order(2, "2011-05-01"),  # a day too late
        order(3, "2011-01-05"),
        order(3, "2011-02-05", 9, order_id=50),  # given back in full: no purchase
        order(None, "2011-02-01"),
    ],
    [refund(3, "2011-02-07", 9, order_id=50)],
)


def worked(backend: Any, last: str, **months: int) -> Any:
    tables = little.prepared(backend, WORKED, as_of=day(last))
    return churn_3m(tables.member_month, last_day=day(last), **months)


def test_three_members(backend: Any) -> None:
    ours = worked(backend, "2011-05-31")
    assert list(ours) == ["period", "active", "churned", "rate", "low", "high"]
    assert list(ours.period) == ["2011-01", "2011-02"]
    assert list(ours.active) == [3, 0]
    assert list(ours.churned) == [2, 0]
    assert ours.rate[0] == 2 / 3
    assert ours.iloc[1][["rate", "low", "high"]].isna().all()


def test_a_month_enters_when_the_third_after_it_is_over(backend: Any) -> None:
    assert worked(backend, "2011-04-29").empty
    assert list(worked(backend, "2011-04-30").churned) == [2]


def test_months_can_be_narrowed(backend: Any) -> None:
    february = periods.parse("2011-02", "month")
    assert worked(backend, "2011-05-31", first_month=february).empty
    assert list(worked(backend, "2011-05-31", last_month=february - 1).period) == ["2011-01"]


@settings(deadline=None, max_examples=12)
@given(shop=little.shops())
def test_rates_equal_counting_on_fingers(duckdb: Any, shop: tuple[Rows, Rows]) -> None:
    last_day = day("2011-05-31")
    ours = churn_3m(little.prepared(duckdb, shop, as_of=last_day).member_month, last_day=last_day)
    histories = [set(months) for months in little.bought(shop, "month").values()]
    assert sum(ours.active) == sum(month <= periods.parse("2011-02", "month") for own in histories for month in own)
    for row in ours.to_dict("records"):
        month = periods.parse(row["period"], "month")
        active = [own for own in histories if month in own]
        assert row["active"] == len(active)
        assert row["churned"] == sum(not own & {month + 1, month + 2, month + 3} for own in active)
