"""Imports, undos, merges and un-merges in any order: when all is taken back, every report has its first bytes again,
and a report as known at any instant in between still has the bytes of that instant."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from analytics.services.publish import publish
from analytics.tests.imported import command
from members.lib import clock
from members.lib.actor import system
from members.models import ImportBatch, Member, MemberMerge, Merchant
from members.services import imports, jobs, merges
from members.services.imports import undo

BY = system("test")
CALM: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
    "phases": [Phase.reuse, Phase.generate],  # a whole life takes seconds: making a failing one shorter takes minutes
}
REPORTS = ({"slug": "kpi", "grain": "day"}, {"slug": "retention", "grain": "week"}, {"slug": "repeat-purchase"})
ORDERS = "order_no,member_no,phone,ordered_at,amount,store,channel\n"
REFUNDS = "refund_no,order_no,refunded_at,amount\n"

_day = st.integers(1, 28)
_order = st.tuples(
    st.integers(1, 9), st.sampled_from(["", "a", "b", "c", "d"]), st.sampled_from(["", "", "1", "2", "3"]), _day,
    st.integers(1, 3), st.integers(1, 2),
)  # fmt: skip
_file = st.one_of(
    st.tuples(st.just("orders"), st.lists(_order, min_size=1, max_size=6, unique_by=lambda row: row[0]), st.booleans()),
    st.tuples(st.just("refunds"), st.lists(st.tuples(st.integers(1, 9), _day), min_size=1, max_size=3)),
)
_step = st.one_of(_file, st.tuples(st.just("merge"), st.integers(0, 9), st.integers(0, 9)), st.tuples(st.just("back")))
_life = st.lists(_step, min_size=2, max_size=5)


def written(step: Any) -> bytes:
    """The file of a step: orders of March 2026 in two stores, or refunds for some of them."""
    if step[0] == "refunds":
        return (REFUNDS + "".join(f"R{n},{n},2026-03-{day:02d},5.00\n" for n, day in step[1])).encode()
    rows = [
        f"{n},{member},{'1380000000' + phone if phone else ''},2026-03-{day:02d} 10:00,{amount * 10},S{store},app\n"
        for n, member, phone, day, amount, store in step[1]
    ]
    return (ORDERS + "".join(rows)).encode()


class Life:
    """A shop to which things happen, and what its reports said after each."""

    def __init__(self) -> None:
        self.batches: list[ImportBatch] = []
        self.said: list[tuple[str, list[str]]] = []

    def remember(self) -> None:
        publish()
        self.said.append((clock.now().isoformat(), self.reports()))

    def reports(self, **given: str) -> list[str]:
        return [command(**{**report, **given}) for report in REPORTS]

    def happen(self, step: Any) -> None:
        if step[0] == "back":
            self.take_back_one()
        elif step[0] == "merge":
            listed = list(Member.objects.filter(voided_at=None, merged_into=None).order_by("id"))
            if len(listed) > 1 and step[1] % len(listed) != step[2] % len(listed):
                merges.merge(member=listed[step[1] % len(listed)], into=listed[step[2] % len(listed)], by=BY)
        else:
            chosen = imports.Options(kind=step[0], contacts="guests" if step[0] == "orders" and step[2] else "members")
            batch = imports.receive(name="f.csv", content=[written(step)], chosen=chosen, by=BY)
            job = imports.start(batch, by=BY)
            assert job is not None
            jobs.run(job.pk)
            self.batches.append(batch)

    def take_back_one(self) -> bool:
        """Undo the first import that can be undone, else part one merge; False when nothing is left."""
        for batch in self.batches:
            job = undo.start(batch, by=BY)
            if job is not None:
                jobs.run(job.pk)
            batch.refresh_from_db()
            if batch.state == "undone":
                self.batches.remove(batch)
                return True
        merge = MemberMerge.objects.filter(voided_at=None).order_by("id").first()
        if merge is not None:
            merges.unmerge(member=merge.member, by=BY)
        left = {batch.pk: undo.preview(batch).reasons for batch in self.batches}
        assert merge is not None or not left
        return merge is not None


def everything_can_be_taken_back(steps: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder, override_settings(WAREHOUSE_URL=str(Path(folder, "warehouse"))):
        Merchant.objects.get_or_create(pk=1, defaults={"name": "Test"})
        life = Life()
        life.happen(("orders", [(1, "a", "1", 3, 1, 1), (2, "b", "", 4, 2, 2), (3, "", "2", 9, 1, 1)], True))
        base = life.batches.pop()
        life.remember()
        for step in steps:
            life.happen(step)
            life.remember()
        while life.take_back_one():
            pass
        life.remember()
        assert life.said[-1][1] == life.said[0][1]
        life.batches.append(base)
        life.take_back_one()
        publish()
        for instant, said in life.said:
            assert life.reports(known_at=instant) == said


@pytest.mark.django_db
@effort(max_examples=3, **CALM)
@given(steps=_life)
def test_everything_can_be_taken_back(steps: list[Any]) -> None:
    everything_can_be_taken_back(steps)


@pytest.mark.prove
@pytest.mark.django_db
@effort(max_examples=30, **CALM)
@given(steps=_life)
def test_everything_can_be_taken_back_at_length(steps: list[Any]) -> None:
    everything_can_be_taken_back(steps)
