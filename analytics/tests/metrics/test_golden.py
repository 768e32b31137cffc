"""The metrics against figures that were computed from the same files by other means, cell by cell."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest

from analytics.facts import derive, schema
from analytics.metrics import periods, rfm, rhythm, survival
from analytics.metrics.churn import churn_3m
from analytics.metrics.hour_weekday import hour_weekday
from analytics.metrics.kpi import kpi
from analytics.metrics.repeat import repeat_purchase
from analytics.metrics.retention import retention
from analytics.metrics.value import value_deciles
from analytics.tests import engines, golden
from analytics.tests.golden import GoldenSet

SETS = {
    "online_retail": golden.ONLINE_RETAIL,
    "complete_journey": golden.COMPLETE_JOURNEY,
    "complete_journey_without_zone": golden.COMPLETE_JOURNEY_WITHOUT_ZONE,
}
REAL = ("online_retail", "complete_journey")


@dataclass(frozen=True)
class Case:
    """A golden set and its prepared tables, materialised once for all tests of this module."""

    set: GoldenSet
    tables: derive.Prepared

    def kpi(self, grain: periods.Grain) -> pd.DataFrame:
        first_day = self.tables.sales.day.min().to_pandas()
        return kpi(
            self.tables.sales,
            self.tables.money_back,
            self.tables.firsts,
            grain=grain,
            first_day=int(first_day),
            last_day=self.set.last_day,
        )


@pytest.fixture(scope="module")
def cases() -> Any:
    with engines.opened("duckdb") as backend:
        yield {name: _case(backend, name) for name in SETS}


def _case(backend: Any, name: str) -> Case:
    chosen = SETS[name]
    lazy = derive.prepare(chosen.raw_facts(backend), as_of_day=chosen.last_day, known_at=0)
    kept = {table: backend.create_table(f"{name}_{table}", obj=getattr(lazy, table)) for table in schema.PREPARED}
    return Case(chosen, derive.Prepared(**kept))


def assert_same_figures(case: Case, table: str, ours: pd.DataFrame) -> None:
    """Golden counts and money equal ours exactly; quotients within what their file rounds away."""
    answer = case.set.answer(table)
    assert list(ours["period"]) == list(answer["month"])
    for column in ("active_members", "new_members", "returning_members", "orders"):
        assert list(ours[column]) == [int(cell) for cell in answer[column]], column
    names = {"gross": "gross", "refunds": "refund", "net": "net", "new_gross": "new_gross"}
    for column, theirs in (names | {"returning_gross": "returning_gross"}).items():
        assert list(ours[column]) == [case.set.money(cell) for cell in answer[f"{theirs}_minor"]], column
    rounded = (ours["aov"] / case.set.minor).to_numpy()
    assert rounded == pytest.approx(answer["aov_minor"].astype(float).to_numpy(), rel=1e-9, abs=5.1e-5)
    per_member = answer["orders_per_member"].astype(float).to_numpy()
    assert ours["orders_per_member"].to_numpy() == pytest.approx(per_member, rel=1e-9)


@pytest.mark.parametrize("name", REAL)
def test_kpi_by_month(cases: dict[str, Case], name: str) -> None:
    assert_same_figures(cases[name], "kpi_month", cases[name].kpi("month"))


def test_kpi_by_month_when_the_time_zone_is_forgotten(cases: dict[str, Case]) -> None:
    """The wrong answer too is reproduced, so the difference is the zone and nothing else."""
    case = cases["complete_journey_without_zone"]
    assert_same_figures(case, "kpi_month_if_utc", case.kpi("month"))


@pytest.mark.parametrize("name", REAL)
def test_kpi_by_week(cases: dict[str, Case], name: str) -> None:
    case = cases[name]
    answer, ours = case.set.answer("weekly"), case.kpi("week")
    ours = ours[ours["orders"] > 0]
    assert list(ours["period"]) == list(answer["week"])
    assert list(ours["orders"]) == [int(cell) for cell in answer["orders"]]
    assert list(ours["active_members"]) == [int(cell) for cell in answer["members"]]
    assert list(ours["gross"]) == [case.set.money(cell) for cell in answer["gross_minor"]]


@pytest.mark.parametrize("grain", ["day", "week", "month"])
@pytest.mark.parametrize("name", REAL)
def test_every_grain_sums_to_the_same_orders_money_and_new_members(
    cases: dict[str, Case], name: str, grain: periods.Grain
) -> None:
    months, ours = cases[name].kpi("month"), cases[name].kpi(grain)
    for column in ("orders", "gross", "refunds", "new_members", "guest_orders", "guest_gross"):
        assert ours[column].sum() == months[column].sum()


def test_guests_are_counted_apart(cases: dict[str, Case]) -> None:
    case = cases["online_retail"]
    quality = case.set.answer("quality").set_index("check")["value"]
    ours = case.kpi("month")
    assert ours["guest_orders"].sum() == int(quality["guest_sale_invoices_positive"])
    assert ours["guest_gross"].sum() == case.set.money(quality["guest_sale_gross_minor_positive_invoices"])


@pytest.mark.parametrize("prepared", [True, False], ids=["member_month", "sales"])
@pytest.mark.parametrize("name", REAL)
def test_retention_by_month(cases: dict[str, Case], name: str, prepared: bool) -> None:
    case = cases[name]
    ours = retention(
        case.tables.firsts,
        case.tables.sales,
        member_month=case.tables.member_month if prepared else None,
        grain="month",
        last_day=case.set.last_day,
    )
    answer = case.set.answer("cohort_month")
    assert list(ours["cohort"]) == list(answer["cohort"])
    for column, theirs in (("age", "k"), ("cohort_size", "cohort_size"), ("active", "active")):
        assert list(ours[column]) == [int(cell) for cell in answer[theirs]], column
    assert ours["retention"].to_numpy() == pytest.approx(answer["retention"].astype(float).to_numpy(), rel=1e-9)


def test_a_month_that_ends_early_is_unfinished(cases: dict[str, Case]) -> None:
    """Online Retail ends on 9 December: what falls into December is not mature; Complete Journey ends a month."""
    for name, complete in (("online_retail", False), ("complete_journey", True)):
        case = cases[name]
        ours = retention(case.tables.firsts, case.tables.sales, grain="month", last_day=case.set.last_day).set_index(
            ["cohort", "age"]
        )
        last = ours.groupby("cohort").tail(1)
        assert set(last["mature"]) == {complete}
        assert ours.drop(last.index)["mature"].all()


@pytest.mark.parametrize("name", REAL)
def test_repeat_purchase(cases: dict[str, Case], name: str) -> None:
    case = cases[name]
    answer = case.set.answer("metrics").set_index("metric")["value"]
    windows = (30, 60, 90, 180)
    ours = repeat_purchase(case.tables.firsts, last_day=case.set.last_day, windows=windows)
    assert list(ours["eligible"]) == [int(answer[f"eligible_{days}d"]) for days in windows]
    assert list(ours["repeated"]) == [int(answer[f"repeat_within_{days}d"]) for days in windows]
    rates = [float(answer[f"repeat_rate_{days}d"]) for days in windows]
    assert ours["rate"].to_numpy() == pytest.approx(rates, rel=1e-9)


@pytest.mark.parametrize("name", REAL)
def test_churn_3m(cases: dict[str, Case], name: str) -> None:
    case = cases[name]
    answer, ours = case.set.answer("churn_3m"), churn_3m(case.tables.member_month, last_day=case.set.last_day)
    assert list(ours["period"]) == list(answer["month"])
    for column, theirs in (("active", "active"), ("churned", "churned_3m")):
        assert list(ours[column]) == [int(cell) for cell in answer[theirs]], column
    assert ours["rate"].to_numpy() == pytest.approx(answer["churn_rate_3m"].astype(float).to_numpy(), rel=1e-9)


def measured(case: Case) -> Any:
    """The golden tables of RFM were made a day after the last one, over all purchases."""
    tables = case.tables
    return rfm.measures(tables.member_summary, tables.sales, last_day=case.set.last_day + 1, lookback=None)


@pytest.mark.parametrize("name", REAL)
def test_rfm_of_every_member(cases: dict[str, Case], name: str) -> None:
    case = cases[name]
    answer = case.set.answer("rfm_members").astype({"member_id": int}).set_index("member_id").sort_index()
    table = measured(case)
    scale = rfm.yardstick(table, "quantile")
    ours = rfm.scored(table, scale).to_pandas().set_index("member_id").sort_index()
    assert list(ours.index) == list(answer.index)
    for column, theirs in {"recency": "recency", "frequency": "frequency", "r": "R", "f": "F", "m": "M"}.items():
        assert list(ours[column]) == [int(cell) for cell in answer[theirs]], column
    assert list(ours.monetary) == [case.set.money(cell) for cell in answer.monetary_minor]
    assert list(ours.segment8) == list(answer.segment8)
    figures = case.set.answer("metrics").set_index("metric")["value"]
    for measure, theirs, unit in (
        ("recency", "recency", 1),
        ("frequency", "frequency", 1),
        ("monetary", "monetary_minor", case.set.minor),
    ):
        for percent, cut in zip((20, 40, 60, 80), scale.cuts[measure], strict=True):
            assert float(cut / unit) == float(figures[f"rfm_{theirs}_p{percent}"])


@pytest.mark.parametrize(
    ("table", "by", "keys"), [("rfm_summary", "score", ["R", "F", "M"]), ("segment8_summary", "segment8", ["segment8"])]
)
@pytest.mark.parametrize("name", REAL)
def test_rfm_in_groups(cases: dict[str, Case], name: str, table: str, by: rfm.By, keys: list[str]) -> None:
    case = cases[name]
    answer = case.set.answer(table).sort_values(keys)
    members = measured(case)
    ours = rfm.rfm(rfm.scored(members, rfm.yardstick(members, "quantile")), by=by)
    ours = ours.sort_values([key.lower() for key in keys])
    for key in keys:
        assert list(ours[key.lower()].astype(str)) == list(answer[key])
    assert list(ours.members) == [int(cell) for cell in answer.members]
    assert list(ours.monetary_sum) == [case.set.money(cell) for cell in answer.monetary_sum_minor]
    for column, unit in (("recency_mean", 1), ("frequency_mean", 1), ("monetary_mean", case.set.minor)):
        theirs = answer["monetary_mean_minor" if unit != 1 else column].astype(float).to_numpy()
        assert (ours[column] / unit).to_numpy() == pytest.approx(theirs, rel=1e-9), column


@pytest.mark.parametrize("name", REAL)
def test_the_top_fifth(cases: dict[str, Case], name: str) -> None:
    answer = cases[name].set.answer("metrics").set_index("metric")["value"]
    ours = value_deciles(measured(cases[name]))
    assert ours.members[:2].sum() == int(answer["top20pct_members"])
    assert ours.cum_share[1] == pytest.approx(float(answer["top20pct_revenue_share"]), rel=1e-9)


@pytest.mark.parametrize("count", ["day", "order"])
@pytest.mark.parametrize("name", REAL)
def test_second_purchase(cases: dict[str, Case], name: str, count: rhythm.Count) -> None:
    case = cases[name]
    answer = case.set.answer("second_purchase")
    answer = answer[answer["defn"] == f"by_{count}"]
    ours = rhythm.second_purchase(case.tables.firsts, last_day=case.set.last_day, count=count)
    for column in ("t", "at_risk", "events"):
        assert list(ours[column]) == [int(cell) for cell in answer[column]], column
    assert ours["survival"].to_numpy() == pytest.approx(answer["survival"].astype(float).to_numpy(), abs=1e-9)
    figures = case.set.answer("metrics").set_index("metric")["value"]
    for share in (10, 25, 50, 75):
        assert survival.quantile(ours, share / 100) == int(figures[f"ttsp_by_{count}_q{share}"])


@pytest.mark.parametrize("name", REAL)
def test_the_interval_after_the_first_purchase_is_that_of_the_second(cases: dict[str, Case], name: str) -> None:
    case = cases[name]
    figures = case.set.answer("metrics").set_index("metric")["value"]
    ours = rhythm.repurchase_interval(case.tables.occasions, case.tables.firsts, last_day=case.set.last_day).iloc[0]
    assert (ours["n"], ours["median"]) == (int(figures["members"]), int(figures["ttsp_by_day_q50"]))
    assert ours["low"] <= ours["median"] <= ours["high"]


@pytest.mark.parametrize("name", REAL)
def test_members_and_orders_in_total(cases: dict[str, Case], name: str) -> None:
    case = cases[name]
    answer = case.set.answer("metrics").set_index("metric")["value"]
    ours = case.kpi("month")
    assert case.tables.firsts.count().to_pandas() == int(answer["members"]) == ours["new_members"].sum()
    assert ours["orders"].sum() == int(answer["orders"])
    cohorts = retention(case.tables.firsts, case.tables.sales, grain="week", last_day=case.set.last_day)
    assert cohorts[cohorts["age"] == 0]["cohort_size"].sum() == int(answer["members"])


def test_hours_of_online_retail_are_those_of_its_file(cases: dict[str, Case]) -> None:
    """Counted in pandas from the lines themselves: invoices of more than nothing, by their first instant."""
    lines = pd.read_csv(golden.DATA / "online_retail.csv.gz", dtype={"InvoiceNo": str})
    lines = lines[~lines["InvoiceNo"].str[0].isin(["A", "C"])].assign(
        at=lambda frame: pd.to_datetime(frame["InvoiceDate"]), paid=lambda frame: frame["Quantity"] * frame["UnitPrice"]
    )
    invoices = lines.groupby("InvoiceNo").agg(at=("at", "min"), paid=("paid", "sum"))
    invoices = invoices[invoices["paid"] > 1e-6]
    theirs = invoices.groupby([invoices["at"].dt.day_of_week, invoices["at"].dt.hour]).size()
    case = cases["online_retail"]
    ours = hour_weekday(case.tables.sales, first_day=0, last_day=case.set.last_day).set_index(["weekday", "hour"])
    assert ours["orders"][ours["orders"] > 0].to_dict() == theirs.to_dict()
    assert ours["orders"].sum() == len(invoices) > 19_000
