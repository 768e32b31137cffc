"""The state of a page is its address: copied, opened elsewhere, it gives the same page; a stale one says so."""

import pytest
from playwright.sync_api import Page, expect

from loyalty_site.tests.browser.desk import Desk
from loyalty_site.tests.browser.shop import Shop

pytestmark = pytest.mark.browser
VIEW = "/analytics/retention/?range=all&store=S01,S02&channel=mini&cell=2026-03:2&metric=people"


def content(page: Page) -> str:
    """What the server said, without pictures, which may still be being drawn, and the button that was pressed."""
    page.evaluate("document.querySelectorAll('figure, [data-copy]').forEach((each) => each.remove())")
    return page.locator("main").inner_text()


def test_a_copied_link_gives_the_same_page(desk: Desk, shop: Shop) -> None:
    with desk.window(shop.users["admin"], permissions=["clipboard-read", "clipboard-write"]) as window:
        page = window.new_page()
        page.goto(VIEW)
        page.get_by_role("button", name="复制链接").click()
        expect(page.get_by_text("已复制")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
        shown = content(page)
    with desk.window(shop.users["admin"]) as another:
        page = another.new_page()
        page.goto(copied)
        assert content(page) == shown


def test_filters_that_mean_nothing_here_are_named_and_left_out(desk: Desk, shop: Shop) -> None:
    with desk.window(shop.users["admin"]) as window:
        page = window.new_page()
        page.goto("/analytics/retention/?store=S01,S99&channel=fax&range=soon&by=year")
        warning = page.locator(".call.is-warn[role=status]").first
        for part in ("S99", "fax", "soon", "year"):
            expect(warning).to_contain_text(part)
        assert "S01" in page.locator("[data-copy]").get_attribute("data-copy")


def test_a_manager_who_opens_a_foreign_store_is_told_and_sees_their_own(desk: Desk, shop: Shop) -> None:
    with desk.window(shop.users["manager"]) as window:
        page = window.new_page()
        page.goto("/analytics/retention/?store=S12")
        warning = page.locator(".call.is-warn[role=status]").first
        expect(warning).to_contain_text("S12")
        warning.evaluate("(each) => each.remove()")
        foreign = content(page)
        page.goto("/analytics/retention/")
        assert content(page) == foreign


def test_the_language_switch_keeps_the_page(desk: Desk, shop: Shop) -> None:
    with desk.window(shop.users["admin"]) as window:
        page = window.new_page()
        page.goto(VIEW)
        page.get_by_role("button", name="EN", exact=True).first.click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        assert page.url.endswith(VIEW)
