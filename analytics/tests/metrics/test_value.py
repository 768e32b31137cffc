import math
from typing import Any

from hypothesis import given, settings

from analytics.metrics import rfm
from analytics.metrics.value import ranked, value_deciles
from analytics.tests.engines import Rows, day, order
from analytics.tests.metrics import shop as little
from analytics.tests.metrics.test_rfm import by_fingers, by_member

LAST = day("2011-12-31")


def measured(backend: Any, shop: Any, last: int = LAST) -> Any:
    tables = little.prepared(backend, shop, as_of=last)
    return rfm.measures(tables.member_summary, tables.sales, last_day=last, lookback=None)


def test_twelve_members(backend: Any) -> None:
    """Twelve spend 1 to 12: the first tenth is the two who spent most, ceil(12/10), the first two are three."""
    ours = value_deciles(measured(backend, ([order(n, "2011-12-01", n) for n in range(1, 13)], [])))
    assert list(ours) == ["decile", "members", "gross", "share", "cum_share"]
    assert list(ours.decile) == list(range(1, 11))
    assert list(ours.members) == [2, 1, 1, 1, 1, 2, 1, 1, 1, 1]
    assert list(ours.gross) == [23, 10, 9, 8, 7, 11, 4, 3, 2, 1]
    assert ours.share[0] == 23 / 78
    assert ours.cum_share[1] == 33 / 78
    assert ours.cum_share[9] == 1


def test_of_equal_spenders_the_older_record_goes_first(backend: Any) -> None:
    table = ranked(measured(backend, ([order(n, "2011-12-01", 5) for n in (3, 1, 2)], [])))
    assert by_member(table, "decile") == {1: (1,), 2: (4,), 3: (7,)}
    assert list(value_deciles(measured(backend, ([order(3, "2011-12-01")], []))).members) == [1] + [0] * 9


def test_nobody(backend: Any) -> None:
    assert value_deciles(measured(backend, ([], []))).empty


@settings(deadline=None, max_examples=15)
@given(shop=little.shops())
def test_deciles_equal_counting_on_fingers(duckdb: Any, shop: tuple[Rows, Rows]) -> None:
    ours = value_deciles(measured(duckdb, shop, little.LAST_DAY))
    spent = sorted((money for _days, _orders, money in by_fingers(shop, None).values()), reverse=True)
    for decile, members, gross in ours[["decile", "members", "gross"]].itertuples(index=False):
        first, last = (math.ceil(end * len(spent) / 10) for end in (decile - 1, decile))
        assert members == last - first
        assert gross == sum(spent[first:last])
    assert len(ours) == (10 if spent else 0)
