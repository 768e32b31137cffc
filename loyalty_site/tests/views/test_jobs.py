"""The page of background jobs, and what Today says when the background is not well."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from analytics.services.publish import publish
from conftest import People
from loyalty_site.celery import app
from loyalty_site.services import health
from members.lib import clock
from members.lib.actor import Actor, system
from members.lib.display import NONE
from members.models import AuditEntry, Job, Merchant, ScheduleMark, Store, User
from members.services import jobs, schedule
from members.tests.counter import order

pytestmark = pytest.mark.django_db
PAGE = "/jobs/"
SYSTEM = system("scheduler")
EN = {"accept-language": "en"}


@pytest.fixture
def admin(people: People, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(people.admin)


@pytest.fixture
def marketer(people: People, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(people.marketer)


def shown(client: Client, query: str = "") -> list[Any]:
    return list(client.get(PAGE + query, headers=EN).context["lines"])


class TestTheHistory:
    def test_says_state_duration_who_progress_and_message(self, admin: Client, actors: dict[str, Actor]) -> None:
        job = jobs.enqueue("publish", {}, actors["marketer"], total=10)
        began = clock.now() - dt.timedelta(minutes=3)
        Job.objects.filter(pk=job.pk).update(
            state="running", progress=4, message="Working", started_at=began, heartbeat_at=clock.now(), attempts=1
        )
        (line,) = shown(admin)
        assert (line.title, line.who, line.job.progress, line.message) == (
            "Bring the reports up to date", "marketer", 4, "Working",
        )  # fmt: skip
        assert line.duration.startswith("3:0")
        assert line.may_cancel

    def test_is_filtered_by_the_address(self, admin: Client) -> None:
        failed, waiting = jobs.enqueue("publish", {}, SYSTEM), jobs.enqueue("report_mail", {}, SYSTEM)
        Job.objects.filter(pk=failed.pk).update(state="failed", finished_at=clock.now())
        assert [line.job for line in shown(admin, "?state=failed")] == [failed]
        assert [line.job for line in shown(admin, "?kind=report_mail")] == [waiting]
        tomorrow = (clock.now() + dt.timedelta(days=2)).date()
        assert shown(admin, f"?asked_after={tomorrow}") == []

    def test_a_marketer_sees_the_own_and_those_of_the_desk_itself(
        self, marketer: Client, actors: dict[str, Actor]
    ) -> None:
        jobs.enqueue("publish", {}, actors["admin"])
        own, desks = jobs.enqueue("publish", {}, actors["marketer"]), jobs.enqueue("publish", {}, SYSTEM)
        assert [line.job for line in shown(marketer)] == [desks, own]


class TestCancelling:
    def test_a_waiting_job_ends_at_once(self, admin: Client) -> None:
        job = jobs.enqueue("publish", {}, SYSTEM)
        answer = admin.post(reverse("job-cancel", args=[job.pk]), {"back": "state=queued"})
        assert answer["Location"] == "/jobs/?state=queued"
        job.refresh_from_db()
        assert job.state == "cancelled"
        assert AuditEntry.objects.filter(verb="cancel", subject_id=str(job.pk)).exists()

    @pytest.mark.django_db(transaction=True)
    def test_a_running_one_at_its_next_step(self, admin: Client) -> None:
        steps: list[int] = []

        @jobs.handler("test-steps")
        def work(run: jobs.Run) -> None:
            for number in range(3):
                with run.step(progress=number + 1, total=3):
                    steps.append(number)
                if number == 0:
                    admin.post(reverse("job-cancel", args=[run.job_id]))
                    (line,) = shown(admin)
                    assert (line.message, line.may_cancel) == ("Stops at its next step.", False)

        job = jobs.enqueue("test-steps", {}, SYSTEM)
        try:
            jobs.run(job.pk)
        finally:
            jobs._kinds.pop("test-steps")
        job.refresh_from_db()
        assert (job.state, steps) == ("cancelled", [0])

    def test_of_another_is_not_a_marketers(self, marketer: Client, actors: dict[str, Actor]) -> None:
        job = jobs.enqueue("publish", {}, actors["admin"])
        assert marketer.post(reverse("job-cancel", args=[job.pk])).status_code == 404


class TestTryingAgain:
    def test_a_failed_job_waits_again(self, admin: Client) -> None:
        job = jobs.enqueue("publish", {}, SYSTEM)
        Job.objects.filter(pk=job.pk).update(state="failed", finished_at=clock.now(), error="A1B2C3", attempts=5)
        assert shown(admin)[0].may_retry
        admin.post(reverse("job-retry", args=[job.pk]))
        job.refresh_from_db()
        assert (job.state, job.error, job.attempts) == ("queued", "", 0)

    def test_an_import_is_gone_on_with_from_its_own_page(self, admin: Client) -> None:
        job = Job.objects.create(kind="import", state="failed", finished_at=clock.now())
        assert not shown(admin)[0].may_retry
        answer = admin.post(reverse("job-retry", args=[job.pk]), follow=True, headers=EN)
        assert "from the page of its import" in answer.text
        job.refresh_from_db()
        assert job.state == "failed"


class TestTheSchedule:
    def test_names_whatever_runs_by_itself(self, admin: Client) -> None:
        for entry in app.conf.beat_schedule.values():
            schedule.mark(entry["task"])
        said = [row.cells[0].text for row in admin.get(PAGE, headers=EN).context["schedule"].rows]
        assert [name for name in said if "." in name] == []

    def test_says_what_comes_when_last_and_next(self, admin: Client) -> None:
        schedule.mark("members.sweep")
        rows = [[cell.text for cell in row.cells] for row in admin.get(PAGE, headers=EN).context["schedule"].rows]
        sweep = next(row for row in rows if row[0].startswith("Look for jobs"))
        assert sweep[1] == "every 15 seconds"
        assert sweep[2] != NONE
        assert next(row for row in rows if row[0] == "Nightly clean-up")[:3] == [
            "Nightly clean-up",
            "every night",
            NONE,
        ]

    @pytest.mark.parametrize(
        ("now", "following"),
        [
            ("2026-11-26 01:00", "26 Nov 2026, 03:00"),  # the night is not over yet
            ("2026-11-26 09:00", "due now"),
        ],
    )
    def test_a_night_is_due_when_it_is_over(self, admin: Client, merchant: Merchant, now: str, following: str) -> None:
        with time_machine.travel(f"{now}+08:00", tick=False):
            rows = admin.get(PAGE, headers=EN).context["schedule"].rows
        assert rows[-1].cells[3].text == following

    def test_a_night_that_was_done_is_due_again_tomorrow(self, admin: Client, merchant: Merchant) -> None:
        with time_machine.travel("2026-11-26 09:00+08:00", tick=False):
            jobs.enqueue_nightly(dt.date(2026, 11, 26), SYSTEM)
            rows = admin.get(PAGE, headers=EN).context["schedule"].rows
        assert rows[-1].cells[3].text == "27 Nov 2026, 03:00"

    def test_a_night_has_its_work_once_however_often_the_scheduler_asks(self, admin: Client) -> None:
        night = dt.date(2026, 11, 26)
        first = jobs.enqueue_nightly(night, SYSTEM)
        assert jobs.enqueue_nightly(night, SYSTEM) == []
        second = jobs.enqueue_nightly(night + dt.timedelta(days=1), SYSTEM)
        assert [job.key for job in first + second] == [
            f"{kind}:2026-11-{day}" for day in (26, 27) for kind in jobs.nightly_kinds()
        ]
        assert "housekeeping" in jobs.nightly_kinds()


class TestToday:
    @pytest.fixture(autouse=True)
    def _shop(self, stores: tuple[Store, Store], merchant: Merchant) -> None:
        order("1", stores[0])
        publish()
        schedule.mark(health.SWEEP)
        health.broker.forget()

    def titles(self, client: Client) -> list[str]:
        return [todo.title for todo in client.get("/", headers=EN).context["todos"]]

    def test_tells_of_failed_jobs_and_leads_to_them(self, admin: Client, marketer: Client) -> None:
        Job.objects.create(kind="publish", state="failed", finished_at=clock.now())
        for client in (admin, marketer):
            todo = next(t for t in client.get("/", headers=EN).context["todos"] if "failed" in t.title)
            assert todo.link.url == "/jobs/?state=failed"

    def test_tells_of_a_silent_scheduler(self, admin: Client) -> None:
        assert "The scheduler has gone silent" not in self.titles(admin)
        ScheduleMark.objects.update(done_at=clock.now() - dt.timedelta(hours=1))
        assert "The scheduler has gone silent" in self.titles(admin)

    def test_tells_of_a_broker_that_is_away(self, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(health, "broker", lambda: "does not answer")
        assert "The broker cannot be reached" in self.titles(admin)

    def test_does_not_trouble_a_manager_with_it(self, people: People, signed_in: Callable[[User], Client]) -> None:
        ScheduleMark.objects.update(done_at=clock.now() - dt.timedelta(hours=1))
        assert "The scheduler has gone silent" not in self.titles(signed_in(people.manager))
