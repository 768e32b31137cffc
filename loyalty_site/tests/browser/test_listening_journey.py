"""Listening from end to end: a survey is built, answered on a phone by the code of a shop, a bad answer is settled as a
complaint, and what is changed for it is planned and read."""

import re
from typing import Any

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import Browser, Page, expect

from analytics.services.publish import publish
from analytics.tests.shopkeeper import Shop
from conftest import People
from loyalty_site.tests.browser.desk import PHONE, serve
from members.lib import clock
from members.models import Merchant
from surveys.models import Action, Case, Cause, Response, Survey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "等了四十分钟"


def build(page: Page) -> None:
    """A survey by a template, which asks nobody by itself; opened."""
    page.goto("/surveys/new/")
    page.locator("[name=name]").fill("到店体验")
    page.locator("[name=template][value=purchase]").check()
    page.locator("main form.form .btn-primary").click()
    survey = Survey.objects.get()
    page.goto(f"/surveys/{survey.pk}/settings/")
    page.locator("[name=trigger]").select_option("")
    page.locator("main form.form .btn-primary").click()
    page.locator("form[action$='/open/'] button").click()
    expect(page.locator("h1")).to_contain_text("到店体验")


def hang_out(page: Page) -> str:
    """The address that the code of the first store leads to."""
    page.goto(f"/surveys/{Survey.objects.get().pk}/links/")
    page.locator("form[action$='/hang-out/'] button").click()
    expect(page.locator("main img[src$='.svg']")).to_be_visible()
    found = re.search(r"/s/[\w-]+/", page.locator("main").inner_text())
    assert found
    return found[0]


def answer(page: Page, address: str) -> None:
    """A low score, why, and the parts; one page after the other, by thumb."""
    page.goto(address)
    choices = {"nps": "2", "parts.waiting": "1"}
    for _page in range(4):
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        for name, value in choices.items():
            for label in page.locator(f"label:has([name='{name}'][value='{value}'])").all():
                label.click()
        for field in page.locator("[name=why_low]").all():
            field.fill(WORDS)
        if not page.locator("form button").count():
            break
        with page.expect_navigation():
            page.locator("form button").click()
    expect(page.locator("h1")).to_have_text(gettext("Thank you"))
    page.go_back()  # to the last page as it was sent, without being asked whether to send it again
    expect(page.locator("[name='parts.waiting'][value='1']")).to_be_checked()
    page.go_forward()
    expect(page.locator("h1")).to_have_text(gettext("Thank you"))


def settle(page: Page) -> None:
    """The complaint that the low answer opened: answered in time, then settled with its cause."""
    page.goto("/surveys/complaints/")
    page.get_by_role("link", name=WORDS).click()
    expect(page.locator("section[aria-labelledby=who-h]")).to_contain_text(re.compile(r"10\s*[:：]\s*2"))
    page.locator("form[action$='/reply/'] [name=text]").fill("已致电道歉")
    page.locator("form[action$='/reply/'] button").click()
    page.locator("form[action$='/resolve/'] [name=outcome]").select_option("solved")
    page.locator("form[action$='/resolve/'] [name=cause]").select_option("slow")
    page.locator("form[action$='/resolve/'] button").click()
    expect(page.locator("h1")).to_contain_text(str(Case.State.RESOLVED.label))


def improve(page: Page) -> None:
    """An improvement from the cause of the complaint, in effect since today, and its page."""
    page.get_by_role("link", name=gettext("Plan an improvement")).click()
    page.locator("[name=title]").fill("加开取餐窗口")
    page.locator("[name=due_on]").fill("2027-01-01")
    expect(page.locator("[name=cause]")).to_have_value("slow")
    page.locator("main form.form .btn-primary").click()
    expect(page.locator("main")).to_contain_text(gettext("Not in effect yet."))
    page.locator("form[action$='/begin/'] button").click()
    expect(page.locator("main")).to_contain_text(gettext("It is too early to tell."))
    page.goto("/surveys/actions/")
    expect(page.locator("main table")).to_contain_text("加开取餐窗口")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_from_the_first_question_to_what_was_changed(
    language: str, merchant: Merchant, people: People, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    Cause.objects.create(
        code="slow", name_zh="太慢", name_en="Slow", parent=Cause.objects.create(code="service-x", name_en="Service")
    )
    Shop().sell("a", str(clock.local_date(clock.now(), merchant.zone)))
    publish()
    with (
        serve(browser, browser_context_args) as desk,
        desk.window(people.admin, language) as window,
        desk.window(None, language, script=False, viewport=PHONE) as phone,
        override(language),
    ):
        page = window.new_page()
        build(page)
        answer(phone.new_page(), hang_out(page))
        said = Response.objects.get()
        assert said.completed_at is not None
        settle(page)
        case = Case.objects.get()
        assert (case.response, case.text) == (said, WORDS)
        assert case.first_response_at is not None
        assert case.first_due_at is not None
        assert case.first_response_at <= case.first_due_at
        improve(page)
        assert Action.objects.get().state == "running"
