"""Every report from prepared tables, at a million orders and at ten, beside SQL by hand for some of the questions."""

from collections.abc import Callable
from typing import Any

import duckdb
import pandas as pd
from django.conf import settings
from django.core.cache import cache

from analytics.facts import manifest
from analytics.facts.manifest import Manifest
from analytics.metrics import periods
from analytics.metrics.repeat import WINDOWS
from analytics.reports import query, report
from benchmarks import document, files, shop
from benchmarks.measure import Cost, cost, in_turns, memory_above_rest, milliseconds, ratio

SIZES = (1_000_000, 10_000_000)
ROUNDS = 5
WORDS = """
The shop is generated straight into warehouse files, so this measures the analytics alone; publishing derives the
prepared tables from the raw files in steps. Each report runs with its default options as a page asks for it (Ibis
expression, query, frame, intervals), with nothing cached. SQL by hand reads the same prepared tables in a DuckDB of
its own with as many threads, and gives the counts alone; that it gives the same counts is checked before measuring.
Memory is the most that the process grew by while the report ran, DuckDB's included.
"""
Counts = list[tuple[int, ...]]

KPI = """
select month, count(distinct member_id), count(member_id), sum(gross) filter (member_id is not null)::bigint
from sales group by month order by month
"""
RETENTION = """
select f.first_month, m.month - f.first_month, count(*)
from firsts f join member_month m on m.member_id = f.member_id
where f.first_month is not null group by 1, 2 order by 1, 2
"""
REPEAT = """
select w.days, count(*), count(*) filter (second_day - first_day <= w.days)
from firsts, (select unnest({windows}) as days) w where first_day <= {last_day} - w.days group by 1 order by 1
"""
CHURN = """
select m.month, count(*), count(*) filter (not exists (
    select 1 from member_month l where l.member_id = m.member_id and l.month between m.month + 1 and m.month + 3))
from member_month m where m.month <= {last_month} - 3 group by 1 order by 1
"""
SECOND = """
select second_day - first_day as t, count(*) from firsts where second_day is not null group by 1 order by 1
"""


def _columns(*names: str) -> Callable[[pd.DataFrame], Counts]:
    def read(frame: pd.DataFrame) -> Counts:
        labels = {"period", "cohort"}
        lists = [
            [periods.parse(value, "month") for value in frame[name]] if name in labels else frame[name].tolist()
            for name in names
        ]
        return [tuple(int(value) for value in row) for row in zip(*lists, strict=True)]

    return read


def _triangle(frame: pd.DataFrame) -> Counts:
    cells = frame[frame.active > 0]
    firsts = [periods.parse(label, "month") for label in cells.cohort]
    return sorted(zip(firsts, cells.age.tolist(), cells.active.tolist(), strict=True))


BY_HAND: dict[str, tuple[str, Callable[[pd.DataFrame], Counts]]] = {
    "kpi": (KPI, _columns("period", "active_members", "orders", "gross")),
    "retention": (RETENTION, _triangle),
    "repeat-purchase": (REPEAT, _columns("window_days", "eligible", "repeated")),
    "churn-3m": (CHURN, _columns("period", "active", "churned")),
    "second-purchase": (SECOND, _columns("t", "events")),
}


def run() -> str:
    """The section of docs/benchmarks.md. Stops when the product and the SQL give different counts."""
    return "\n".join(["## All reports from warehouse files\n", WORDS, *(_measured(size) for size in SIZES)])


def _measured(orders: int) -> str:
    draft = files.written(orders)
    with memory_above_rest() as above:
        publishing = cost(lambda: files.opened(draft))
    current = manifest.read()
    duck = _duckdb(current)
    rows = [_row(found.slug, current, duck) for found in report.every()]
    return "\n".join(
        [
            f"### {orders:,} orders\n",
            f"Deriving the prepared tables took {publishing.wall:.1f} s on the clock, {publishing.cpu:.1f} s of CPU and"
            f" {above[0]:,.0f} MB. {ROUNDS} rounds, medians. {document.machine()}.\n",
            document.table(["report", "clock", "CPU", "memory", "CPU / SQL by hand"], rows),
        ]
    )


def _row(slug: str, current: Manifest, duck: duckdb.DuckDBPyConnection) -> list[str]:
    asked = query.parse(report.get(slug).choices, {})

    def product() -> pd.DataFrame:
        cache.clear()
        return report.frame(slug, shop.ADMIN, asked).frame

    with memory_above_rest() as above:
        frame = product()
    works = [lambda: cost(product)]
    if slug in BY_HAND:
        text, read = BY_HAND[slug]
        sql = text.format(
            last_day=current.last_day,
            windows=list(WINDOWS),
            last_month=periods.last_complete(current.last_day or 0, "month"),
        )
        if read(frame) != duck.execute(sql).fetchall():
            raise SystemExit(f"not the same counts: {slug}")
        works.append(lambda: cost(lambda: duck.execute(sql).fetchall()))
    found = in_turns(ROUNDS, works)
    return [slug, *_told(found[0]), f"{above[0]:,.0f} MB", _against(found)]


def _told(costs: list[Cost]) -> list[str]:
    return [milliseconds([one.wall for one in costs]), milliseconds([one.cpu for one in costs])]


def _against(found: list[list[Cost]]) -> str:
    if len(found) == 1:
        return ""
    return ratio([one.cpu for one in found[0]], [one.cpu for one in found[1]])


def _duckdb(current: Manifest) -> duckdb.DuckDBPyConnection:
    """A connection of its own over the prepared files, with the threads and memory of the product's."""
    config: dict[str, Any] = {"threads": settings.ANALYTICS_THREADS, "memory_limit": settings.ANALYTICS_MEMORY}
    connection = duckdb.connect(":memory:", config=config)
    for name, file in current.prepared.items():
        path = manifest.folder() / file
        connection.execute(f"create view {name} as select * from read_parquet('{path}')")
    return connection
