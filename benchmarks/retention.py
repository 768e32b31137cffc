"""The monthly retention report at a million orders: the product against SQL written by hand for this one question."""

import datetime as dt
import os
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from django.conf import settings
from django.core.cache import cache

from analytics.facts import manifest
from analytics.facts.manifest import Manifest
from analytics.metrics import periods
from analytics.reports import query, report
from analytics.reports.retention import REPORT
from benchmarks import document, shop
from benchmarks.measure import Clock, Cost, cost, cpu_of, in_turns, milliseconds, ratio
from members.lib import clock

SCALE = 2.5
ROUNDS = 9
WORDS = """
“Product” is `report.frame` as a page asks for it: building the Ibis expression, the query, the triangle
with zero cells, intervals, columns. SQL by hand gives the non-zero cells and no more. “From the facts”
applies every rule anew, as a report about a past instant does; the pages answer from the prepared tables,
which each publish rebuilds.

From the facts the product works out all prepared tables (both views of the first purchase, with store,
channel and second day), of which this one question needs a part; the engine has to do so in steps (decision
0007). That is what it costs above SQL written for one question. From the prepared tables most of the time
is Ibis building and compiling the expression.

PostgreSQL works in one process with work_mem of 256 MB, all its pages in memory.
"""
Cells = dict[tuple[int, int], int]  # cohort month, age -> members

# Applies the rules of docs/metrics.md; one text for DuckDB and PostgreSQL.
FROM_FACTS = """
with valid as (
    select o.order_id, o.member_id, o.month, o.gross
    from orders o
    where o.member_id is not null and o.total > 0 and o.day <= {as_of}
      and o.recorded_at <= {known_at} and (o.voided_at is null or o.voided_at > {known_at})
      and not exists (
          select 1 from exclusions x
          where x.member_id = o.member_id and o.day between x.from_day and x.to_day
            and x.recorded_at <= {known_at} and (x.voided_at is null or x.voided_at > {known_at}))
), refunded as (
    select order_id, sum(amount) as amount
    from refunds
    where order_id is not null and day <= {as_of}
      and recorded_at <= {known_at} and (voided_at is null or voided_at > {known_at})
    group by order_id
), visits as (
    select distinct v.member_id, v.month
    from valid v left join refunded r on r.order_id = v.order_id
    where not (v.gross > 0 and coalesce(r.amount, 0) >= v.gross)
), firsts as (
    select member_id, min(month) as cohort from visits group by member_id
)
select f.cohort, v.month - f.cohort as age, count(*) as active
from firsts f join visits v on v.member_id = f.member_id
group by f.cohort, v.month - f.cohort
"""
FROM_PREPARED = """
select f.first_month, m.month - f.first_month as age, count(*) as active
from firsts f join member_month m on m.member_id = f.member_id
where f.first_month is not null
group by f.first_month, m.month - f.first_month
"""
INDEXES = """
alter table orders add primary key (order_id);
create index on orders (member_id, day);
create index on orders (day);
alter table refunds add primary key (refund_id);
create index on refunds (order_id);
create index on exclusions (member_id);
alter table firsts add primary key (member_id);
alter table member_month add primary key (member_id, month);
"""


def run() -> str:
    """The section of docs/benchmarks.md. Stops when two ways give different answers."""
    orders = shop.opened(SCALE)
    current = manifest.read()
    facts = FROM_FACTS.format(as_of=current.last_day, known_at=current.published_at)
    duck = _duckdb(current)
    ways: dict[str, Any] = {
        "product, from the facts": lambda: _product(_past(current)),
        "product, from prepared tables": lambda: _product(query.parse(REPORT.choices, {"grain": ["month"]})),
        "DuckDB, SQL by hand, from the facts": lambda: _cells(duck.execute(facts).fetchall()),
        "DuckDB, SQL by hand, from prepared tables": lambda: _cells(duck.execute(FROM_PREPARED).fetchall()),
    }
    clocks: dict[str, Clock] = {}
    url = os.environ.get("BENCH_DATABASE", "")
    if url:
        postgres, server_clock = _postgres(url, duck)
        for name, text in (("from the facts", facts), ("from prepared tables", FROM_PREPARED)):
            way = f"PostgreSQL, the same SQL, {name}"
            ways[way] = lambda text=text: _cells(postgres.execute(text).fetchall())
            clocks[way] = server_clock
    _same(ways)
    works = [_measured(way, clocks.get(name)) for name, way in ways.items()]
    found = dict(zip(ways, in_turns(ROUNDS, works), strict=True))
    return _section(orders, found, current)


def _past(current: Manifest) -> query.Query:
    """The same question about the instant before the publish, which is answered from the facts."""
    return query.parse(REPORT.choices, {"known_at": [_instant(current.published_at - 1)], "grain": ["month"]})


def _instant(micros: int) -> str:
    return (clock.EPOCH + dt.timedelta(microseconds=micros)).isoformat()


