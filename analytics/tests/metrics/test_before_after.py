"""What a change did, worked out by hand."""

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics import before_after as metric
from analytics.metrics.before_after import DIFFERENCE, HERE, THERE, Sources, Trial
from analytics.metrics.intervals import newcombe
from analytics.tests.engines import Rows, load

BEGAN, FIRST, LAST = 20_000, 19_000, 20_200  # day numbers; the data go on for 200 days

ANSWERS = pa.schema(
    [("member_id", pa.int64()), ("store_id", pa.int64()), ("day", pa.int32()), ("survey_id", pa.int64()),
     ("kind", pa.int32()), ("question", pa.string()), ("line", pa.string()), ("number", pa.int32())]
)  # fmt: skip
TEXTS = pa.schema(
    [("member_id", pa.int64()), ("store_id", pa.int64()), ("day", pa.int32()), ("text_id", pa.int64()),
     ("about", pa.int32())]
)  # fmt: skip
THEMES = pa.schema([("text_id", pa.int64()), ("about", pa.int32()), ("theme_id", pa.int64())])
CASES = pa.schema(
    [("member_id", pa.int64()), ("store_id", pa.int64()), ("day", pa.int32()), ("kind", pa.int32()),
     ("cause_id", pa.int64()), ("product_id", pa.int64())]
)  # fmt: skip
SALES = pa.schema(
    [("member_id", pa.int64()), ("store_id", pa.int64()), ("day", pa.int32()), ("kept", pa.int32())]
)  # fmt: skip
OCCASIONS = pa.schema([("member_id", pa.int64()), ("day", pa.int32()), ("next_day", pa.int32())])
SHAPES = {"answers": ANSWERS, "texts": TEXTS, "themes": THEMES, "cases": CASES, "sales": SALES, "occasions": OCCASIONS}


def sources(backend: Any, **rows: Rows) -> Sources:
    tables = {name: pa.Table.from_pylist(rows.get(name, []), shape) for name, shape in SHAPES.items()}
    return Sources(**load(backend, tables), first_day=FIRST, last_day=LAST)


def told(number: int, day: int, times: int = 1, store: int | None = 1, **more: Any) -> Rows:
    quiet = {"survey_id": 1, "kind": 0, "question": "nps", "line": "", "number": number}
    return [{"member_id": None, "store_id": store, "day": BEGAN + day, **quiet, **more}] * times


def test_recommendation_rises_where_it_was_done_and_not_elsewhere(backend: Any) -> None:
    """Here 0 -> 60, elsewhere 20 -> 20: the difference is 60."""
    rows = [
        *told(10, -3, 20), *told(0, -3, 20), *told(10, 3, 32), *told(0, 3, 8),
        *told(10, -3, 24, store=2), *told(0, -3, 16, store=2), *told(10, 3, 24, store=2), *told(0, 3, 16, store=2),
        *told(0, -8, 50), *told(0, 7, 50),  # outside the week on either side
    ]  # fmt: skip
    frame = metric.before_after(sources(backend, answers=rows), Trial(1, "nps", BEGAN, 1, store_ids=(1,)))
    here, there, gap = frame.to_dict("records")
    assert [row["place"] for row in (here, there, gap)] == [HERE, THERE, DIFFERENCE]
    assert (here["before"], here["after"], here["n_before"], here["n_after"], here["days"]) == (0, 60, 40, 40, 7)
    assert (there["before"], there["after"], there["verdict"]) == (20, 20, "unclear")
    assert gap["change"] == pytest.approx(60)
    squared = sum(100**2 * (1 - mean**2) / 40 for mean in (0, 0.6, 0.2, 0.2))
    assert gap["change"] - gap["low"] == pytest.approx(1.959964 * math.sqrt(squared), abs=1e-4)
    assert (here["verdict"], gap["verdict"]) == ("better", "better")


def test_in_all_stores_the_year_before_is_compared_with(backend: Any) -> None:
    rows = [
        *told(10, -3, 30), *told(0, 3, 30), *told(10, -3 - 364, 30), *told(0, 3 - 364, 30, store=2),
    ]  # fmt: skip
    here, there, gap = metric.before_after(
        sources(backend, answers=rows), Trial(1, "nps", BEGAN, 1)
    ).to_dict("records")  # fmt: skip
    assert (here["change"], there["change"], gap["change"], gap["verdict"]) == (-200, -200, 0, "unclear")


def test_what_is_not_known_elsewhere_is_not_compared(backend: Any) -> None:
    rows = [*told(10, -3, 30), *told(0, 3, 30), *told(0, 3, 30, store=2)]
    (here,) = metric.before_after(
        sources(backend, answers=rows), Trial(1, "nps", BEGAN, 1, store_ids=(1,))
    ).to_dict("records")  # fmt: skip
    assert here["verdict"] == "worse"


def test_few_are_not_judged_and_nothing_is_said_in_the_first_week(backend: Any) -> None:
    given = sources(backend, answers=[*told(10, -3, 29), *told(0, 3, 29)])
    assert list(metric.before_after(given, Trial(1, "nps", BEGAN, 1)).verdict) == ["few"]
    assert metric.before_after(given, Trial(1, "nps", LAST - 5, 1)).empty
    assert list(metric.before_after(given, Trial(1, "nps", LAST - 6, 8)).days) == [7]


