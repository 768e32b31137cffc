"""What changed, on Today and beside the key figures: the same days, the same words, the same numbers."""

from collections.abc import Callable

import pytest
from django.test import Client

from analytics.services.publish import publish
from analytics.tests import pages
from analytics.tests.shopkeeper import Shop
from conftest import People
from members.models import Merchant

SignIn = Callable[..., Client]
KPI = "/analytics/reports/kpi/"
NOW, TABLE = "range=2026-02-01..2026-02-28", "关键数字对比"


@pytest.fixture
def admin(merchant: Merchant, people: People, signed_in: SignIn) -> Client:
    """Sixty members in January, twenty of them and ten guests in February."""
    shop = Shop()
    for person in range(60):
        shop.sell(f"m{person}", "2026-01-10")
    for person in range(20):
        shop.sell(f"m{person}", "2026-02-10", "12")
    for _ in range(10):
        shop.sell(None, "2026-02-11")
    shop.sell("last", "2026-02-28")
    shop.sell("first", "2026-01-01")
    publish()
    return signed_in(people.admin)


def changed(client: Client, url: str) -> dict[str, list[str]]:
    return {row[0].value: [cell.value for cell in row] for row in pages.read(client, url).table(TABLE).rows}


def test_the_page_its_file_and_the_report_agree(admin: Client) -> None:
    on_page = changed(admin, f"{KPI}?{NOW}&align=weekday")
    link = next(link.href for link in pages.read(admin, f"{KPI}?{NOW}").links if "kpi-change.csv" in link.href)
    head, *rows = pages.download(admin, link + "&header=key")
    assert rows == list(on_page.values())
    assert head[:4] == ["figure", "now", "before", "change"]
    assert rows == list(changed(admin, f"/analytics/reports/kpi-change/?{NOW}").values())
    assert on_page["active_members"][1:3] == ["21", "60"]
    assert on_page["gross"][1:3] == ["250.00", "600.00"]
    assert on_page["active_members"][6] == "down"
    assert on_page["guest_orders"][6] == ""


def test_today_says_it_with_its_interval(admin: Client) -> None:
    cards = {card.label: card.change for card in admin.get(f"/?{NOW}").context["kpis"]}
    row = changed(admin, f"{KPI}?{NOW}")["active_members"]
    assert cards["活跃会员"].value == pytest.approx(float(row[3]))
    assert cards["活跃会员"].clear
    assert "95% 区间" in admin.get(f"/?{NOW}").content.decode()


def test_compared_with_nothing_there_are_no_arrows_and_no_second_line(admin: Client) -> None:
    answer = admin.get(f"/?{NOW}&cmp=none")
    assert {card.change for card in answer.context["kpis"]} == {None}
    assert len(answer.context["sales"].figure["data"]) == 1
    assert "相比" not in answer.content.decode()
    assert not [table for table in pages.read(admin, f"{KPI}?{NOW}&cmp=none").tables if table.caption == TABLE]


def test_last_year_is_offered_only_when_there_is_one(admin: Client) -> None:
    bar = admin.get(f"/?{NOW}&cmp=yoy").context["bar"]
    assert any("不满一年" in warning for warning in bar.warnings)
    assert not [choice for choice in bar.chips[1].choices if choice.value.startswith("yoy")]
    Shop().sell("old", "2025-01-20")
    publish()
    answer = admin.get(f"/?{NOW}&cmp=yoy")
    assert answer.context["bar"].warnings == []
    assert "2025-02-02" in answer.context["comparison"]
    assert all("cmp=yoy" in choice.url for choice in answer.context["bar"].chips[0].choices)


def test_lists_behind_the_figures_open_and_know_nothing_of_the_comparison(admin: Client) -> None:
    for card in admin.get(f"/?{NOW}&cmp=prev&align=date").context["kpis"]:
        if card.url:
            assert admin.get(card.url).status_code == 200
            assert "align" not in card.url


def test_an_analyst_sees_no_change_of_few(admin: Client, people: People, signed_in: SignIn) -> None:
    analyst = signed_in(people.analyst)
    rows = changed(analyst, f"{KPI}?{NOW}")
    assert rows["new_members"][1:] == [""] * 8  # one of them is new in February
    assert rows["active_members"][1] == "21"
