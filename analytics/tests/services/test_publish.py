"""Publishing: what writes marked as touched reaches the reports, and nobody reads half of it."""

import datetime as dt
import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest
from django.db import connections, transaction
from django.test import override_settings
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from analytics.facts import derive, engine, export, manifest, schema
from analytics.facts.door import Cut, NoData, open_facts
from analytics.reports import report as reports
from analytics.reports.query import parse
from analytics.services.publish import is_due, publish
from analytics.tests.shopkeeper import Shop
from members.lib import clock
from members.lib.actor import system
from members.models import Member, Order, Touched
from members.services import exclusions, merges

EVERYBODY = system("test")
CALM: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@pytest.fixture
def shop(db: None) -> Shop:
    return Shop()


def kpi(grain: str = "all", **given: str) -> dict[str, str]:
    """The one row of the key figures over all the days."""
    asked = {"grain": [grain], **{name: [value] for name, value in given.items()}}
    (row,) = reports.frame("kpi", EVERYBODY, parse(reports.get("kpi").choices, asked)).rows()
    return row


def kept() -> set[int]:
    """Ids of the orders that count as a purchase."""
    with open_facts(EVERYBODY, Cut()) as facts:
        frame = facts.sales.to_pandas()
    return set(frame[frame["kept"] == 1]["order_id"])


def on_disk() -> set[str]:
    return {path.name for path in manifest.folder().glob("*.parquet")}


# --- what reaches the reports ------------------------------------------------------------------------------------


def test_before_the_first_publish_there_is_nothing_to_read(shop: Shop) -> None:
    shop.sell("a", "2026-01-05")
    with pytest.raises(NoData), open_facts(EVERYBODY, Cut()):
        pass


def test_the_first_publish_of_an_empty_shop_says_no_data(shop: Shop) -> None:
    current = publish()
    assert (current.generation, current.first_day, current.last_day) == (1, None, None)
    with pytest.raises(NoData), open_facts(EVERYBODY, Cut()):
        pass


def test_a_shop_that_was_empty_at_its_first_publish_is_read_after_its_first_order(shop: Shop) -> None:
    publish()
    shop.sell("a", "2026-01-05", "12.3456")
    publish()
    assert (kpi()["orders"], kpi()["gross"]) == ("1", "12.3456")


def test_a_shop_with_refunds_only_has_data_but_no_sales(shop: Shop) -> None:
    order = shop.sell("a", "2026-01-05")
    shop.void(order)
    shop.give_back(order, "2026-01-06", "4", naming=False)
    publish()
    assert (kpi()["orders"], kpi()["refunds"], kpi()["net"]) == ("0", "4.00", "-4.00")


def test_without_anything_touched_publishing_changes_nothing(shop: Shop) -> None:
    shop.sell("a", "2026-01-05")
    first = publish()
    files = on_disk()
    assert publish() == first
    assert on_disk() == files


def test_only_the_months_that_were_touched_are_written_anew(shop: Shop) -> None:
    for date in ("2026-01-05", "2026-02-05", "2026-03-05"):
        shop.sell("a", date)
    before = publish().parts["orders"]
    shop.sell("b", "2026-02-07")
    after = publish().parts["orders"]
    rewritten = {month for month, name in after.items() if before[month] != name}
    assert rewritten == {str(2026 * 12 + 1)}


def test_an_order_that_comes_late_appears_in_its_own_month(shop: Shop) -> None:
    shop.sell("a", "2026-03-05")
    publish()
    shop.sell("a", "2026-01-05")
    publish()
    assert kpi(**{"from": "2026-01-01", "to": "2026-01-31"})["new_members"] == "1"
    assert kpi(**{"from": "2026-03-01", "to": "2026-03-31"})["new_members"] == "0"


def test_a_refund_in_a_later_month_takes_the_purchase_away_from_the_earlier_one(shop: Shop) -> None:
    order, other = shop.sell("a", "2026-01-05", "10"), shop.sell("a", "2026-01-06", "5")
    publish()
    shop.give_back(order, "2026-02-05")
    publish()
    assert kept() == {other.pk}
    assert (kpi()["gross"], kpi()["refunds"], kpi()["net"]) == ("15.00", "10.00", "5.00")


def test_a_voided_refund_gives_the_purchase_back(shop: Shop) -> None:
    order = shop.sell("a", "2026-01-05")
    refund = shop.give_back(order, "2026-02-05")
    publish()
    assert kept() == set()
    shop.void(refund)
    publish()
    assert kept() == {order.pk}


def test_a_voided_order_is_gone_and_its_empty_month_too(shop: Shop) -> None:
    shop.sell("a", "2026-01-05")
    late = shop.sell("a", "2026-03-05")
    publish()
    shop.void(late)
    publish()
    assert kpi()["period"] == "2026-01-05..2026-01-05"


