"""A shop that sells for billions: the figures of Today keep within their cards."""

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import Browser

from analytics.services import publish
from conftest import People
from loyalty_site.tests.browser.desk import serve, sideways
from members.lib import clock
from members.models import Merchant, Store
from members.tests.counter import member, order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STICKS_OUT = """[...document.querySelectorAll('.kpi .v')].filter(
    (value) => value.scrollWidth > value.clientWidth || value.getBoundingClientRect().right
        > value.closest('.kpi').getBoundingClientRect().right).map((value) => value.textContent)"""


def test_figures_of_ten_digits_keep_within_their_cards(
    browser: Browser, browser_context_args: dict[str, Any], merchant: Merchant, stores: tuple[Store, Store],
    people: People,
) -> None:  # fmt: skip
    buyer, today = member("M1", stores[0]), clock.now().date()
    for back in range(1, 61):
        order(f"A{back}", stores[0], buyer, day=str(today - dt.timedelta(days=back)), gross="987654321.09")
    publish.rebuild()
    with serve(browser, browser_context_args) as desk, desk.window(people.admin, "en") as window:
        page = window.new_page()
        page.goto("/")
        assert page.locator(".kpi .v.long").count() >= 1, "no figure is long enough to prove anything"
        for width in (1366, 1024, 390, 320):
            assert sideways(page, width) == ""
            assert page.evaluate(STICKS_OUT) == [], width
