"""The Value page: what it says first, what each cell opens, and what it keeps from whom."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from analytics.reports import report as reports
from analytics.services.publish import publish
from analytics.tests import pages
from analytics.tests.shopkeeper import Shop
from analytics.tests.views.test_linked_numbers import assert_opens
from conftest import People
from members.models import AuditEntry, Merchant

SignIn = Callable[..., Client]
VALUE = "/analytics/value/"
LIST = "/analytics/reports/rfm-members/"


@pytest.fixture
def shop(merchant: Merchant, people: People) -> Shop:
    """Sixty members of S1: ten buy 30.00 often and to the end, ten bought as much long ago, forty bought 1.00 once.

    One member of S2 spent 500.00.
    """
    shop = Shop()
    for number in range(10):
        for day in (1, 11, 21, 31):
            shop.sell(f"loyal{number}", f"2026-03-{day:02d}", "30")
            shop.sell(f"lost{number}", f"2025-07-{day:02d}", "30")
    for number in range(40):
        shop.sell(f"once{number}", "2026-02-01", "1")
    shop.sell("elsewhere", "2026-03-30", "500", store=2)
    publish()
    return shop


@pytest.fixture
def admin(shop: Shop, people: People, signed_in: SignIn) -> Client:
    return signed_in(people.admin)


def test_the_first_lines_say_what_they_are_worth_and_who_is_about_to_be_lost(admin: Client) -> None:
    page = pages.read(admin, VALUE)
    (said,) = re.findall(r'<div class="call mb"><p>(.*?)</p>', page.text, re.DOTALL)
    assert "<b>消费最多的一成会员，带来 41% 的销售额。</b>" in said  # 500 + 6 · 120 of 2,940
    assert "61 人消费过，合计 ¥2,940" in said
    assert "其中 10 人" in said
    assert "¥1,200" in said


def test_every_cell_opens_its_people(admin: Client) -> None:
    page = pages.read(admin, f"{VALUE}?lookback=all")
    grid = next(table for table in page.tables if table.caption == "最近来过 × 来得勤")
    cells = [cell for row in grid.rows for cell in row if cell.href]
    people = [int(re.match(r"\d+", cell.text.replace(",", ""))[0]) for cell in cells]  # type: ignore[index]
    assert sum(people) == 61
    for cell, count in zip(cells, people, strict=True):
        assert_opens(admin, cell.href, count)


def test_its_tables_are_the_reports(admin: Client) -> None:
    page = pages.read(admin, f"{VALUE}?cuts=quantile&store=S1")
    for slug, more in (("rfm", "&cuts=quantile&by=segment8"), ("value-deciles", "&lookback=365")):
        report = pages.read(admin, f"/analytics/reports/{slug}/?store=S1{more}")
        title = str(reports.get(slug).title)
        assert report.table(title).values() in [table.values() for table in page.tables if table.caption == title]


def test_a_store_manager_sees_whom_the_store_won(shop: Shop, people: People, signed_in: SignIn) -> None:
    manager = signed_in(people.manager)
    assert "60 人消费过" in pages.read(manager, VALUE).text
    listed = pages.download(manager, "/analytics/reports/rfm-members.csv?header=key")
    assert len(listed) == 61
    assert "elsewhere" not in {row[0] for row in listed}


def test_an_analyst_sees_no_single_member_and_no_small_group(shop: Shop, people: People, signed_in: SignIn) -> None:
    analyst = signed_in(people.analyst)
    page = pages.read(analyst, VALUE)
    assert not [link.href for link in page.links if "/members/" in link.href or "rfm-members" in link.href]
    for table in page.tables:
        assert not table.links()
    rows = pages.download(analyst, "/analytics/reports/rfm.csv?by=segment8&header=key")
    counts = [row[rows[0].index("members")] for row in rows[1:]]
    assert not [count for count in counts if count and int(count) < 5]
    for address in (LIST, "/analytics/reports/rfm-members.csv", "/api/v1/reports/rfm-members/"):
        assert analyst.get(address).status_code == 403
    assert "rfm-members" not in {found["slug"] for found in analyst.get("/api/v1/reports/").json()}
    assert "rfm-members" not in pages.read(analyst, "/help/metrics/").text


def test_the_list_of_scores_is_paged_and_its_file_is_whole_and_in_the_audit(admin: Client) -> None:
    title = str(reports.get("rfm-members").title)
    first, second = (pages.read(admin, f"{LIST}?page={number}").table(title) for number in (1, 2))
    assert (len(first.rows), len(second.rows)) == (50, 11)
    assert first.rows[0][0].text == "elsewhere"
    assert admin.get(first.rows[0][0].href).status_code == 200
    assert pages.download(admin, "/analytics/reports/rfm-members.csv")[1:] == first.values() + second.values()
    begun, ended = AuditEntry.objects.filter(subject_id="rfm-members").order_by("pk")
    assert (begun.verb, begun.detail["rows"]) == ("export", 61)
    assert (ended.verb, ended.detail["complete"]) == ("export_end", True)


def test_without_purchases_it_says_so(admin: Client, shop: Shop) -> None:
    assert "这里还没有人消费" in pages.read(admin, f"{VALUE}?channel=app").text


def test_before_any_data_it_leads_to_the_import(people: People, signed_in: SignIn) -> None:
    assert not pages.read(signed_in(people.admin), VALUE).tables


def test_a_long_list_of_scores_comes_as_a_private_file(
    admin: Client, work_off: Callable[[], int], settings: Any
) -> None:
    query = "store=S1&header=key"
    at_once = pages.download(admin, f"/analytics/reports/rfm-members.csv?{query}")
    settings.EXPORT_STREAM_ROWS = 10
    asking = admin.get(f"/analytics/reports/rfm-members.csv?{query}")["Location"]
    assert admin.get(asking).context["made"].rows == len(at_once) - 1
    assert admin.post(asking)["Location"] == "/exports/"
    work_off()
    [line] = admin.get("/exports/").context["lines"]
    assert line["url"].startswith("/analytics/reports/rfm-members/?")
    assert pages.download(admin, line["link"]) == at_once
