"""Hypothesis at the counter: it sells, for points too, takes back in parts, voids, looks again, asks for tiers."""

import copy
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from members.lib import clock
from members.models import Member, Merchant, Order, Refund
from rewards.models import Entry, Tier, TierCondition, TierRules
from rewards.queries import replay
from rewards.queries import tiers as tier_queries
from rewards.services import ledger, spending, tiers
from rewards.services.earning import settle_order
from rewards.services.ledger import Refused
from rewards.tests import earners
from rewards.tests.ledger_machine import ANY, RECORDS, SHANGHAI, Shop
from rewards.tests.ledger_model import NotAllowed
from rewards.tests.order_model import CAP, LIFE, WAIT, OrderBook, PaperOrder
from rewards.tests.shop import BY, deed

SILVER, GOLD = 300, 900  # points earned, ever
PERCENT = st.sampled_from([30, 60, 100, 100])


class Counter(Shop):
    """Sales under a programme of a point a yuan with a cap; a point pays a yuan."""

    def __init__(self) -> None:
        super().__init__()
        Merchant.objects.create(pk=1, name="Test")
        earners.programme(
            per_order=CAP, expiry="days", expiry_length=LIFE, pending_days=WAIT, cash_points=1, cash_amount=Decimal(1)
        )
        named = [Tier.objects.create(code=code, name=code, rank=rank) for rank, code in enumerate(["all", "ag", "au"])]
        rules = TierRules.objects.create(
            first_day=dt.date(2026, 1, 1), window=TierRules.Window.LIFETIME, published_at=clock.now()
        )
        for tier, points in ((named[1], SILVER), (named[2], GOLD)):
            TierCondition.objects.create(rules=rules, tier=tier, points=points)
        self.book = OrderBook(self.paper)
        self.orders: list[int] = []
        self.payments: dict[int, Entry] = {}  # by the number of the order

    def prove(self) -> None:
        """Also that the rules, asked again about each order once the nightly job is done, say the same."""
        for number in range(len(self.orders)):
            self.look(number)
        super().prove()
        differences = list(replay.differences())
        assert differences == [], differences

    def step(self, on_paper: Callable[[dt.datetime], None], for_real: Callable[[], Any], *records: int) -> None:
        """Both do what is always allowed, then both say the same of everybody it was about."""
        now = self.time_for(*records)
        for_real()
        on_paper(now)
        self.entries += [None] * (len(self.paper.lines) - len(self.entries))
        for record in records:
            self.agree(record)

    @rule(
        record=RECORDS, cents=st.sampled_from([99, 100, 1_050, 20_000]) | st.integers(1, 30_000),
        percent=st.sampled_from([0, 0, 50, 100]), is_late=st.booleans(),
    )  # fmt: skip
    def sell(self, record: int, cents: int, percent: int, is_late: bool) -> None:
        self.sell_at(record, cents, percent, is_late)

    def sell_at(self, record: int, cents: int, percent: int, is_late: bool) -> None:
        """`percent`: how much of what there seems to be pays. `is_late`: the points wait for the nightly job."""
        spent = min(self.paper.figures(record)[0] * percent // 100, cents // 100)
        day = dt.datetime.now(dt.UTC).astimezone(SHANGHAI).date()
        order = PaperOrder(record, cents, day, spent)
        payer = self.paper.owner[record]
        before, now = copy.deepcopy(self.paper), self.time_for(record)
        try:
            with transaction.atomic():
                made = self.made(order, payer)
                paid = spending.pay(made, spent, f"pay-{made.pk}", by=BY) if spent else None
        except spending.Refused:
            paid = made = None
        try:
            if spent:
                self.book.pay(order, payer, now)
        except NotAllowed:
            self.back_to(before)
            assert made is None, "points paid that were not there"
            return
        assert made is not None, "points that were there did not pay"
        self.entries += [None] * (len(self.paper.lines) - len(self.entries))
        if paid is not None:
            self.payments[len(self.orders)] = paid
        self.orders.append(made.pk)
        self.book.orders.append(order)
        self.agree(record)
        if not is_late:
            self.look(len(self.orders) - 1)

    def made(self, order: PaperOrder, owner: int) -> Order:
        return earners.sold(
            Member.objects.get(pk=self.members[owner].pk), str(Decimal(order.cents) / 100), points=str(order.spent),
            day=order.day.isoformat(), buyer=self.members[order.record], ordered_at=clock.now(),
            number=f"N{len(self.orders) + 1}",
        )  # fmt: skip

    def look(self, number: int) -> None:
        order = self.book.orders[number]
        self.step(
            lambda now: self.book.look(order, now),
            lambda: settle_order(self.orders[number], by=BY),
            order.record,
        )

    @precondition(lambda self: self.orders)
    @rule(which=ANY)
    def look_again(self, which: int) -> None:
        """The nightly job does; and the till that got no answer asks once more to pay."""
        number = which % len(self.orders)
        self.look(number)
        if number in self.payments and not self.book.orders[number].is_void:
            order = Order.objects.get(pk=self.orders[number])
            again = spending.pay(order, self.book.orders[number].spent, f"pay-{order.pk}", by=BY)
            assert again == self.payments[number]
            payer = self.paper.lines[self.book.orders[number].pay or 0].record
            self.step(lambda now: self.paper.settle(payer, now), lambda: None, payer)

    @precondition(lambda self: self.orders)
    @rule(which=ANY, percent=st.sampled_from([1, 33, 50, 100, 130]), odd=st.integers(0, 99), is_late=st.booleans())
    def give_money_back(self, which: int, percent: int, odd: int, is_late: bool) -> None:
        """In parts that do not divide; of a part that points paid; sometimes more than was paid."""
        number = which % len(self.orders)
        if not self.book.orders[number].is_void:
            self.give_back_part(number, percent, odd, is_late)

    @precondition(lambda self: any(self.paper.figures(record)[0] > 1 for record in range(3)))
    @rule(record=RECORDS, percent=st.sampled_from([10, 33, 50, 90]), odd=st.integers(0, 99))
    def sell_for_points_and_give_part_of_the_money_back(self, record: int, percent: int, odd: int) -> None:
        have = self.paper.figures(record)[0]
        before = len(self.orders)
        self.sell_at(record, 200 * have + 50, 100, is_late=False)
        if len(self.orders) > before:
            self.give_back_part(before, percent, odd, is_late=False)

    def give_back_part(self, number: int, percent: int, odd: int, is_late: bool) -> None:
        order = self.book.orders[number]
        cents = order.money * percent // 100 + odd
        made = earners.refund(Order.objects.get(pk=self.orders[number]), str(Decimal(cents) / 100))
        order.back[made.pk] = cents
        if not is_late:
            self.follow(number)

    @precondition(lambda self: any(order.back for order in self.book.orders))
    @rule(which=ANY)
    def withdraw_a_refund(self, which: int) -> None:
        numbers = [number for number, order in enumerate(self.book.orders) if order.back]
        number = numbers[which % len(numbers)]
        refund, _cents = self.book.orders[number].back.popitem()
        Refund.objects.filter(pk=refund).update(voided_at=clock.now())
        self.follow(number)

    @precondition(lambda self: self.orders)
    @rule(which=ANY)
    def void(self, which: int) -> None:
        number = which % len(self.orders)
        Order.objects.filter(pk=self.orders[number]).update(voided_at=clock.now())
        self.book.orders[number].is_void = True
        self.follow(number)

    def follow(self, number: int) -> None:
        """As the till does: the points that paid come back first, then what was earned goes."""
        order = self.book.orders[number]
        if order.pay is not None and order.due() > order.returned:
            records = (self.paper.lines[order.pay].record, *self.paper.came_from(order.pay))
            self.step(lambda now: self.book.give_back(order, now), lambda: self.give_back(number), *records)
        self.look(number)

    def give_back(self, number: int) -> None:
        spending.give_back(Order.objects.get(pk=self.orders[number]), by=BY)

    @rule(record=RECORDS, ours=PERCENT, theirs=PERCENT)
    def redeem_beside_another_till(self, record: int, ours: int, theirs: int) -> None:
        """The other till is done between our request and the moment when we hold the account."""
        points = max(self.paper.figures(record)[0] * ours // 100, 1)
        key = f"beside-{len(self.entries)}"

        def ask(more: int = 0) -> ledger.Written:
            return ledger.redeem(member=self.members[record], points=points + more, deed=deed(key))

        written = None
        with _before_we_hold_it(lambda: self.redeem(record, theirs, Entry.Kind.REDEEM)), suppress(Refused):
            written = ask()
        before, now = copy.deepcopy(self.paper), self.time_for(record)
        try:
            self.paper.spend(record, points, now)
        except NotAllowed:
            self.back_to(before)
            assert written is None, "both tills were granted the same points"
            return
        assert written is not None
        self.entries.append(written.entry)
        self.calls.append((record, ask, written.entry))
        self.agree(record)

    @rule(record=RECORDS)
    def ask_for_the_tier(self, record: int) -> None:
        """It follows from what was earned, however much of that was spent."""
        owner, have = self.paper.owner[record], self.book.qualifying(record)
        found = tier_queries.measures([self.members[owner].pk], dt.date.min, dt.date.max)
        assert sum(each.points for each in found.values()) == have
        stay = tiers.evaluate(self.members[record], by=BY)
        assert (stay.tier.rank if stay else 0) >= (have >= SILVER) + (have >= GOLD)


@contextmanager
def _before_we_hold_it(other: Callable[[], None]) -> Iterator[None]:
    """Let somebody else be done before the ledger begins what is asked next: until then it has read nothing."""
    once = ledger._once

    def interrupted(*args: Any, **more: Any) -> ledger.Written:
        ledger._once = once
        other()
        return once(*args, **more)

    ledger._once = interrupted
    try:
        yield
    finally:
        ledger._once = once
