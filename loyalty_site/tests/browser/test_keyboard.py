"""The desk by keyboard alone."""

import pytest
from playwright.sync_api import expect

from loyalty_site.tests.browser.desk import Desk, draw_all
from loyalty_site.tests.browser.shop import Shop

pytestmark = pytest.mark.browser


def test_the_skip_link_is_first_and_leads_to_the_content(desk: Desk, shop: Shop) -> None:
    with desk.window(shop.users["admin"]) as window:
        page = window.new_page()
        page.goto("/analytics/retention/")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        expect(page.locator(".skip")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("key", ["/", "Control+k"])
def test_the_search_is_one_key_away(desk: Desk, shop: Shop, key: str) -> None:
    with desk.window(shop.users["admin"]) as window:
        page = window.new_page()
        page.goto("/")
        page.keyboard.press(key)
        search = page.locator("[data-shortcut]")
        expect(search).to_be_focused()
        page.keyboard.type("a/b")
        expect(search).to_have_value("a/b")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search/")
        expect(page.get_by_role("heading", level=1)).to_have_text("搜索")


def test_what_the_search_found_is_walked_by_arrows_and_opened_by_enter(desk: Desk, shop: Shop) -> None:
    with desk.window(shop.users["admin"]) as window:
        page = window.new_page()
        page.goto("/")
        page.keyboard.press("Control+k")
        page.keyboard.type("导入")
        links = page.locator("#search-found a")
        expect(links).to_have_count(3)
        expect(page.locator("#search-said")).to_have_text("找到 3 条")
        page.keyboard.press("ArrowUp")
        expect(links.last).to_be_focused()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        expect(links.first).to_be_focused()
        page.keyboard.press("Escape")
        expect(links).to_have_count(0)
        expect(page.locator("[data-shortcut]")).to_be_focused()
        page.keyboard.type("文件")
        wanted = page.locator('#search-found a[href="/members/imports/new/"]')
        wanted.wait_for()
        while not wanted.evaluate("each => each === document.activeElement"):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/members/imports/new/")


def test_escape_closes_a_menu_and_gives_the_focus_back(desk: Desk, shop: Shop) -> None:
    with desk.window(shop.users["admin"]) as window:
        page = window.new_page()
        page.goto("/analytics/retention/")
        summary = page.locator(".fbar summary").nth(1)
        summary.focus()
        page.keyboard.press("Enter")
        panel = page.locator(".fbar details").nth(1).locator(".panel")
        expect(panel).to_be_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        expect(summary).to_be_focused()


@pytest.mark.parametrize("url", ["/", "/analytics/retention/", "/members/"])
def test_the_focus_is_always_seen(desk: Desk, shop: Shop, url: str) -> None:
    """Each stop, of thirty at most, has an outline, lies in the window and is not under something else."""
    with desk.window(shop.users["admin"]) as window:
        page = window.new_page()
        page.goto(url)
        draw_all(page)
        for stop in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement === document.body"):
                assert stop > 10  # past the last stop of a short page
                break
            fault = page.evaluate("""() => {
                const here = document.activeElement, box = here.getBoundingClientRect();
                const looks = [here, here.closest(".search")].filter(Boolean).map((each) => getComputedStyle(each));
                const outlined = (look) => look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
                if (!looks.some(outlined)) return `no outline: ${here.outerHTML.slice(0, 150)}`;
                const x = Math.min(Math.max(box.left + Math.min(box.width, 40) / 2, 1), innerWidth - 1);
                const y = Math.min(Math.max(box.top + Math.min(box.height, 40) / 2, 1), innerHeight - 1);
                const top = document.elementFromPoint(x, y);
                const seen = here.contains(top) || top?.contains(here) || top?.closest("label")?.contains(here);
                return seen ? "" : `hidden: ${here.outerHTML.slice(0, 150)} by ${top && top.outerHTML.slice(0, 80)}`;
            }""")
            assert fault == ""
