"""How many queries each page may ask, as committed data: query_budgets.json, page -> role -> number.

The shop has a page full of members and orders, so that a query per row breaks the budget at once. A page that needs
more is a decision: change the number there, with the reason in the commit. One that needs fewer may give it back.
"""

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics.reports import report as reports
from analytics.services.publish import publish
from conftest import People
from loyalty_site.tests.sentinels import Shop
from members.lib import clock
from members.lib.actor import system
from members.models import Invitation, Member, OrderLine, Product, Store, Touched, User
from members.tests.counter import member, order, refund
from rewards.models import CouponOffer, Gift
from rewards.services import coupons, gifts, ledger

BUDGETS: dict[str, dict[str, int]] = json.loads(Path(__file__).with_name("query_budgets.json").read_text())
ROWS = 60
LATER = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def shop(people: People, signed_in: Callable[[User], Client], stores: tuple[Store, Store]) -> Shop:
    made = Shop.open(people, signed_in(people.marketer))
    tea, *later = (Product.objects.create(sku=f"P{number}", name=f"Product {number}") for number in range(5))
    for number in range(ROWS):
        buyer = member(f"B{number}", stores[0], f"Buyer {number}", phone=f"+86139000{number:05}")
        sale = order(f"BO{number}", stores[0], buyer, day=f"2026-0{number % 4 + 2}-11")
        again = order(f"BA{number}", stores[0], buyer, day=f"2026-0{number % 4 + 2}-18")
        refund(f"BR{number}", sale, "1")
        order(f"BG{number}", stores[0], None)
        for bought, goods in ((sale, tea), (again, later[number % len(later)])):
            OrderLine.objects.create(order=bought, product=goods, quantity=1, amount=Decimal(1))
            Touched.objects.create(kind="order", key=bought.pk)
        _give_coupon_and_gift(buyer, stores[0], number)
    for number in range(ROWS):
        clerk = User.objects.create(username=f"c{number}", role="clerk")
        invited = Invitation.objects.create(name="New", role="clerk", token_hash=clerk.username, expires_at=LATER)
        clerk.stores.set(stores[:1])
        invited.stores.set(stores[:1])
    publish()
    return made


def _give_coupon_and_gift(buyer: Member, store: Store, number: int) -> None:
    """A page full of offers, of coupons of the first one, and of claims."""
    by = system("test")
    CouponOffer.objects.create(name=f"Offer {number}", kind="amount", amount=Decimal(1))
    first = CouponOffer.objects.earliest("pk")
    coupons.issue(first, buyer, f"budget-{number}", reason="hand", by=by)
    deed = ledger.Deed(f"budget-{number}", by, clock.now())
    ledger.earn(member=buyer, points=10, deed=deed, term=ledger.Term())
    gifts.claim(Gift.objects.earliest("pk"), buyer, store, f"budget-{number}", by=by)


@pytest.mark.parametrize("who", sorted({who for roles in BUDGETS.values() for who in roles}))
def test_no_page_asks_more_than_its_budget(
    who: str, shop: Shop, people: People, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(getattr(people, who))
    over = {}
    for page, roles in BUDGETS.items():
        if who not in roles:
            continue
        path = page.format(**shop.own)
        _read(client, path)  # what a process reads once (content types, the manifest) is not counted
        asked = _asked(client, path)
        if asked > roles[who]:  # once a minute the session is written down, whatever is opened then
            asked = _asked(client, path)
        if asked > roles[who]:
            over[page] = asked
    assert over == {}, f"over their budget: {over}"


def _asked(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert _read(client, path) == 200, path
    return len(asked)


def test_every_report_has_a_budget() -> None:
    pages = {f"/analytics/reports/{report.slug}/" for report in reports.every()}
    assert pages - BUDGETS.keys() == set()


def _read(client: Client, path: str) -> int:
    """Ask for a page and read it to its end; the status."""
    answer: Any = client.get(path)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return int(answer.status_code)