def test_a_line_of_one_survey_is_its_mean(backend: Any) -> None:
    parts = {"kind": 5, "question": "parts", "line": "waiting"}
    rows = [
        *told(2, -1, 20, **parts), *told(4, -1, 20, **parts), *told(5, 1, 40, **parts),
        *told(1, 1, 40, **parts | {"line": "taste"}), *told(1, 1, 40, **parts | {"survey_id": 2}),
    ]  # fmt: skip
    trial = Trial(1, "driver", BEGAN, 1, store_ids=(1,), driver=("parts", "waiting"), survey_id=1)
    (here,) = metric.before_after(sources(backend, answers=rows), trial).to_dict("records")
    assert (here["before"], here["after"], here["n_after"], here["verdict"]) == (3, 5, 40, "better")


def test_texts_that_name_a_theme_are_a_share_and_less_is_better(backend: Any) -> None:
    texts = [
        {"member_id": n, "store_id": 1, "day": BEGAN + (-2 if n < 40 else 2), "text_id": n // 2, "about": n % 2}
        for n in range(80)
    ]
    marked = [text | {"theme_id": 7} for text in texts if text["member_id"] < 20 or text["member_id"] >= 78]
    other = [text | {"theme_id": 8} for text in texts]
    themes = [{key: row[key] for key in ("text_id", "about", "theme_id")} for row in marked + other]
    (here,) = metric.before_after(
        sources(backend, texts=texts, themes=themes), Trial(1, "theme", BEGAN, 1, store_ids=(1,), theme_id=7)
    ).to_dict("records")  # fmt: skip
    low, high = newcombe(2, 40, 20, 40)
    assert (here["before"], here["after"], here["members_before"]) == (0.5, 0.05, 40)
    assert (here["low"], here["high"]) == (pytest.approx(float(low)), pytest.approx(float(high)))
    assert here["verdict"] == "better"


def test_complaints_are_counted_on_orders(backend: Any) -> None:
    sales = [{"member_id": n % 50, "store_id": 1, "day": BEGAN - 7 + n % 14, "kept": 1} for n in range(2800)]
    quiet = {"store_id": 1, "kind": 0, "cause_id": 5, "product_id": None}
    cases = [quiet | {"member_id": n, "day": BEGAN - 1} for n in range(42)]
    cases += [quiet | {"member_id": 1, "day": BEGAN + 1}] * 14
    cases += [quiet | {"member_id": 1, "day": BEGAN + 1, "cause_id": 6}, quiet | {"day": BEGAN + 1, "kind": 1}]
    trial = Trial(1, "complaints", BEGAN, 1, store_ids=(1,), cause_ids=(5,))
    (here,) = metric.before_after(sources(backend, cases=cases, sales=sales), trial).to_dict("records")
    assert (here["before"], here["after"], here["n_before"]) == (30, 10, 1400)
    assert (here["members_before"], here["members_after"], here["verdict"]) == (42, 1, "better")


def test_who_bought_again_within_sixty_days_once_each_and_only_when_the_days_are_over(backend: Any) -> None:
    bought = [(n, BEGAN - 5 if n < 40 else BEGAN + 1) for n in range(80)]
    sales = [{"member_id": n, "store_id": 1, "day": day, "kept": 1} for n, day in [*bought, (0, BEGAN - 4)]]
    sales.append({"member_id": 99, "store_id": 1, "day": BEGAN + 1, "kept": 0})
    occasions = [
        {"member_id": n, "day": day, "next_day": day + 60 if n % 4 == 0 else day + 61 if n % 4 == 1 else None}
        for n, day in bought
    ]
    given = sources(backend, sales=sales, occasions=occasions)
    (here,) = metric.before_after(given, Trial(1, "repeat", BEGAN, 1, store_ids=(1,))).to_dict("records")
    assert (here["n_before"], here["n_after"], here["before"], here["after"]) == (40, 40, 0.25, 0.25)
    assert metric.before_after(given, Trial(1, "repeat", LAST - 60, 1)).empty


counts = st.integers(0, 60)


@given(counts, counts, counts, counts)
def test_the_difference_of_two_shares_is_newcombes(k1: int, m1: int, k2: int, m2: int) -> None:
    n1, n2 = k1 + m1, k2 + m2
    if not n1 or not n2:
        return
    one, other = (
        metric.figure({"n": n, "total": k, "squares": k}, "csat") for k, n in ((k1, n1), (k2, n2))
    )  # fmt: skip
    found = metric.less(one, other)
    low, high = newcombe(k1, n1, k2, n2)
    assert found[1:] == (pytest.approx(float(low)), pytest.approx(float(high)))


@given(st.integers(0, 400), st.integers(1, 100_000))
def test_a_rate_of_complaints_lies_in_its_interval(k: int, n: int) -> None:
    """Both ends solve (k − λn)² = z²·λn."""
    value, low, high = metric.figure({"n": n, "total": 1000 * k, "squares": 0}, "complaints")
    assert low <= value <= high
    for end in (low, high):
        wanted = end * n / 1000
        assert (k - wanted) ** 2 == pytest.approx(1.959963984540054**2 * wanted, rel=1e-6, abs=1e-6)
    assert np.isfinite(high)
