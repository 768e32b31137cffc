"""From the demo to one's own figures, as a merchant walks it: in real Chromium, with a worker beside it."""

import contextlib
import csv
import datetime as dt
import gzip
import io
import threading
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext, override
from playwright.sync_api import Browser, Locator, Page, expect

from loyalty_site.demo.generate import Wish
from loyalty_site.services import demo
from loyalty_site.tests.browser.desk import Faults, draw_all, serve
from members.lib.actor import system
from members.models import Job
from members.services import jobs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SOURCE = Path(settings.BASE_DIR, "tests_data", "online_retail.csv.gz")
PASSWORD = "three-long-words"


@contextlib.contextmanager
def a_worker() -> Iterator[threading.Event]:
    """Somebody who does the jobs as they come; the event is set while nothing waits."""
    over, idle = threading.Event(), threading.Event()

    def work() -> None:
        while not over.is_set():
            waiting = Job.objects.filter(state=Job.State.QUEUED).order_by("id").first()
            if waiting:
                idle.clear()
                jobs.run(waiting.pk)
            else:
                idle.set()
                over.wait(0.05)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield idle
    finally:
        over.set()
        worker.join()


def cut() -> bytes:
    """The lines of every 25th customer: some 16,000, over the whole year."""
    with gzip.open(SOURCE, "rt", encoding="utf-8", newline="") as file:
        head = next(file)
        lines = [line for line in file if line.rsplit(",", 2)[1].endswith(("00", "25", "50", "75"))]
    return (head + "".join(lines)).encode()


def first_months(content: bytes) -> dict[str, set[str]]:
    """Who bought first in which month, by a plain reading of the file."""
    orders: dict[tuple[str, str], list[tuple[dt.datetime, Decimal]]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(content.decode())):
        if row["CustomerID"] and not row["InvoiceNo"].startswith(("C", "A")):
            amount = Decimal(row["Quantity"]) * Decimal(row["UnitPrice"])
            at = dt.datetime.fromisoformat(row["InvoiceDate"])
            orders[row["CustomerID"], row["InvoiceNo"]].append((at, amount))
    first: dict[str, dt.datetime] = {}
    for (customer, _number), lines in orders.items():
        if sum(amount for _at, amount in lines) > 0:
            at = min(at for at, _amount in lines)
            first[customer] = min(at, first.get(customer, at))
    found = defaultdict(set)
    for customer, at in first.items():
        found[f"{at:%Y-%m}"].add(customer)
    return found


def primary(page: Page) -> Locator:
    """The one button that leads on."""
    return page.locator("main .btn-primary:not([disabled])").last


def leave_the_demo(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name=gettext("Enter")).first.click()
    page.get_by_role("link", name=gettext("Start with my own data")).click()
    page.get_by_role("button", name=gettext("Delete the demo and start")).click()
    expect(page.locator("h1")).to_have_text(gettext("Set up your shop"))


def set_up(page: Page, language: str) -> None:
    shop = {"name": "Giftware 礼品", "zone": "Europe/London"}
    administrator = {"display_name": "Ada", "username": "ada", "password": PASSWORD, "password_again": PASSWORD}
    for name, value in {**shop, **administrator}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=currency]").select_option("GBP")
    page.locator("select[name=language]").select_option(language)
    primary(page).click()
    expect(page.locator("h1")).to_have_text(gettext("Import: choose a file"))


def bring_the_file(page: Page, content: bytes) -> None:
    page.locator("#file").set_input_files(
        files=[{"name": "online_retail.csv", "mimeType": "text/csv", "buffer": content}]
    )
    primary(page).click()
    expect(page.locator("h1")).to_have_text(gettext("Import sales: match columns"))
    assert page.locator("main tbody tr").count() == 8
    primary(page).click()
    # The page moves on by itself when the check is over.
    expect(page.locator("h1")).to_have_text(gettext("Import sales: check problems"), timeout=60_000)
    expect(page.locator("main")).to_contain_text("2010-12")
    primary(page).click()
    expect(page.locator(".steps .done")).to_have_count(4, timeout=120_000)


def numbers_in(page: Page, link: Locator) -> list[dict[str, str]]:
    """The rows of the CSV behind a link."""
    with page.expect_download() as download:
        link.click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def follow_a_number(page: Page, people: set[str], month: str) -> None:
    """Click a batch's size: the list has that many, the CSV has exactly those people."""
    size = page.locator(f"a[href*='set=cohort'][href*='{month}']").first
    expect(size).to_have_text(str(len(people)))
    size.click()
    expect(page.locator("#count")).to_contain_text(str(len(people)))
    assert page.locator("main tbody tr").count() == min(len(people), 50)
    rows = numbers_in(page, page.locator("a[href*='members.csv']"))
    assert {row[gettext("Member number")] for row in rows} == people
    assert len(rows) == len(people)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_from_the_demo_to_who_comes_back(
    browser: Browser, browser_context_args: dict[str, Any], settings: Any, language: str
) -> None:
    settings.DEBUG = True  # demo sign-ins exist only in a trial start
    demo.open_shop(wish=Wish(end=dt.date(2026, 11, 21), scale=0.01), by=system("test"))
    content = cut()
    born = first_months(content)
    faults = Faults()
    with (
        serve(browser, browser_context_args) as desk,
        a_worker() as idle,
        override(language),
        desk.window(None, language) as window,
    ):
        page = window.new_page()
        faults.watch(page)
        leave_the_demo(page)
        set_up(page, language)
        bring_the_file(page, content)
        idle.wait(60)  # the reports follow in the background
        primary(page).click()
        expect(page.locator("h1")).to_have_text(gettext("Retention"))
        assert page.locator(".call b").first.inner_text()
        page.goto("/analytics/retention/?range=all")
        draw_all(page)
        cells = numbers_in(page, page.locator(".pagehd a[href*='.csv']"))
        page.locator("details.behind:not([open]):has(a[href*='set=cohort']) summary").first.click()
        follow_a_number(page, born["2010-12"], "2010-12")
    sizes = [tuple(row.values()) for row in cells]  # month, age, size, …
    assert {month: size for month, _age, size, *_ in sizes} == {m: str(len(people)) for m, people in born.items()}
    assert faults.found == []
