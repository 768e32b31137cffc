"""Targets hold from a day on, for the whole shop, and every change is written down."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from members.lib.actor import system
from members.lib.roles import Role
from members.models import AuditEntry, Target
from members.queries.targets import standing
from members.services.targets import set_target

ADMIN = system("test")
MARCH, MAY = dt.date(2026, 3, 1), dt.date(2026, 5, 1)


def test_the_last_one_before_a_day_holds(db: None) -> None:
    set_target(metric="sales", value=100, valid_from=MARCH, by=ADMIN)
    set_target(metric="sales", value=200, valid_from=MAY, by=ADMIN)
    set_target(metric="repeat_rate", value=4500, valid_from=MAY, by=ADMIN)
    assert standing(ADMIN, dt.date(2026, 2, 28)) == {}
    assert standing(ADMIN, dt.date(2026, 4, 30)) == {"sales": 100}
    assert standing(ADMIN, MAY) == {"sales": 200, "repeat_rate": 4500}
    set_target(metric="sales", value=None, valid_from=dt.date(2026, 6, 1), by=ADMIN)
    assert standing(ADMIN, dt.date(2026, 6, 2)) == {"repeat_rate": 4500}


def test_one_set_for_the_same_day_replaces_it_and_says_so(db: None) -> None:
    set_target(metric="sales", value=100, valid_from=MARCH, by=ADMIN)
    set_target(metric="sales", value=150, valid_from=MARCH, by=ADMIN)
    assert Target.objects.get().value == 150
    assert AuditEntry.objects.order_by("-id")[0].detail == {"from": "2026-03-01", "before": 100, "after": 150}


def test_who_sees_a_part_of_the_shop_has_none_of_the_whole(db: None) -> None:
    set_target(metric="sales", value=100, valid_from=MARCH, by=ADMIN)
    assert standing(replace(ADMIN, role=Role.MANAGER, store_ids=frozenset({1})), MAY) == {}


def test_only_who_keeps_the_settings_sets_them(db: None) -> None:
    with pytest.raises(PermissionDenied):
        set_target(metric="sales", value=1, valid_from=MARCH, by=replace(ADMIN, role=Role.MARKETER))


@pytest.mark.django_db(transaction=True)
def test_two_at_once_set_one_target() -> None:
    barrier = threading.Barrier(2)

    def say(value: int) -> None:
        barrier.wait()
        try:
            set_target(metric="sales", value=value, valid_from=MARCH, by=ADMIN)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as both:
        list(both.map(say, (100, 200)))
    entries = [entry.detail for entry in AuditEntry.objects.filter(verb="set_target").order_by("pk")]
    assert (entries[0]["before"], entries[1]["before"]) == (None, entries[0]["after"])
    assert Target.objects.get().value == entries[1]["after"]