def test_an_exclusion_and_its_withdrawal_reach_the_reports(shop: Shop) -> None:
    shop.sell("a", "2026-01-05")
    shop.sell("b", "2026-01-05")
    publish()
    excluded = shop.exclude("a", "2026-01-01")
    publish()
    assert (kpi()["active_members"], kpi()["orders"]) == ("1", "1")
    exclusions.withdraw(exclusion=excluded, by=EVERYBODY)
    publish()
    assert (kpi()["active_members"], kpi()["orders"]) == ("2", "2")


def test_orders_that_were_deleted_leave_with_their_months(shop: Shop) -> None:
    """Only the demo is ever deleted: its marks name rows that are gone, so that every month is looked at again."""
    shop.sell("a", "2026-01-05")
    staying = shop.sell("b", "2026-02-05")
    publish()
    Order.objects.exclude(pk=staying.pk).delete()
    Touched.objects.create(kind=Touched.Kind.ORDER, key=staying.pk + 1_000_000)
    publish()
    assert kept() == {staying.pk}


# --- what happens meanwhile --------------------------------------------------------------------------------------


def test_a_reader_keeps_its_generation_while_another_is_published(shop: Shop) -> None:
    shop.sell("a", "2026-01-05")
    publish()
    with open_facts(EVERYBODY, Cut()) as facts:
        shop.sell("a", "2026-01-06")
        publish()
        assert facts.sales.count().execute() == 1
    assert len(kept()) == 2


def test_what_is_written_while_publishing_stays_marked(shop: Shop) -> None:
    shop.sell("a", "2026-01-05")
    late: list[Order] = []

    def while_publishing() -> None:
        if not late:
            late.append(shop.sell("b", "2026-01-05"))

    publish(beat=while_publishing)
    assert len(kept()) == 1
    assert list(Touched.objects.values_list("key", flat=True)) == [late[0].pk]
    publish()
    assert len(kept()) == 2
    assert not Touched.objects.exists()


def test_a_publish_that_dies_before_its_manifest_changes_nothing_and_is_made_up_for(shop: Shop) -> None:
    first = shop.sell("a", "2026-01-05")
    current = publish()
    second = shop.sell("a", "2026-01-06")
    beats = iter([None])

    def die_after_the_files() -> None:
        if next(beats, "dead") == "dead":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(beat=die_after_the_files)
    assert manifest.read() == current
    assert kept() == {first.pk}
    assert on_disk() > current.files()
    publish()
    assert kept() == {first.pk, second.pk}


def test_files_that_no_recent_generation_needs_are_collected(shop: Shop) -> None:
    for day in range(1, 6):
        shop.sell("a", f"2026-01-{day:02d}")
        current = publish()
    kept_manifests = sorted(manifest.folder().glob("manifest-*.json"))
    needed = set[str]().union(*(manifest.Manifest(**_json(path)).files() for path in kept_manifests))
    assert len(kept_manifests) == 3
    assert current.files() <= on_disk()
    assert on_disk() == needed


def test_generations_that_nobody_reads_leave_the_engine(shop: Shop) -> None:
    """A worker publishes for months; what it no longer reads must not pile up in its memory."""
    shop.sell("a", "2026-01-05")
    publish()
    with engine.tables(manifest.read()):
        shop.sell("a", "2026-01-06")
        publish()
        with engine.tables(manifest.read()) as tables:
            views = "SELECT count(*) FROM duckdb_views() WHERE NOT internal"
            (count,) = tables["sales"].get_backend().raw_sql(views).fetchone()
    assert count == 2 * len(schema.ALL)


def test_a_fact_from_a_machine_whose_clock_is_ahead_is_not_lost(shop: Shop) -> None:
    order = shop.sell("a", "2026-01-05")
    Order.objects.filter(pk=order.pk).update(recorded_at=clock.now() + dt.timedelta(minutes=5))
    publish()
    assert kept() == {order.pk}


def _json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())


@pytest.mark.django_db(transaction=True)
def test_publishers_at_once_take_turns_and_lose_nothing() -> None:
    shop = Shop()
    sold = {shop.sell("a", "2026-01-05").pk}
    publish()

    def sell_and_publish(number: int) -> None:
        try:
            for day in (1, 2, 3):
                sold.add(shop.sell(f"m{number}", f"2026-0{number}-0{day}").pk)
                publish()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(sell_and_publish, (1, 2, 3)))  # raises what a publisher raised
    publish()
    assert kept() == sold
    assert not Touched.objects.exists()


# --- the prepared tables are the plain derivation ----------------------------------------------------------------


def raw_facts() -> derive.RawFacts:
    """The raw facts read from the database as one whole, without any file."""
    tables = {
        "orders": _table("orders", {date.year * 12 + date.month - 1 for date in _dates()}),
        "refunds": _table("refunds", {date.year * 12 + date.month - 1 for date in _dates()}),
        "lines": _table("lines", {date.year * 12 + date.month - 1 for date in _dates()}),
        "exclusions": _table("exclusions", {None}),
        "merges": _table("merges", {None}),
    }
    return derive.RawFacts(**{name: ibis.memtable(table) for name, table in tables.items()})


def _dates() -> list[dt.date]:
    return [dt.date(2026, month, 1) for month in range(1, 7)]


