"""What static/app.js adds, in a real Chromium under the real content policy."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("loyalty_site.tests.gallery"),
]
HARMLESS = (
    "Applying inline style violates"  # plotly.js tries one style attribute; the policy refuses it, nothing is lost
)


@pytest.fixture
def said(page: Page) -> Iterator[list[str]]:
    """Everything the console said; the test fails on what it does not expect."""
    lines: list[str] = []
    page.on("console", lambda message: lines.append(message.text))
    page.on("pageerror", lambda error: lines.append(str(error)))
    yield lines
    assert not [line for line in lines if HARMLESS not in line]


def test_a_chart_is_drawn_and_its_cells_are_links(merchant, live_server: LiveServer, page: Page, said: list[str]):
    page.goto(live_server.url)
    page.locator(".chart.drawn .hm image").wait_for()
    box = page.locator(".chart .nsewdrag").bounding_box()
    assert box
    x, y = box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 4
    page.mouse.move(x, y)
    expect(page.locator(".hovertext")).to_be_visible()
    expect(page.locator(".plot")).to_have_class(re.compile("linked"))
    page.mouse.click(x, y)
    page.wait_for_url("**/?cell=2")


def test_a_phone_gets_the_narrow_figure(merchant, live_server: LiveServer, page: Page, said: list[str]):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(live_server.url)
    expect(page.locator(".xtick", has_text="1")).to_have_count(1)
    expect(page.locator(".xtick", has_text="2")).to_have_count(0)
    page.set_viewport_size({"width": 1200, "height": 800})
    expect(page.locator(".xtick", has_text="2")).to_have_count(1)


def test_a_figure_that_cannot_be_drawn_leaves_its_table(merchant, live_server: LiveServer, page: Page):
    page.route("**/plotly-cartesian.min.js", lambda route: route.abort())
    page.goto(live_server.url)
    expect(page.locator(".chart.failed")).to_contain_text("下面的表")
    expect(page.get_by_role("link", name="30%")).to_be_visible()


def test_without_javascript_the_page_is_whole(merchant, live_server: LiveServer, browser, browser_context_args):
    context: BrowserContext = browser.new_context(**{**browser_context_args, "java_script_enabled": False})
    page = context.new_page()
    page.goto(live_server.url)
    page.get_by_text("All stores").click()
    page.locator("details.behind summary").click()
    expect(page.get_by_role("link", name="30%")).to_be_visible()
    page.get_by_role("button", name="EN").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    context.close()


def test_menus_close_and_the_search_has_a_key(merchant, live_server: LiveServer, page: Page, said: list[str]):
    page.goto(live_server.url)
    menu = page.locator("details.pop").first
    menu.locator("summary").click()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    menu.locator("summary").click()
    page.locator("h1").click()
    expect(menu).not_to_have_attribute("open", "")
    page.keyboard.press("/")
    expect(page.locator("[data-shortcut]")).to_be_focused()
    page.locator("#field").fill("")
    page.locator("#field").press("/")
    expect(page.locator("#field")).to_have_value("/")
    page.keyboard.press("Control+k")
    expect(page.locator("[data-shortcut]")).to_be_focused()


def test_the_address_of_a_view_can_be_copied(merchant, live_server: LiveServer, page: Page, context: BrowserContext):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(live_server.url)
    page.get_by_role("button", name="复制链接").click()
    expect(page.get_by_text("已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{live_server.url}/?store=1"
