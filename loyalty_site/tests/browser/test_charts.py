"""Every picture is drawn, says what its table says, and leaves the page whole when it fails."""

from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Page

from loyalty_site.tests.browser.desk import Desk, draw_all
from loyalty_site.tests.browser.shop import Shop

pytestmark = pytest.mark.browser
RETENTION = "/analytics/retention/"
PLOTTED = """(card) => document.querySelector(`#${card} .plot`).data.map((trace) => ({
    name: trace.name, type: trace.type, x: [...trace.x], y: [...trace.y],
    z: trace.z && [...trace.z].map((row) => [...row]) }))"""
# Pictures that reach below their frame, over what follows.
OVER = """[...document.querySelectorAll("figure.chart")].filter((frame) =>
    frame.querySelector(".main-svg").getBoundingClientRect().bottom > frame.getBoundingClientRect().bottom + 1
).map((frame) => frame.dataset.chart)"""
TABLE = """(card) => [...document.querySelectorAll(`#${card} table tbody tr`)].map((row) =>
    [...row.cells].map((cell) => ({ value: cell.dataset.value ?? null, text: cell.innerText.trim() })))"""


@pytest.mark.parametrize("url", ["/", f"{RETENTION}?range=all", f"{RETENTION}?by=week&metric=people"])
def test_every_figure_is_drawn_in_both_languages(desk: Desk, shop: Shop, url: str) -> None:
    for language in ("zh-hans", "en"):
        with desk.window(shop.users["admin"], language) as window:
            page = window.new_page()
            page.goto(url)
            draw_all(page)
            charts = page.locator("figure.chart")
            assert charts.count() >= 1
            assert page.locator("figure.chart.failed").count() == 0
            assert page.evaluate(OVER) == []
            named = charts.locator("[role=img]")
            assert all(named.nth(n).get_attribute("aria-label") for n in range(charts.count()))


def cards(page: Page) -> list[str]:
    """The ids of the cards that hold a picture and its table."""
    return page.evaluate("[...document.querySelectorAll('section:has(figure.chart):has(table)')].map((e) => e.id)")


@pytest.mark.parametrize("url", ["/?range=90d", f"{RETENTION}?range=all"])
def test_every_value_of_a_picture_is_in_the_table_behind_it(desk: Desk, shop: Shop, url: str) -> None:
    with desk.window(shop.users["admin"]) as window:
        page = window.new_page()
        page.goto(url)
        draw_all(page)
        assert cards(page)
        for card in cards(page):
            rows = page.evaluate(TABLE, card)
            known = {round(float(cell["value"]), 6) for row in rows for cell in row if is_number(cell["value"])}
            for trace in page.evaluate(PLOTTED, card):
                drawn = [value for row in trace["z"] for value in row] if trace["z"] else trace["y"]
                unknown = [v for v in drawn if is_number(v) and round(float(v), 6) not in known]
                assert unknown == [], (card, trace["name"])


def is_number(value: object) -> bool:
    try:
        return value is not None and float(value) == float(value)  # type: ignore[arg-type]
    except ValueError:
        return False


def test_a_click_on_a_cell_selects_it(desk: Desk, shop: Shop) -> None:
    with desk.window(shop.users["admin"]) as window:
        page = window.new_page()
        page.goto(RETENTION)
        draw_all(page)
        before = page.locator("#selection-h").inner_text()
        heat = page.locator(".plot:has(.heatmaplayer)").first
        heat.scroll_into_view_if_needed()
        area = heat.locator(".plotly .heatmaplayer").bounding_box()
        assert area is not None
        page.mouse.move(area["x"] + area["width"] * 0.04, area["y"] + area["height"] * 0.15)
        with page.expect_navigation():
            page.mouse.click(area["x"] + area["width"] * 0.04, area["y"] + area["height"] * 0.15)
        cell = parse_qs(urlparse(page.url).query)["cell"][0]
        after = page.locator("#selection-h").inner_text()
        assert cell.partition(":")[0] in after
        assert after != before


def test_without_the_picture_the_table_and_a_sentence_stay(desk: Desk, shop: Shop) -> None:
    with desk.window(shop.users["admin"]) as window:
        page = window.new_page()
        page.route("**/plotly*.js", lambda route: route.abort())
        page.goto(RETENTION)
        for chart in page.locator("figure.chart").all():
            chart.scroll_into_view_if_needed()
        page.locator("figure.chart.failed").nth(page.locator("figure.chart").count() - 1).wait_for()
        for card in cards(page):
            assert page.locator(f"#{card} table tbody tr").first.is_visible()
        told = page.locator("figure.chart.failed").first
        assert told.inner_text() == told.get_attribute("data-failed") != ""
