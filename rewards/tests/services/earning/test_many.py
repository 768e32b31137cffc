"""Many orders at once get what they get one by one, to the row."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from members.models import Member, Merchant, Order, Store
from members.services import merges
from rewards.models import Account, Earning, Entry, Lot
from rewards.queries.points_rules import Versions
from rewards.services import ledger
from rewards.services.earning import settle_order
from rewards.services.earning.many import earn_many
from rewards.tests.earners import programme, refund, sold
from rewards.tests.shop import BY, assert_right, deed, lasting, member

DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2026, 3, 20)).map(dt.date.isoformat)
SALE = st.tuples(
    st.integers(0, 3), st.decimals("0", "5000", places=2), DAYS, st.sampled_from(["goods", "gift_card"]),
    st.none() | st.decimals("0", "5000", places=2), st.booleans(),
)  # fmt: skip
RULES = st.fixed_dictionaries({
    "expiry": st.sampled_from(["never", "days", "months", "month_end", "year_end", "activity"]),
    "expiry_length": st.integers(0, 14), "pending_days": st.integers(0, 30), "points": st.integers(0, 3),
    "per_order": st.none() | st.integers(0, 500), "per_day": st.none() | st.integers(0, 500),
    "rounding": st.sampled_from(["down", "nearest", "up"]),
})  # fmt: skip


def written() -> dict[str, list[Any]]:
    """All that is in the ledger, without keys of rows."""
    entries = Entry.objects.order_by("account__member", "pk")
    lots = Lot.objects.order_by("account__member", "entry__pk")
    return {
        "entries": list(entries.values_list(
            "account__member", "kind", "amount", "key", "order", "reason", "detail", "happened_at", "recorded_at",
            "actor_kind", "actor_name", "user_id", "forgiven",
        )),
        "prints": [bytes(entry.request_hash) for entry in entries],
        "lots": list(lots.values_list(
            "account__member", "quantity", "remaining", "available_at", "is_pending", "expires_on", "expires_at",
            "entry__key",
        )),
        "accounts": list(Account.objects.exclude(changed_at=None).order_by("member").values_list(
            "member", "balance", "pending", "debt", "changed_at"
        )),
        "earnings": list(Earning.objects.order_by("order").values_list(
            "order", "rules", "entry__key", "points", "kept", "eligible", "why_none", "refunded", "is_void",
        )),
    }  # fmt: skip


def one_by_one() -> dict[str, list[Any]]:
    with transaction.atomic():
        for order in Order.objects.order_by("member_id", "ordered_at", "pk"):
            settle_order(order.pk, by=BY)
        found = written()
        transaction.set_rollback(True)
    return found


def at_once() -> dict[str, list[Any]]:
    with transaction.atomic():
        left = earn_many(Order.objects.values_list("pk", flat=True), by=BY, versions=Versions())
        for order in left:
            settle_order(order, by=BY)
        assert_right()
        found = written()
        transaction.set_rollback(True)
    return found


class TestTheSame(TestCase):
    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(RULES, RULES, st.lists(SALE, max_size=8), st.booleans(), st.booleans())
    def test_for_whatever_orders_and_rules(
        self, old: dict[str, Any], new: dict[str, Any], sales: list[Any], is_merged: bool, is_owing: bool
    ) -> None:
        with time_machine.travel(dt.datetime(2026, 3, 20, 4, tzinfo=dt.UTC), tick=False):
            Merchant.objects.get_or_create(pk=1, name="Test")
            stores = [Store.objects.create(code=zone, name=zone, zone=zone) for zone in ("Asia/Shanghai", "UTC")]
            programme("2024-03-01", **old)
            programme("2025-09-01", **new)
            members = [member(f"M{number}") for number in range(4)]
            for who, amount, day, kind, back, is_far in sales:
                order = sold(members[who], str(amount), day=day, kind=kind, store=stores[is_far])
                if back is not None:
                    refund(order, str(back))
            if is_merged:
                merges.merge(member=members[1], into=members[0], by=BY)
            if is_owing:
                gave = ledger.earn(member=members[2], points=50, deed=deed("a"), term=lasting(9)).entry
                ledger.redeem(member=members[2], points=50, deed=deed("b"))
                ledger.take_back(given=gave, points=50, deed=deed("c"))
            singly, together = one_by_one(), at_once()
            for what, rows in singly.items():
                assert together[what] == rows, what


@pytest.fixture
def shop(merchant: Merchant) -> Iterator[list[Member]]:
    with time_machine.travel(dt.datetime(2026, 3, 20, 4, tzinfo=dt.UTC), tick=False):
        yield [member("M1"), member("M2")]


@pytest.mark.django_db
def test_what_a_till_has_settled_meanwhile_is_left_alone(shop: list[Member]) -> None:
    programme()
    order = sold(shop[0])
    settle_order(order.pk, by=BY)
    assert earn_many([order.pk], by=BY, versions=Versions()) == []
    assert Entry.objects.count() == 1
