from typing import Any

from hypothesis import given, settings

from analytics.facts import derive
from analytics.metrics.repeat import repeat_purchase
from analytics.tests.engines import Rows, day, order, raw_facts, refund
from analytics.tests.metrics import shop as little

WORKED = (
    [
        order(1, "2011-01-01"),
        order(1, "2011-01-31"),
        order(2, "2011-01-01"),
        order(2, "2011-02-01"),
        order(3, "2011-01-02"),
        order(3, "2011-01-02"),
        order(4, "2011-03-01"),
        order(4, "2011-03-02"),
        order(5, "2011-01-05"),
        order(5, "2011-01-06", 9, order_id=50),
        order(None, "2011-01-01"),
    ],
    [refund(5, "2011-01-07", 9, order_id=50)],
)


def firsts(backend: Any, shop: tuple[Rows, Rows]) -> Any:
    return derive.prepare(raw_facts(backend, *shop), as_of_day=day("2011-03-05"), known_at=0).firsts


def test_ten_rows(backend: Any) -> None:
    ours = repeat_purchase(firsts(backend, WORKED), last_day=day("2011-03-05"), windows=(30, 60, 90))
    assert list(ours) == ["window_days", "eligible", "repeated", "rate", "low", "high"]
    assert list(ours.window_days) == [30, 60, 90]
    assert list(ours.eligible) == [4, 3, 0]  # member 4 is too young for 30 days, member 5 a day too young for 60
    assert list(ours.repeated) == [1, 2, 0]
    assert list(ours.rate)[:2] == [0.25, 2 / 3]
    assert ours.iloc[2][["rate", "low", "high"]].isna().all()


def test_first_purchases_can_be_narrowed_to_days(backend: Any) -> None:
    ours = repeat_purchase(
        firsts(backend, WORKED),
        last_day=day("2011-03-05"),
        windows=(30,),
        first_from=day("2011-01-02"),
        first_to=day("2011-01-04"),
    )
    assert (ours.eligible[0], ours.repeated[0]) == (1, 0)


def test_an_empty_shop_has_nobody_eligible(backend: Any) -> None:
    ours = repeat_purchase(firsts(backend, ([], [])), last_day=day("2011-03-05"))
    assert list(ours.window_days) == [30, 60, 90, 180, 365]
    assert ours.eligible.sum() == ours.repeated.sum() == 0


@settings(deadline=None, max_examples=12)
@given(shop=little.shops())
def test_rates_equal_counting_on_fingers(duckdb: Any, shop: tuple[Rows, Rows]) -> None:
    table = little.prepared(duckdb, shop).firsts
    ours = repeat_purchase(table, last_day=little.LAST_DAY, windows=(30, 7))
    histories = [sorted(set(days)) for days in little.bought(shop, "day").values()]
    for row in ours.to_dict("records"):
        old = [days for days in histories if days[0] <= little.LAST_DAY - row["window_days"]]
        assert row["eligible"] == len(old)
        assert row["repeated"] == sum(len(days) > 1 and days[1] - days[0] <= row["window_days"] for days in old)
