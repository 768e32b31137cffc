"""Hypothesis plays shop: whatever it does to three records of members, the ledger and the paper agree."""

import copy
import datetime as dt
from collections.abc import Callable
from typing import Any

import time_machine
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from members.services import merges
from rewards.models import Account, Entry, Lot
from rewards.services import ledger
from rewards.services.ledger import KeyReused, Policy, Refused, Term
from rewards.tests.ledger_model import FOREVER, NotAllowed, Paper
from rewards.tests.shop import BY, DAY, assert_right, deed, member

BEGIN = dt.datetime(2026, 2, 27, 2, tzinfo=dt.UTC)
ZONE = "Asia/Shanghai"
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
RECORDS = st.integers(0, 2)
POINTS = st.integers(1, 200)
ANY = st.integers(0, 10**6)


class Shop(RuleBasedStateMachine):
    """Each rule does a deed to both. `deeds` counts those of all runs."""

    deeds = 0

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.clock = time_machine.travel(BEGIN, tick=False)
        self.time = self.clock.start()
        self.members = [member(f"M{number}") for number in range(3)]
        Account.objects.bulk_create(Account(member=each) for each in self.members)
        self.paper = Paper(owner={number: number for number in range(3)})
        self.entries: list[Entry | None] = []  # by the number of the line; None: of an order
        # The record that was named, what was asked, and the answer.
        self.calls: list[tuple[int, Callable[..., Any], Entry]] = []

    def teardown(self) -> None:
        """At the end of each run, also of one that has failed already."""
        try:
            self.prove()
        finally:
            self.put_away()

    def prove(self) -> None:
        assert_right()

    def put_away(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def time_for(self, *records: int) -> dt.datetime:
        """What the clock says, or when something last happened to the people, if the clock was set back since."""
        theirs = Account.objects.filter(
            member__in=[self.members[each] for record in records for each in self.paper.records(record)]
        )
        changed = theirs.exclude(changed_at=None).values_list("changed_at", flat=True)
        return max(dt.datetime.now(dt.UTC), *changed, BEGIN)

    def do(
        self, on_paper: Callable[[dt.datetime], None], for_real: Callable[..., Any], points: int, record: int,
        *others: int,
    ) -> None:  # fmt: skip
        """Both do it, or both refuse; then both say the same of the person."""
        key = f"k{len(self.calls)}"
        before, now = copy.deepcopy(self.paper), self.time_for(record, *others)
        try:
            on_paper(now)
        except NotAllowed:
            self.back_to(before)
            try:
                for_real(points, key)
            except Refused:
                return
            raise AssertionError("the ledger did what it should have refused") from None
        entry = for_real(points, key).entry
        self.entries.append(entry)
        if len(self.entries) % 10 == 0:
            assert_right()
        self.calls.append((record, lambda more=0: for_real(points + more, key), entry))
        self.agree(record)

    def back_to(self, before: Paper) -> None:
        """What was refused has not happened, nor has what it would have settled first."""
        self.paper.lots, self.paper.owed, self.paper.lines = before.lots, before.owed, before.lines

    def agree(self, record: int) -> None:
        """The figures of the person, and what is left of each lot."""
        theirs = [self.members[each] for each in self.paper.records(record)]
        accounts = Account.objects.filter(member__in=theirs)
        rows = list(accounts.values_list("balance", "pending", "debt"))
        assert tuple(map(sum, zip(*rows, strict=True))) == self.paper.figures(record)
        lots = Lot.objects.filter(account__in=accounts, remaining__gt=0).order_by("pk")
        on_paper = [self.paper.lots[number].left for number in sorted(self.paper.live(record))]
        assert list(lots.values_list("remaining", flat=True)) == on_paper

    def refresh(self) -> None:
        for each in self.members:
            each.refresh_from_db(fields=["merged_into"])

    @rule(
        record=RECORDS, points=POINTS, pending=st.sampled_from([0, 0, 3]),
        lives=st.lists(st.sampled_from([0, 5, 40, None]), min_size=1, max_size=3),
    )  # fmt: skip
    def earn(self, record: int, points: int, pending: int, lives: list[int | None]) -> None:
        for days in lives:
            self.earn_for(record, points, pending, days)

    def earn_for(self, record: int, points: int, pending: int, days: int | None) -> None:
        now = dt.datetime.now(dt.UTC)
        opens = now + pending * DAY
        day = None if days is None else now.astimezone(SHANGHAI).date() + days * DAY
        ends = FOREVER if day is None else dt.datetime.combine(day + DAY, dt.time(0), SHANGHAI)
        term = Term(available_at=opens if pending else None, expires_on=day, zone=ZONE)
        one = self.members[record]
        self.do(
            lambda now: self.paper.give(record, points, opens if pending else now, ends, now),
            lambda n, key: ledger.earn(member=one, points=n, deed=deed(key), term=term),
            points,
            record,
        )

    @rule(
        record=RECORDS, percent=st.sampled_from([1, 60, 100, 100, 100, 120]),
        kind=st.sampled_from([Entry.Kind.REDEEM, Entry.Kind.ADJUST]),
    )  # fmt: skip
    def redeem(self, record: int, percent: int, kind: Entry.Kind) -> None:
        """A share of what there seems to be: sometimes too much, mostly out of several lots."""
        one = self.members[record]
        points = max(self.paper.figures(record)[0] * percent // 100, 1)
        self.do(
            lambda now: self.paper.spend(record, points, now),
            lambda n, key: ledger.redeem(member=one, points=n, deed=deed(key), kind=kind),
            points,
            record,
        )

    @precondition(lambda self: any(line.points > 0 and not line.is_of_order for line in self.paper.lines))
    @rule(which=ANY, part=POINTS, policy=st.sampled_from([Policy.DEBT, *Policy]))
    def refund(self, which: int, part: int, policy: Policy) -> None:
        number, points = self.chosen(which, part, gave=True)
        self.do(
            lambda now: self.paper.refund(number, points, policy.value, now),
            lambda n, key: ledger.take_back(given=self.entries[number], points=n, deed=deed(key), policy=policy),
            points,
            self.paper.lines[number].record,
        )

    @precondition(lambda self: any(line.points < 0 and not line.is_of_order for line in self.paper.lines))
    @rule(which=ANY, part=POINTS)
    def cancel(self, which: int, part: int) -> None:
        number, points = self.chosen(which, part, gave=False)
        self.do(
            lambda now: self.paper.cancel(number, points, now),
            lambda n, key: ledger.give_back(spent=self.entries[number], points=n, deed=deed(key)),
            points,
            self.paper.lines[number].record,
            *self.paper.came_from(number),
        )

    def chosen(self, which: int, part: int, *, gave: bool) -> tuple[int, int]:
        """A line that gave or took points, and a part of it: sometimes more than is left."""
        lines = enumerate(self.paper.lines)
        fit = [number for number, line in lines if line.points and (line.points > 0) == gave and not line.is_of_order]
        number = fit[which % len(fit)]
        return number, min(part, abs(self.paper.lines[number].points))

    @precondition(lambda self: self.calls)
    @rule(which=ANY)
    def ask_again(self, which: int) -> None:
        number = which % len(self.calls)
        record, call, first = self.calls[number]
        now = self.time_for(record)
        assert call().entry == first
        self.paper.settle(record, now)
        self.agree(record)

    @precondition(lambda self: self.calls)
    @rule(which=ANY)
    def ask_for_something_else_by_the_same_key(self, which: int) -> None:
        number = which % len(self.calls)
        try:
            self.calls[number][1](1)
        except KeyReused:
            return
        raise AssertionError("one key stood for two requests")

    @rule(record=RECORDS)
    def settle(self, record: int) -> None:
        now = self.time_for(record)
        ledger.settle(member=self.members[record])
        self.paper.settle(record, now)
        self.agree(record)

    @rule(hours=st.sampled_from([1, 15, 15, 24 * 4, 24 * 30]))
    def pass_time(self, hours: int) -> None:
        self.time.shift(dt.timedelta(hours=hours))

    @rule()
    def set_the_clock_back(self) -> None:
        self.time.shift(dt.timedelta(minutes=-10))

    @rule(record=RECORDS, other=RECORDS)
    def merge(self, record: int, other: int) -> None:
        owner = self.paper.owner
        if record == other or owner[record] != record or owner[other] != other:
            return
        merges.merge(member=self.members[record], into=self.members[other], by=BY)
        for each in owner:
            owner[each] = other if owner[each] == record else owner[each]
        self.refresh()

    @rule(record=RECORDS)
    def part(self, record: int) -> None:
        if self.paper.owner[record] == record:
            return
        merges.unmerge(member=self.members[record], by=BY)
        self.refresh()
        for number, each in enumerate(self.members):
            self.paper.owner[number] = self.members.index(each.merged_into) if each.merged_into else number

    @invariant()
    def count(self) -> None:
        type(self).deeds += 1
