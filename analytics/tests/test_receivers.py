"""Changed facts reach the reports: at once for a command that waits, else by one job for many changes."""

from collections.abc import Callable

from analytics.facts import manifest
from analytics.tests.shopkeeper import Shop
from members import events
from members.lib.actor import system
from members.models import Job, Touched

SOMEBODY = system("test")


def test_a_command_that_waits_finds_the_reports_current(db: None) -> None:
    Shop().sell("a", "2026-01-05")
    events.facts_changed.send(sender=None, by=SOMEBODY, wait=True)
    assert manifest.read().last_day is not None
    assert not Job.objects.exists()


def test_many_changes_are_published_by_one_job(db: None, work_off: Callable[[], int]) -> None:
    shop = Shop()
    for day in range(1, 4):
        shop.sell("a", f"2026-01-{day:02d}")
        events.facts_changed.send(sender=None, by=SOMEBODY, wait=False)
    assert manifest.read().generation == 0
    assert work_off() == 1
    assert Job.objects.get().result == {"generation": 1}
    assert not Touched.objects.exists()
