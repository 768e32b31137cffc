"""With JavaScript off the desk loses its pictures and nothing else."""

import re

import pytest
from playwright.sync_api import expect

from loyalty_site.tests.browser.desk import Desk
from loyalty_site.tests.browser.shop import Shop, work_off

pytestmark = pytest.mark.browser


def test_filters_tables_and_links_work(desk: Desk, shop: Shop) -> None:
    with desk.window(shop.users["admin"], script=False) as window:
        page = window.new_page()
        page.goto("/analytics/retention/")
        page.locator(".fbar summary").nth(1).click()
        page.get_by_label("徐汇店").check()
        page.locator(".fbar details").nth(1).get_by_role("button", name="应用").click()
        assert "store=" in page.url
        expect(page.locator(".fbar summary").nth(1)).to_contain_text("徐汇店")
        page.locator("details.behind summary").first.click()
        number = page.locator("details.behind table a.drill").first
        expect(number).to_be_visible()
        count = number.inner_text()
        number.click()
        expect(page.locator("#count")).to_contain_text(count)


def test_the_language_switch_works(desk: Desk, shop: Shop) -> None:
    with desk.window(shop.users["admin"], script=False) as window:
        page = window.new_page()
        page.goto("/analytics/retention/?by=week")
        page.get_by_role("button", name="EN", exact=True).first.click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        assert page.url.endswith("/analytics/retention/?by=week")


def test_a_chart_leaves_its_table(desk: Desk, shop: Shop) -> None:
    with desk.window(shop.users["admin"], script=False) as window:
        page = window.new_page()
        for url in ("/", "/analytics/retention/", "/analytics/value/"):
            page.goto(url)
            for behind in page.locator("details.behind").all():
                if not behind.get_attribute("open"):
                    behind.locator("summary").click()
                expect(behind.locator("tbody tr").first).to_be_visible()


def test_a_list_is_kept_as_a_segment_and_narrows_the_reports(desk: Desk, shop: Shop) -> None:
    with desk.window(shop.users["marketer"], script=False) as window:
        page = window.new_page()
        page.goto("/members/?lacks=birthday")
        page.get_by_text("存为分群").click()
        page.get_by_label("分群名称").fill("无脚本")
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_text("已存为分群“无脚本”。")).to_be_visible()
        number = page.url.partition("segment=")[2]
        page.goto("/analytics/reports/kpi/")
        page.locator(".fbar summary").last.click()
        page.get_by_role("link", name="无脚本").click()
        expect(page).to_have_url(re.compile(rf"\?segment={number}$"))
        expect(page.locator(".fbar summary").last).to_contain_text("无脚本")


def test_a_file_is_imported(desk: Desk, shop: Shop) -> None:
    text = "订单号,会员号,下单时间,金额,门店,渠道\nN1,N001,2026-11-02 10:00,18.00,徐汇店,小程序\n"
    with desk.window(shop.users["admin"], script=False) as window:
        page = window.new_page()
        page.goto("/members/imports/new/")
        file = {"name": "无脚本.csv", "mimeType": "text/csv", "buffer": text.encode()}
        page.locator("#file").set_input_files(files=[file])
        page.locator("main form button.btn-primary").click()
        page.locator(".sticky button.btn-primary").click()
        expect(page.locator("progress")).to_be_visible()
        work_off()
        page.locator("a.inl").click()
        page.locator(".sticky button.btn-primary").click()
        work_off()
        page.locator("a.inl").click()
        expect(page.locator("h1")).to_contain_text("1")
        expect(page.locator(".stepper, .steps").first).to_be_visible()
