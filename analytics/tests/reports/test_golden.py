"""Two public sales files taken in by `import_orders`, and every door to the reports held against the answers.

The answers were computed from the same files by other means. Each file is imported once for this module.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import pytest
from django.core.management import CommandError
from django.utils import translation

from analytics.metrics import periods
from analytics.metrics.repeat import WINDOWS
from analytics.reports import report as reports
from analytics.reports.columns import Kind
from analytics.tests import pages
from analytics.tests.imported import FILES, Imported, command, command_cells, import_file, own_place, signed_in_as
from members.lib.listing import PER_PAGE
from members.lib.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("golden")]

BEFORE_THE_IMPORT = "2020-01-01T00:00:00+00:00"
DOORS = [
    ("kpi", {"grain": "month"}),
    ("kpi", {"grain": "week"}),
    ("retention", {"grain": "month"}),
    ("repeat-purchase", {}),
    ("churn-3m", {}),
    ("second-purchase", {}),
    ("second-purchase", {"count": "order"}),
    ("repurchase-interval", {}),
    ("lapsed", {}),
    ("rfm", {"lookback": "all", "cuts": "quantile"}),
    ("rfm", {"lookback": "all", "cuts": "quantile", "by": "segment8"}),
    ("rfm", {"by": "grid"}),
    ("value-deciles", {}),
    ("hour-weekday", {}),
    ("retention-curves", {}),
    ("retention-gap", {}),
    ("first-to-second-product", {}),
]
MONEY = ("gross", "net", "new_gross", "returning_gross")
AOV_ROUNDED = Decimal("0.000051")  # the golden files keep four decimals of a minor unit
RATE_ROUNDED = Decimal("1e-9")  # and ten digits of a rate


@pytest.fixture(autouse=True)
def _own_folders() -> None:
    """The shop of this module has folders of its own, for all its tests."""


@pytest.fixture(scope="module", params=list(FILES))
def shop(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Imported]:
    folder: Path = tmp_path_factory.mktemp(request.param)
    with django_db_blocker.unblock(), own_place(folder):
        yield import_file(request.param, folder)


def answer(shop: Imported, table: str) -> pd.DataFrame:
    return shop.answers.answer(table)


def asked(slug: str, **given: str) -> tuple[list[str], list[list[str]]]:
    """What the command says; options of the report by their names."""
    own = reports.get(slug).choices.option_values()
    plain = {name: value for name, value in given.items() if name not in own}
    return command_cells(slug, **plain, option=[f"{name}={given[name]}" for name in given if name in own])


def columns_of(slug: str, **given: str) -> dict[str, list[str]]:
    head, rows = asked(slug, **given)
    return dict(zip(head, map(list, zip(*rows, strict=True)), strict=True))


def minor(shop: Imported, amounts: list[str]) -> list[Decimal]:
    """Report money in the minor units of the golden files."""
    per_unit = Decimal(10_000) / shop.answers.minor
    return [Decimal(amount) * per_unit for amount in amounts]


def assert_same_figures(shop: Imported, golden: pd.DataFrame) -> None:
    ours = columns_of("kpi", grain="month")
    assert ours["period"] == list(golden["month"])
    for column in ("active_members", "new_members", "returning_members", "orders"):
        assert ours[column] == list(golden[column]), column
    names = {"gross": "gross", "refunds": "refund", "net": "net", "new_gross": "new_gross"}
    for column, theirs in (names | {"returning_gross": "returning_gross"}).items():
        assert minor(shop, ours[column]) == [Decimal(cell) for cell in golden[f"{theirs}_minor"]], column
    for mine, theirs in zip(minor(shop, ours["aov"]), golden["aov_minor"], strict=True):
        assert abs(mine - Decimal(theirs)) <= AOV_ROUNDED
    for mine, theirs in zip(ours["orders_per_member"], golden["orders_per_member"], strict=True):
        assert abs(Decimal(mine) - Decimal(theirs)) <= RATE_ROUNDED * 10


def test_the_file_is_counted(shop: Imported) -> None:
    quality = dict(answer(shop, "quality").to_numpy())
    counts = shop.counts
    assert counts["rows"] == int(quality["rows"])
    assert counts["rows"] == sum(counts[name] for name in ("accepted", "fixed", "rejected", "duplicates"))


def test_kpi_by_month(shop: Imported) -> None:
    assert_same_figures(shop, answer(shop, "kpi_month"))


def test_kpi_by_month_is_not_what_forgetting_the_time_zone_gives(shop: Imported) -> None:
    if shop.answers.name != "complete_journey":
        pytest.skip("only the times of Complete Journey are in another zone than its stores")
    with pytest.raises(AssertionError):
        assert_same_figures(shop, answer(shop, "kpi_month_if_utc"))


def test_kpi_by_week(shop: Imported) -> None:
    golden = answer(shop, "weekly")
    ours = columns_of("kpi", grain="week")
    sold = [place for place, orders in enumerate(ours["orders"]) if orders != "0"]
    listed = {name: [cells[place] for place in sold] for name, cells in ours.items()}
    assert listed["period"] == list(golden["week"])
    assert listed["orders"] == list(golden["orders"])
    assert listed["active_members"] == list(golden["members"])
    assert minor(shop, listed["gross"]) == [Decimal(cell) for cell in golden["gross_minor"]]


def test_kpi_change_of_two_months(shop: Imported) -> None:
    """August against the same number of days just before, which are July: the values are those of the months."""
    golden = answer(shop, "kpi_month").set_index("month")
    year = periods.date_of(shop.answers.last_day - 1).year
    dates = {"from": f"{year}-08-01", "to": f"{year}-08-31"}
    ours = pd.DataFrame(columns_of("kpi-change", **dates, align="date")).set_index("figure")
    for side, month in (("now", f"{year}-08"), ("before", f"{year}-07")):
        own, theirs = ours[side], golden.loc[month]
        for figure in ("active_members", "new_members", "returning_members", "orders"):
            assert own[figure] == theirs[figure], figure
        for figure, name in {"refunds": "refund", **{name: name for name in MONEY}}.items():
            assert minor(shop, [own[figure]]) == [Decimal(theirs[f"{name}_minor"])], figure
        assert abs(minor(shop, [own["aov"]])[0] - Decimal(theirs["aov_minor"])) <= AOV_ROUNDED
    for figure in ("active_members", "gross"):
        now, before = Decimal(ours["now"][figure]), Decimal(ours["before"][figure])
        assert abs(Decimal(ours["change"][figure]) - (now / before - 1)) <= RATE_ROUNDED


def test_retention_by_month(shop: Imported) -> None:
    golden = answer(shop, "cohort_month")
    ours = columns_of("retention")
    for column, theirs in {"cohort": "cohort", "age": "k", "cohort_size": "cohort_size", "active": "active"}.items():
        assert ours[column] == list(golden[theirs]), column
    for mine, theirs in zip(ours["retention"], golden["retention"], strict=True):
        assert abs(Decimal(mine) - Decimal(theirs)) <= RATE_ROUNDED


def test_repeat_purchase(shop: Imported) -> None:
    golden = dict(answer(shop, "metrics").to_numpy())
    ours = columns_of("repeat-purchase")
    listed = [place for place, days in enumerate(WINDOWS) if f"eligible_{days}d" in golden]
    assert ours["window_days"] == [str(days) for days in WINDOWS]
    assert len(listed) >= 4
    for place in listed:
        days = WINDOWS[place]
        assert ours["eligible"][place] == golden[f"eligible_{days}d"]
        assert ours["repeated"][place] == golden[f"repeat_within_{days}d"]
        assert abs(Decimal(ours["rate"][place]) - Decimal(golden[f"repeat_rate_{days}d"])) <= RATE_ROUNDED


def test_churn_3m(shop: Imported) -> None:
    golden, ours = answer(shop, "churn_3m"), columns_of("churn-3m")
    for column, theirs in {"period": "month", "active": "active", "churned": "churned_3m"}.items():
        assert ours[column] == list(golden[theirs]), column
    for mine, theirs in zip(ours["rate"], golden["churn_rate_3m"], strict=True):
        assert abs(Decimal(mine) - Decimal(theirs)) <= RATE_ROUNDED


def rfm_asked(shop: Imported, **given: str) -> dict[str, str]:
    """The golden tables of RFM were made a day after the last one, over all purchases."""
    as_of = str(periods.date_of(shop.answers.last_day + 1))
    return {"as_of": as_of, "lookback": "all", "cuts": "quantile", **given}


@pytest.mark.parametrize(
    ("table", "by", "keys"),
    [("rfm_summary", "score", ["R", "F", "M"]), ("segment8_summary", "segment8", ["segment8"])],
)
def test_rfm_in_groups(shop: Imported, table: str, by: str, keys: list[str]) -> None:
    golden = answer(shop, table).sort_values(keys)
    ours = pd.DataFrame(columns_of("rfm", **rfm_asked(shop, by=by))).sort_values([key.lower() for key in keys])
    for theirs in [*keys, "members"]:
        assert list(ours[theirs.lower()]) == list(golden[theirs]), theirs
    assert minor(shop, list(ours.monetary_sum)) == [Decimal(cell) for cell in golden.monetary_sum_minor]
    for mine, theirs in zip(minor(shop, list(ours.monetary_mean)), golden.monetary_mean_minor, strict=True):
        assert abs(mine - Decimal(theirs)) <= Decimal(theirs) * RATE_ROUNDED
    for column in ("recency_mean", "frequency_mean"):
        for mine, theirs in zip(ours[column], golden[column], strict=True):
            assert abs(Decimal(mine) - Decimal(theirs)) <= RATE_ROUNDED * 100


def test_rfm_of_every_member(shop: Imported) -> None:
    golden = answer(shop, "rfm_members").sort_values("member_id")
    ours = pd.DataFrame(columns_of("rfm-members", **rfm_asked(shop))).sort_values("member")
    names = {"member": "member_id", "r": "R", "f": "F", "m": "M"}
    for column in ("member", "recency", "frequency", "r", "f", "m", "segment8"):
        assert list(ours[column]) == list(golden[names.get(column, column)]), column
    assert minor(shop, list(ours.monetary)) == [Decimal(cell) for cell in golden.monetary_minor]


def test_the_list_of_rfm_is_the_same_through_every_door(shop: Imported) -> None:
    given = {"lookback": "all", "cuts": "quantile"}
    head, rows = asked("rfm-members", **given)
    own = urlencode(given)
    assert pages.download(shop.client, f"/analytics/reports/rfm-members.csv?{own}&header=key") == [head, *rows]
    assert pages.download(shop.client, f"/api/v1/reports/rfm-members/?{own}&format=csv") == [head, *rows]
    answered = shop.client.get(f"/api/v1/reports/rfm-members/?{own}").json()["rows"]
    assert [[record[key] for key in head] for record in answered] == typed("rfm-members", rows)
    page = pages.read(shop.client, f"/analytics/reports/rfm-members/?{own}&page=2")
    assert page.table(str(reports.get("rfm-members").title)).values() == rows[50:100]


def test_the_cut_points_of_rfm_stand_in_the_meta(shop: Imported) -> None:
    golden = dict(answer(shop, "metrics").to_numpy())
    api = shop.client.get("/api/v1/reports/rfm/?" + urlencode(rfm_asked(shop)))
    cuts = api.json()["meta"]["cuts"]
    for place, percent in enumerate((20, 40, 60, 80)):
        assert cuts["recency"][place] == float(golden[f"rfm_recency_p{percent}"])
        assert cuts["frequency"][place] == float(golden[f"rfm_frequency_p{percent}"])
        assert minor(shop, [cuts["monetary"][place]]) == [Decimal(golden[f"rfm_monetary_minor_p{percent}"])]


def test_the_top_fifth_follows_from_the_tenths(shop: Imported) -> None:
    golden, ours = dict(answer(shop, "metrics").to_numpy()), columns_of("value-deciles")
    assert int(ours["members"][0]) + int(ours["members"][1]) == int(golden["top20pct_members"])
    assert abs(Decimal(ours["cum_share"][1]) - Decimal(golden["top20pct_revenue_share"])) <= RATE_ROUNDED


@pytest.mark.parametrize("count", ["day", "order"])
def test_second_purchase(shop: Imported, count: str) -> None:
    golden, ours = answer(shop, "second_purchase"), columns_of("second-purchase", count=count)
    golden = golden[golden["defn"] == f"by_{count}"]
    for column in ("t", "at_risk", "events"):
        assert ours[column] == list(golden[column]), column
    for mine, theirs in zip(ours["survival"], golden["survival"], strict=True):
        assert abs(Decimal(mine) - Decimal(theirs)) <= RATE_ROUNDED


@pytest.mark.parametrize("count", ["day", "order"])
def test_the_quantiles_of_the_second_purchase_follow_from_its_curve(shop: Imported, count: str) -> None:
    figures, ours = dict(answer(shop, "metrics").to_numpy()), columns_of("second-purchase", count=count)
    back = [(int(t), 1 - Decimal(left)) for t, left in zip(ours["t"], ours["survival"], strict=True)]
    for percent in (10, 25, 50, 75):
        reached = next((t for t, share in back if share >= Decimal(percent) / 100), None)
        golden = figures[f"ttsp_by_{count}_q{percent}"]
        assert reached == (None if pd.isna(golden) else int(golden)), percent
    for days in (7, 14, 30, 60, 90, 180):
        golden = figures[f"ttsp_by_{count}_cum_by_{days}d"]
        assert abs(max(share for t, share in back if t <= days) - Decimal(golden)) <= RATE_ROUNDED, days


def test_guests_are_counted_beside_the_members(shop: Imported) -> None:
    golden, ours = dict(answer(shop, "quality").to_numpy()), columns_of("kpi")
    if "guest_sale_invoices_positive" not in golden:
        pytest.skip("every basket of Complete Journey is of a household")
    assert sum(map(int, ours["guest_orders"])) == int(golden["guest_sale_invoices_positive"])
    assert sum(minor(shop, ours["guest_gross"])) == Decimal(golden["guest_sale_gross_minor_positive_invoices"])


def test_the_interval_after_the_first_purchase_is_that_of_the_second(shop: Imported) -> None:
    figures, ours = dict(answer(shop, "metrics").to_numpy()), columns_of("repurchase-interval")
    assert ours["order_index"] == ["1", "2", "3", "4", "5+"]
    assert (ours["n"][0], ours["median"][0]) == (figures["members"], figures["ttsp_by_day_q50"])


def test_every_member_is_in_one_state(shop: Imported) -> None:
    ours = columns_of("lapsed")
    assert sum(map(int, ours["members"])) == int(dict(answer(shop, "metrics").to_numpy())["members"])


def test_cohorts_add_up_to_the_members_with_a_purchase(shop: Imported) -> None:
    ours = columns_of("retention")
    first = [size for size, age in zip(ours["cohort_size"], ours["age"], strict=True) if age == "0"]
    assert sum(map(int, first)) == int(dict(answer(shop, "metrics").to_numpy())["members"])


@pytest.mark.parametrize(("slug", "given"), DOORS)
def test_every_door_gives_the_same_cells(shop: Imported, slug: str, given: dict[str, str]) -> None:
    head, rows = asked(slug, **given)
    is_dated = reports.get(slug).choices.dated
    page_filter = "?" + urlencode(({"range": "all"} if is_dated else {}) | given)
    api_filter = "?" + urlencode(given)
    assert [column.key for column in reports.get(slug).columns] == head
    button = pages.download(shop.client, f"/analytics/reports/{slug}.csv{page_filter}&header=key")
    assert button == [head, *rows]
    assert pages.download(shop.client, f"/api/v1/reports/{slug}/{api_filter}&format=csv") == [head, *rows]
    answered = shop.client.get(f"/api/v1/reports/{slug}/{api_filter}").json()["rows"]
    assert [[record[key] for key in head] for record in answered] == typed(slug, rows)
    page = pages.read(shop.client, f"/analytics/reports/{slug}/{page_filter}")
    shown = rows[:PER_PAGE] if reports.get(slug).paged else rows
    assert page.table(str(reports.get(slug).title)).values() == shown


@pytest.mark.parametrize("grain", ["month", "week"])
def test_the_table_behind_the_heat_map_has_the_same_cells(shop: Imported, grain: str) -> None:
    _head, rows = command_cells("retention", grain=grain)
    page = pages.read(shop.client, f"/analytics/retention/?range=all&by={grain}")
    assert page.table(str(reports.get("retention").title)).values() == rows


def test_other_tables_of_the_retention_page_are_reports_too(shop: Imported) -> None:
    _head, rows = command_cells("retention-curves")
    page = pages.read(shop.client, "/analytics/retention/?range=all")
    assert page.table(str(reports.get("retention-curves").title)).values() == rows


def test_the_csv_button_is_on_the_page_and_gives_what_the_page_shows(shop: Imported) -> None:
    page = pages.read(shop.client, "/analytics/reports/kpi/?range=90d&by=week")
    (button,) = {link.href for link in page.links if "/kpi.csv" in link.href}
    head, *rows = pages.download(shop.client, button)
    table = page.table(str(reports.get("kpi").title))
    assert rows == table.values()
    assert head == table.head


def test_before_the_import_nothing_was_known(shop: Imported) -> None:
    with translation.override("en"), pytest.raises(CommandError, match="no data yet"):
        command("kpi", known_at=BEFORE_THE_IMPORT)
    answered = shop.client.get("/api/v1/reports/kpi/", {"known_at": BEFORE_THE_IMPORT})
    assert answered.status_code == 409


def test_a_past_day_sees_only_what_lay_before_it(shop: Imported) -> None:
    """Kept months of the end of the data equal those of the whole, where no later fact can change them."""
    whole = command_cells("kpi", grain="month")[1]
    cut = command_cells("kpi", grain="month", as_of=f"{whole[5][0]}-28")[1]
    assert cut[:5] == whole[:5]
    assert len(cut) == 6


def test_an_analyst_reads_the_same_but_for_small_groups(shop: Imported) -> None:
    head, rows = command_cells("retention")
    size, active = head.index("cohort_size"), head.index("active")
    page = pages.read(signed_in_as(Role.ANALYST), "/analytics/reports/retention/?range=all")
    table = page.table(str(reports.get("retention").title))
    assert not table.links()
    for mine, theirs in zip(table.rows, rows, strict=True):
        came, lost = int(theirs[active]), int(theirs[size]) - int(theirs[active])
        few = came < 5 or (0 < lost < 5) or (lost == 0 and theirs[head.index("age")] != "0")
        assert [cell.value for cell in mine][active] == ("" if few else theirs[active])


def typed(slug: str, rows: list[list[str]]) -> list[list[Any]]:
    """CSV cells as JSON gives them: counts and rates as numbers, money as text, nothing as null."""
    kinds = [column.kind for column in reports.get(slug).columns]
    readers = {Kind.COUNT: int, Kind.RATE: float, Kind.MEAN: float, Kind.FLAG: lambda text: text == "true"}
    return [
        [None if cell == "" else readers.get(kind, str)(cell) for cell, kind in zip(row, kinds, strict=True)]
        for row in rows
    ]
