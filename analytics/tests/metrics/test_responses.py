"""How long answers take and whether they were in time: worked out by hand, and counted on fingers."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.metrics import responses
from analytics.metrics.responses import FIRST, RESOLVE, WORKED, response_times, sla
from analytics.tests.complaining import MINUTE, instant, table, told
from analytics.tests.engines import Rows

DAY = "2026-05-04"
UNTIL = instant(DAY, 90)  # cases come in at minute 0


def real(spans: Sequence[tuple[int | None, int, int]]) -> list[int]:
    """A store that never closes."""
    return [(end - start) // MINUTE for _store, start, end in spans]


def answered(minute: int, **more: Any) -> dict[str, Any]:
    """A case that came in at noon and had its first answer so many minutes later."""
    return told(1, DAY, **({"first_response_at": instant(DAY, minute), "first_minutes": minute} | more))


def opened(minute: int, **more: Any) -> dict[str, Any]:
    """A case that came in so many minutes before the end of observation."""
    return told(2, DAY, opened_at=UNTIL - minute * MINUTE, **more)


def times(backend: Any, rows: Rows, *measures: str, until: int = UNTIL, part: str = "") -> list[dict[str, Any]]:
    frame = response_times(
        table(backend, rows), part, until=until, business=real, measures=measures or (FIRST, RESOLVE, WORKED)
    )
    return list(frame.to_dict("records"))  # type: ignore[arg-type]


FIVE = [answered(10), answered(30), answered(60), opened(20), opened(90)]


def test_who_still_waits_counts_for_as_long_as_is_known(backend: Any) -> None:
    """The example of the definition: of the answered alone the median would be 30."""
    (row,) = times(backend, FIVE, FIRST)
    assert (row["n"], row["ended"], row["open"], row["members"], row["longest"]) == (5, 3, 2, 2, 90)
    assert row["median"] == 60
    assert math.isnan(row["p90"])


def test_the_interval_of_the_median_holds_it(backend: Any) -> None:
    (row,) = times(backend, [answered(minute) for minute in range(1, 81)], FIRST)
    assert (row["median"], row["p90"]) == (40, 72)
    assert row["median_low"] < 40 < row["median_high"]
    assert row["p90_low"] < 72 < row["p90_high"]


def test_an_answer_after_the_end_of_observation_has_not_come_yet(backend: Any) -> None:
    (row,) = times(backend, FIVE, FIRST, until=instant(DAY, 30))
    assert (row["n"], row["ended"], row["open"]) == (4, 2, 2)  # one had not come in yet, one came at that moment
    assert row["longest"] == 30


def test_impossible_times_are_counted_and_kept_out(backend: Any) -> None:
    (row,) = times(backend, [*FIVE, answered(1, is_flagged=1)], FIRST)
    assert (row["n"], row["flagged"], row["median"]) == (5, 1, 60)
    (row, _solution) = sla(table(backend, [answered(1, is_flagged=1)]), "", until=UNTIL).to_dict("records")
    assert (row["n"], row["flagged"], row["members"]) == (0, 1, 0)


def test_settled_without_an_answer_waits_no_longer(backend: Any) -> None:
    settled = told(1, DAY, resolved_at=instant(DAY, 50), resolve_minutes=50, first_due_at=instant(DAY, 60))
    (row,) = times(backend, [settled], FIRST)
    assert (row["ended"], row["open"], row["longest"]) == (0, 1, 50)
    (row, _solution) = sla(table(backend, [settled]), "", until=UNTIL).to_dict("records")
    assert (row["n"], row["not_due"]) == (0, 1)  # it was never due


def test_waiting_for_the_customer_is_taken_off(backend: Any) -> None:
    solved = told(1, DAY, resolved_at=instant(DAY, 80), resolve_minutes=80, waited_minutes=30)
    waiting = told(1, DAY, waiting_since=instant(DAY, 40), waited_minutes=5)
    _first, resolve, worked = times(backend, [solved, waiting])
    assert (resolve["median"], resolve["longest"]) == (80, 90)
    assert (worked["median"], worked["longest"]) == (50, 35)


def test_minutes_of_the_calendar(backend: Any) -> None:
    row = answered(30, first_response_at=instant("2026-05-05"))  # next noon: 30 minutes of business hours
    frame = response_times(table(backend, [row]), "", until=instant("2026-05-06"), business=None, measures=[FIRST])
    assert list(frame["median"]) == [1_440]


def test_what_is_not_written_down_is_reckoned(backend: Any) -> None:
    (row,) = times(backend, [answered(45, first_minutes=None)], FIRST)
    assert (row["ended"], row["median"]) == (1, 45)


def test_in_time_late_overdue_and_not_due(backend: Any) -> None:
    due = {"first_due_at": instant(DAY, 60), "resolve_due_at": instant(DAY, 120)}
    rows = [
        answered(59, **due), answered(60, **due), answered(61, **due), told(3, DAY, **due), told(None, DAY, **due),
        opened(5, first_due_at=instant(DAY, 145)), answered(5), told(4, DAY, resolved_at=instant(DAY, 80), **due),
    ]  # fmt: skip
    first, resolve = sla(table(backend, rows), "", until=UNTIL).to_dict("records")
    wanted = {"n": 6, "met": 2, "late": 1, "overdue": 3, "not_due": 1, "no_target": 1, "members": 3, "late_members": 3}
    assert {key: first[key] for key in wanted} == wanted
    assert (round(first["rate"], 4), round(first["low"], 4), round(first["high"], 4)) == (0.3333, 0.0968, 0.7000)
    assert (resolve["n"], resolve["met"], resolve["not_due"], resolve["no_target"]) == (1, 1, 5, 2)


def test_the_time_to_the_solution_stands_still_while_the_customer_is_to_answer(backend: Any) -> None:
    due = instant(DAY, 60)
    in_time = told(1, DAY, resolve_due_at=due, waiting_since=instant(DAY, 50))
    too_late = told(1, DAY, resolve_due_at=due, waiting_since=instant(DAY, 70))
    _first, resolve = sla(table(backend, [in_time, too_late]), "", until=UNTIL).to_dict("records")
    assert (resolve["n"], resolve["overdue"], resolve["not_due"]) == (1, 1, 1)


_minute = st.integers(0, 120)
_some = st.one_of(st.none(), _minute)


@st.composite
def _case(draw: st.DrawFn) -> dict[str, Any]:
    first, resolved, due = draw(_some), draw(_some), draw(_some)
    columns = {
        "store_id": draw(st.one_of(st.none(), st.integers(1, 2))), "is_flagged": draw(st.integers(0, 1)),
        "first_response_at": None if first is None else instant(DAY, first), "first_minutes": first,
        "resolved_at": None if resolved is None else instant(DAY, resolved), "resolve_minutes": resolved,
        "first_due_at": None if due is None else instant(DAY, due),
    }  # fmt: skip
    return told(draw(st.integers(1, 3)), DAY, **columns)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(_case(), min_size=1, max_size=12))
def test_it_agrees_with_counting_on_fingers(duckdb: Any, rows: Rows) -> None:
    good = [row for row in rows if not row["is_flagged"]]
    verdicts = [_verdict(row) for row in good]
    first = sla(table(duckdb, rows), "store_id", until=UNTIL)
    first = first[first["measure"] == FIRST]
    for name in ("met", "late", "overdue", "not_due", "no_target"):
        assert first[name].sum() == verdicts.count(name)
    assert list(first["n"]) == list(first["met"] + first["late"] + first["overdue"])
    (found,) = times(duckdb, rows, FIRST)
    waits = [_wait(row) for row in good]
    assert (found["ended"], found["open"]) == (sum(done for _t, done in waits), sum(not done for _t, done in waits))
    _same(found["median"], _first_time(waits, 0.5))
    _same(found["p90"], _first_time(waits, 0.9))


def _seen(instant_: int | None) -> bool:
    return instant_ is not None and instant_ <= UNTIL


def _verdict(row: dict[str, Any]) -> str:
    done, due = row["first_response_at"], row["first_due_at"]
    if due is None:
        return "no_target"
    if _seen(done):
        return "met" if done <= due else "late"
    end = row["resolved_at"] if _seen(row["resolved_at"]) else UNTIL
    return "overdue" if due < end else "not_due"


def _wait(row: dict[str, Any]) -> tuple[int, bool]:
    if _seen(row["first_response_at"]):
        return row["first_minutes"], True
    return (row["resolve_minutes"] if _seen(row["resolved_at"]) else 90), False


def _first_time(waits: list[tuple[int, bool]], share: float) -> float:
    """Kaplan-Meier in the plainest way: step by step over the minutes."""
    left = 1.0
    for minute in range(200):
        at_risk = sum(t >= minute for t, _done in waits)
        ended = sum(t == minute and done for t, done in waits)
        left *= 1 - ended / at_risk if at_risk else 1
        if ended and 1 - left >= share - 1e-9:
            return minute
    return math.nan


def _same(ours: float, counted: float) -> None:
    assert ours == counted or (math.isnan(ours) and math.isnan(counted))


def test_no_case_is_no_row(backend: Any) -> None:
    assert times(backend, []) == []
    assert isinstance(sla(table(backend, []), "", until=UNTIL), pd.DataFrame)
    assert responses.MINUTE == MINUTE
