"""Pages of a shop without sales and of one that is not set up, held to what every page is held to."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from loyalty_site.tests.browser.desk import PHONE, Faults, faults_of_axe, serve, sideways
from members.lib.actor import system
from members.lib.roles import Role
from members.models import Merchant
from members.services import staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EMPTY = [
    "/",
    "/analytics/retention/",
    "/analytics/value/",
    "/analytics/reports/kpi/",
    "/members/",
    "/members/orders/",
    "/members/imports/",
    "/members/segments/",
]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_empty_shop(browser: Browser, browser_context_args: dict[str, Any], language: str) -> None:
    Merchant.objects.create(pk=1, name="青禾茶饮")
    admin = staff.create(
        username="admin", password="pw-for-tests", display_name="王建国", role=Role.ADMIN, by=system("test")
    )
    with serve(browser, browser_context_args) as desk, desk.window(admin, language) as window:
        found = {url: visit(window.new_page(), url) for url in EMPTY}
    assert {url: faults for url, faults in found.items() if faults} == {}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_setup_page(browser: Browser, browser_context_args: dict[str, Any], language: str) -> None:
    with serve(browser, browser_context_args) as desk, desk.window(None, language) as window:
        page = window.new_page()
        assert visit(page, "/") == []
        assert page.url.endswith("/setup/")
        page.locator("[name=zone]").fill("Mars")
        page.locator("main form").evaluate("(form) => { form.noValidate = true; form.requestSubmit(); }")
        page.locator(".errorlist").first.wait_for()
        assert faults_of_axe(page) == []


def visit(page: Any, url: str) -> list[str]:
    faults = Faults()
    faults.watch(page)
    page.goto(url)
    found = faults_of_axe(page)
    page.set_viewport_size(PHONE)
    found += faults_of_axe(page)
    found += [fault for width in (1366, 1024, 390, 320) if (fault := sideways(page, width))]
    return [*found, *faults.found]