def _table(name: str, months: set[int] | set[None]) -> pa.Table:
    batches = [batch for month in sorted(months, key=str) for batch in export.batches(name, month)]
    return pa.Table.from_batches(batches, schema.RAW[name])


def rows(table: Any, name: str) -> list[tuple[Any, ...]]:
    names = schema.PREPARED[name].names
    listed = table.to_pyarrow().select(names).to_pylist()
    return sorted((tuple(row[column] for column in names) for row in listed), key=repr)


_day = st.integers(1, 181).map(lambda day: str(dt.date(2026, 1, 1) + dt.timedelta(days=day - 1)))
DEEDS = ["guest", "refund", "part", "unnamed", "void", "exclude", "merge", "part ways", "publish"]
_steps = st.lists(
    st.tuples(
        st.sampled_from(["sell", "sell", "sell", *DEEDS]),
        st.integers(0, 4), _day, st.integers(1, 2), st.integers(1, 2),
    ),
    min_size=4,
    max_size=25,
)  # fmt: skip


def live_through(shop: Shop, steps: list[tuple[str, int, str, int, int]]) -> None:
    orders: list[Order] = []
    excluded: set[str] = set()
    for deed, number, date, store, channel in steps:
        buyer = f"m{number}"
        if deed in {"sell", "guest"}:
            orders.append(
                shop.sell(
                    None if deed == "guest" else buyer, date, str(number), store, channel, goods=f"p{number} p{store}"
                )
            )
        elif deed == "exclude" and buyer not in excluded:
            excluded.add(buyer)
            shop.exclude(buyer, date)
        elif deed == "publish":
            publish()
        elif deed in {"merge", "part ways"}:
            merge_or_part(shop.member(buyer), None if deed == "part ways" else shop.member(f"m{(number + store) % 5}"))
        elif orders:
            take_back(shop, orders[number % len(orders)], deed, date)


def take_back(shop: Shop, order: Order, deed: str, date: str) -> None:
    if deed in {"refund", "unnamed"}:
        shop.give_back(order, date, naming=deed == "refund")
    elif deed == "part":
        shop.give_back(order, date, "0.5")
    elif deed == "void" and order.voided_at is None:
        shop.void(order)


def merge_or_part(member: Member, into: Member | None) -> None:
    with suppress(merges.Refused):
        if into is None:
            merges.unmerge(member=member, by=EVERYBODY)
        else:
            merges.merge(member=member, into=into, by=EVERYBODY)


def assert_figures_add_up() -> None:
    """Cohort sizes are the members with a purchase; sales are active members × orders each × average order."""
    with open_facts(EVERYBODY, Cut()) as facts:
        bought = facts.firsts.filter(facts.firsts.first_day.notnull()).count().execute()
    cohorts = reports.frame("retention", EVERYBODY, parse(reports.get("retention").choices, {})).frame
    assert cohorts[cohorts.age == 0].cohort_size.sum() == bought
    for row in reports.frame("kpi", EVERYBODY, parse(reports.get("kpi").choices, {})).frame.itertuples():
        if row.orders:
            assert row.active_members * row.orders_per_member * row.aov == pytest.approx(row.gross, rel=1e-12)


def assert_prepared_as_derived() -> None:
    current = manifest.read()
    plain = derive.prepare(raw_facts(), as_of_day=schema.OPEN_END, known_at=clock.to_micros(clock.now()))
    with engine.tables(current) as tables:
        for name in schema.PREPARED:
            assert rows(tables[name], name) == rows(getattr(plain, name), name), name


def prepared_equal_derived(steps: list[tuple[str, int, str, int, int]]) -> None:
    """Every example in a transaction that is rolled back and a warehouse of its own."""
    with tempfile.TemporaryDirectory() as folder, override_settings(WAREHOUSE_URL=folder), transaction.atomic():
        live_through(Shop(), steps)
        publish()
        assert_prepared_as_derived()
        if manifest.read().last_day is not None:
            assert_figures_add_up()
        transaction.set_rollback(True)


@effort(max_examples=10, **CALM)
@given(steps=_steps)
def test_prepared_tables_equal_the_plain_derivation(db: None, steps: list[Any]) -> None:
    prepared_equal_derived(steps)


@pytest.mark.prove
@effort(max_examples=300, **CALM)
@given(steps=_steps)
def test_prepared_tables_equal_the_plain_derivation_at_length(db: None, steps: list[Any]) -> None:
    prepared_equal_derived(steps)


def test_a_warehouse_of_another_version_is_written_anew(shop: Shop) -> None:
    """Its tables lack columns: read as they are they would give wrong figures, so there are none until a publish."""
    shop.sell("m1", "2026-01-05")
    before = publish()
    path = manifest.folder() / manifest.NAME
    path.write_text(json.dumps(_json(path) | {"shape": "older"}))
    with pytest.raises(NoData):
        kpi()
    assert is_due()
    after = publish()
    assert after.generation == before.generation + 1
    assert not is_due()
    assert kpi()["orders"] == "1"
