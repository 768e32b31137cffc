"""docs/till-api.md: its examples are sent as they stand, one after the other, and answered as they say."""

import datetime as dt
import json
import re
from decimal import Decimal
from typing import Any

import time_machine
from django.conf import settings

from loyalty_site.tests.docs.test_api import ask, comparable
from members.lib import clock
from members.lib.actor import system
from members.lib.roles import Scope
from members.models import Member, Merchant, Order, Store
from members.tests import bearer
from members.tests.counter import member
from rewards.models import Benefit, CouponOffer, PointsRules, Tier
from rewards.services import coupons

TEXT = (settings.BASE_DIR / "docs/till-api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```sh\n(curl .*?)```\s+```json\n(.*?)```", TEXT, re.DOTALL)
NOW = dt.datetime(2026, 5, 4, 2, 13, tzinfo=dt.UTC)


def test_every_example_is_answered_as_it_says(merchant: Merchant) -> None:
    assert len(EXAMPLES) == TEXT.count("curl ") > 8
    store = Store.objects.create(code="S1", name="First")
    with time_machine.travel(NOW, tick=False):
        gift = _prepare(store)
        till = bearer.client(Scope.TILL, stores=[store])
        for command, answer in EXAMPLES:
            enrolled = Member.objects.latest("pk").pk
            sent = command.replace("/members/2/", f"/members/{enrolled}/").replace(
                '"benefit": 1', f'"benefit": {gift.pk}'
            )
            said = ask(till, sent)
            assert _of_two(comparable(said)) == _of_two(comparable(json.loads(answer))), command
    assert Order.objects.filter(status="cancelled").exists()


def _of_two(answer: Any) -> str:
    """Ids of the database are what they happen to be."""
    text = json.dumps(answer, ensure_ascii=False, sort_keys=True)
    return re.sub(r'"benefit": \d+', '"benefit": 1', re.sub(r'"member": \d+', '"member": 2', text))


def _prepare(store: Store) -> Benefit:
    """A point for each yuan, 100 points are one yuan; member 1 with a coupon of ten yuan; a gift for everybody."""
    PointsRules.objects.create(
        first_day=dt.date(2026, 1, 1), points=1, per=1, cash_points=100, cash_amount=1, published_at=clock.now()
    )
    offer = CouponOffer.objects.create(name="Ten off", kind="amount", amount=Decimal(10), valid_days=30)
    (coupon,) = coupons.issue_codes(offer, 1, by=system("test"))
    coupon.code = "TEN0FF"
    coupon.save()
    member("M-0", store)
    tier = Tier.objects.create(code="ordinary", name="Ordinary", rank=0)
    return Benefit.objects.create(tier=tier, kind=Benefit.Kind.GIFT, name="Birthday gift", times=1)
