"""A clerk's day on a phone without JavaScript: enrol, sell, reach a tier, pay with points, give back."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import Browser, Page, expect

from conftest import People
from loyalty_site.tests.browser.desk import PHONE, serve
from members.lib import clock
from members.models import Member, Merchant, Order
from rewards.models import Entry, PointsRules, Tier, TierCondition, TierRules
from rewards.tests import shop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
THINGS = "main a.btn, main button, main input:not([type=hidden]), main select, main summary"
SMALL = f"""() => [...document.querySelectorAll('{THINGS}')]
    .filter((each) => each.offsetParent && !['checkbox', 'radio'].includes(each.type))
    .map((each) => [each.textContent.trim() || each.name, each.getBoundingClientRect().height])
    .filter(([, height]) => height < 43.5)"""


@pytest.fixture
def programme(merchant: Merchant) -> None:
    """A point for each yuan, 100 points pay one; gold from 200 yuan on."""
    day = dt.date(2020, 1, 1)
    PointsRules.objects.create(first_day=day, points=1, per=1, cash_points=100, cash_amount=1, published_at=clock.now())
    Tier.objects.create(code="member", name="普通会员", rank=1)
    gold = Tier.objects.create(code="gold", name="金卡", rank=2)
    rules = TierRules.objects.create(first_day=day, published_at=clock.now())
    TierCondition.objects.create(rules=rules, tier=gold, spend=200)


def go_on(page: Page) -> None:
    """Press the one button that leads on, and find each thing to press large enough for a thumb."""
    assert page.evaluate(SMALL) == []
    page.locator("main .btn-primary").first.click()


def enrol(page: Page) -> None:
    page.locator("[name=identifier]").fill("13800138000")
    page.keyboard.press("Enter")  # as a scanner does
    expect(page.locator("[name=phone]")).to_have_value("13800138000")
    page.locator("[name=name]").fill("王思琪")
    page.locator("[name=consents]").first.check()
    page.get_by_role("button", name=gettext("Enrol"), exact=True).click()
    expect(page.locator("h1")).to_contain_text("王**")


def sell(page: Page, amount: str, points: str = "") -> str:
    """Sell to the member on the page; the number of the order."""
    page.locator("[name=amount]").fill(amount)
    page.locator("[name=points]").fill(points)
    page.get_by_role("button", name=gettext("See what it comes to")).click()
    assert not Order.objects.filter(total=Decimal(amount)).exists(), "nothing is sold by looking"
    go_on(page)
    expect(page.locator(".bill")).to_be_visible()
    sold = page.url
    page.reload()
    assert page.url == sold, "the receipt is an address of its own"
    page.go_back()  # to what was looked at: sent once more
    if page.locator("[name=sealed]").count():
        page.locator("main .btn-primary").first.click()
    assert page.url == sold
    return str(re.search(r"C[0-9A-F]{12}", page.locator("h1").inner_text())[0])  # type: ignore[index]


def give_back(page: Page, number: str, amount: str) -> None:
    page.goto("/rewards/counter/")
    page.locator("[name=number]").fill(number)
    page.keyboard.press("Enter")
    page.locator("[name=amount]").first.fill(amount)
    page.get_by_role("button", name=gettext("See what goes back")).first.click()
    go_on(page)
    expect(page.locator("main")).to_contain_text("CR")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_clerks_day(
    language: str, programme: None, people: People, browser: Browser, browser_context_args: dict[str, Any],
    work_off: Callable[[], int],
) -> None:  # fmt: skip
    with (
        serve(browser, browser_context_args) as desk,
        desk.window(people.clerk, language, script=False, viewport=PHONE) as window,
        override(language),
    ):
        page = window.new_page()
        page.goto("/")
        assert page.url.endswith("/rewards/counter/"), "a clerk starts at the counter"
        enrol(page)
        number = sell(page, "300")
        work_off()
        page.get_by_role("link", name=gettext("Same member")).click()
        expect(page.locator("h1")).to_contain_text("金卡")
        sell(page, "50", points="200")
        wang = Member.objects.get()
        assert shop.figures(wang) == (300 - 200 + 48, 0, 0)
        give_back(page, number, "100")
        assert shop.figures(wang) == (300 - 200 + 48 - 100, 0, 0)
        assert Order.objects.filter(voided_at=None).count() == 2
        assert Entry.objects.filter(kind=Entry.Kind.REVERSE).count() == 1
    shop.assert_right()
