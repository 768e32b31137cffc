"""Exclusions: what was set is never overwritten, overlaps are refused, the reports are told."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from members import events
from members.lib.actor import system
from members.models import AuditEntry, Exclusion, Member, Touched
from members.services import exclusions
from members.tests.counter import member

BY = system("test")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def standing() -> list[tuple[str, str, str]]:
    rows = Exclusion.objects.filter(voided_at__isnull=True).order_by("from_date")
    return [(row.reason, str(row.from_date), str(row.to_date)) for row in rows]


@pytest.fixture
def somebody(db: None) -> Member:
    return member("M1")


@pytest.fixture
def heard() -> Iterator[list[Any]]:
    """What the apps above were told."""
    calls: list[Any] = []

    def listen(**kwargs: Any) -> None:
        calls.append((kwargs["by"], kwargs["wait"]))

    receivers, events.facts_changed.receivers = events.facts_changed.receivers, []
    events.facts_changed.connect(listen)
    yield calls
    events.facts_changed.receivers = receivers
    events.facts_changed.sender_receivers_cache.clear()


def test_setting_one_is_a_fact_an_audit_row_a_mark_for_the_warehouse_and_an_event(
    somebody: Member, heard: list[Any], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        made = exclusions.exclude(member=somebody, reason="staff", from_date=day("2026-01-05"), by=BY)
        assert heard == []
    assert standing() == [("staff", "2026-01-05", "None")]
    assert list(Touched.objects.values_list("kind", "key")) == [("exclusion", made.pk)]
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.subject_id, entry.detail["days"]) == (
        "exclude", str(somebody.pk), {"first": "2026-01-05", "last": ""},
    )  # fmt: skip
    assert heard == [(BY, False)]


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-01-10", "2026-01-20"), ("2026-01-01", "2026-01-10"), ("2026-01-12", "2026-01-13"), ("2025-01-01", None)],
)
def test_a_day_that_is_excluded_already_is_refused_with_a_sentence(
    somebody: Member, first: str, last: str | None
) -> None:
    exclusions.exclude(member=somebody, reason="staff", from_date=day("2026-01-10"), to_date=day("2026-01-20"), by=BY)
    with pytest.raises(exclusions.Refused, match="2026-01-10"):
        exclusions.exclude(
            member=somebody, reason="test", from_date=day(first), to_date=day(last) if last else None, by=BY
        )
    assert len(standing()) == 1


def test_the_days_before_and_after_may_be_excluded_too_and_those_of_somebody_else(somebody: Member) -> None:
    for first, last in [("2026-01-10", "2026-01-20"), ("2026-01-01", "2026-01-09"), ("2026-01-21", None)]:
        exclusions.exclude(
            member=somebody, reason="staff", from_date=day(first), to_date=day(last) if last else None, by=BY
        )
    exclusions.exclude(member=member("M2"), reason="test", from_date=day("2026-01-10"), by=BY)
    assert len(standing()) == 4


def test_after_an_open_end_nothing_can_be_added(somebody: Member) -> None:
    exclusions.exclude(member=somebody, reason="staff", from_date=day("2026-01-10"), by=BY)
    with pytest.raises(exclusions.Refused):
        exclusions.exclude(member=somebody, reason="test", from_date=day("2030-01-01"), by=BY)


def test_an_end_before_the_start_is_refused(somebody: Member) -> None:
    with pytest.raises(exclusions.Refused):
        exclusions.exclude(
            member=somebody, reason="staff", from_date=day("2026-01-10"), to_date=day("2026-01-09"), by=BY
        )
    assert standing() == []


def test_ending_keeps_the_old_version_voided_and_marks_both(somebody: Member) -> None:
    old = exclusions.exclude(member=somebody, reason="staff", from_date=day("2026-01-10"), by=BY)
    new = exclusions.end(exclusion=old, last_day=day("2026-02-01"), by=BY)
    old.refresh_from_db()
    assert old.voided_at is not None
    assert standing() == [("staff", "2026-01-10", "2026-02-01")]
    assert set(Touched.objects.values_list("key", flat=True)) == {old.pk, new.pk}
    assert AuditEntry.objects.latest("pk").detail["before"] == {"first": "2026-01-10", "last": ""}


def test_one_that_was_taken_back_no_longer_counts_and_cannot_be_ended(somebody: Member) -> None:
    made = exclusions.exclude(member=somebody, reason="staff", from_date=day("2026-01-10"), by=BY)
    exclusions.withdraw(exclusion=made, by=BY)
    assert standing() == []
    with pytest.raises(exclusions.Refused):
        exclusions.end(exclusion=made, last_day=day("2026-02-01"), by=BY)
    with pytest.raises(exclusions.Refused):
        exclusions.withdraw(exclusion=made, by=BY)