def _product(asked: query.Query) -> Cells:
    """The report as a page asks for it, with nothing in the cache."""
    cache.clear()
    frame = report.frame("retention", shop.ADMIN, asked).frame
    cells = frame[frame.active > 0]
    cohorts = [periods.parse(label, "month") for label in cells.cohort]
    return dict(zip(zip(cohorts, cells.age.tolist(), strict=True), cells.active.tolist(), strict=True))


def _cells(rows: list[tuple[int, int, int]]) -> Cells:
    return {(cohort, age): active for cohort, age, active in rows}


def _same(ways: dict[str, Any]) -> None:
    answers = {name: way() for name, way in ways.items()}
    first = next(iter(answers.values()))
    different = [name for name, answer in answers.items() if answer != first]
    if different or not first:
        raise SystemExit(f"not the same answer: {', '.join(different) or 'nothing at all'}")


def _measured(way: Any, clock_of_server: Clock | None) -> Any:
    def once() -> Cost:
        return cost(way) if clock_of_server is None else cost(way, clock_of_server)

    return once


def _duckdb(current: Manifest) -> duckdb.DuckDBPyConnection:
    """A connection of its own over the same files, with the threads and memory of the product's."""
    config = {"threads": settings.ANALYTICS_THREADS, "memory_limit": settings.ANALYTICS_MEMORY}
    connection = duckdb.connect(":memory:", config=config)
    listed = {name: sorted(parts.values()) for name, parts in current.parts.items()}
    listed |= {name: [part] for name, part in current.prepared.items()}
    for name, files in listed.items():
        if not files:  # a shop without a merge has no file of merges
            continue
        paths = ", ".join(f"'{manifest.folder() / file}'" for file in files)
        connection.execute(f"create view {name} as select * from read_parquet([{paths}])")
    return connection


def _postgres(url: str, duck: duckdb.DuckDBPyConnection) -> tuple["psycopg.Connection[Any]", Clock]:
    """The same rows in PostgreSQL with the indexes one would make, analysed; and the CPU clock of its process.

    One process does the work, so that its CPU can be read, with room enough not to spill to disk.
    """
    connection = psycopg.connect(url, autocommit=True)
    for name in ("orders", "refunds", "exclusions", "firsts", "member_month"):
        columns = duck.execute(f"describe {name}").fetchall()
        listed = ", ".join(f"{column[0]} {column[1]}" for column in columns)
        connection.execute(f"create table {name} ({listed})")
        file = Path(settings.DATA_DIR) / f"{name}.csv"
        duck.execute(f"copy {name} to '{file}' (header false)")
        with connection.cursor().copy(f"copy {name} from stdin (format csv)") as copy, file.open("rb") as source:
            while block := source.read(1 << 20):
                copy.write(block)
    for statement in INDEXES.strip().split(";\n"):
        connection.execute(statement)
    connection.execute("vacuum analyze")
    connection.execute("set max_parallel_workers_per_gather = 0")
    connection.execute("set work_mem = '256MB'")
    return connection, cpu_of(connection.info.backend_pid)


def _section(orders: int, found: dict[str, list[Cost]], current: Manifest) -> str:
    rows = [
        [name, milliseconds([one.cpu for one in costs]), milliseconds([one.wall for one in costs])]
        for name, costs in found.items()
    ]
    compared = [
        ("product, from the facts", "DuckDB, SQL by hand, from the facts", "at most 1.5"),
        ("product, from the facts", "PostgreSQL, the same SQL, from the facts", "at most 0.33"),
        ("product, from prepared tables", "DuckDB, SQL by hand, from the facts", ""),
        ("product, from prepared tables", "PostgreSQL, the same SQL, from the facts", ""),
        ("product, from prepared tables", "DuckDB, SQL by hand, from prepared tables", ""),
        ("product, from prepared tables", "PostgreSQL, the same SQL, from prepared tables", ""),
    ]
    ratios = [
        [f"{ours} / {theirs}", _ratio(found, ours, theirs, "cpu"), _ratio(found, ours, theirs, "wall"), aim]
        for ours, theirs, aim in compared
        if theirs in found
    ]
    return "\n".join(
        [
            f"## Retention by month at {orders:,} orders\n",
            f"The demo generator at scale {SCALE}, in {len(current.parts['orders'])} monthly files. All ways gave the"
            f" same cells, checked before measuring. {ROUNDS} rounds in a warm process, nothing cached between them;"
            f" medians. {document.machine()}.\n",
            WORDS,
            document.table(["way", "CPU", "clock"], rows),
            document.table(["ratio", "CPU", "clock", "aim"], ratios),
        ]
    )


def _ratio(found: dict[str, list[Cost]], ours: str, theirs: str, what: str) -> str:
    return ratio([getattr(one, what) for one in found[ours]], [getattr(one, what) for one in found[theirs]])
