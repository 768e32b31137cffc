"""Reports and jobs: every report, what the reader downloaded, and how far the work in the background is."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from analytics.reports import report as reports
from analytics.services.publish import publish
from conftest import People
from members.lib.actor import Actor
from members.models import Job, Store, Touched, User
from members.services import jobs
from members.tests.counter import member, order

PAGE = "/analytics/reports/"


@pytest.fixture
def shop(stores: tuple[Store, Store]) -> None:
    sale = order("1", stores[0], member("M1", stores[0], "Wang"))
    Touched.objects.create(kind="order", key=sale.pk)
    publish()


@pytest.fixture
def marketer(people: People, signed_in: Callable[[User], Client], shop: None) -> Client:
    return signed_in(people.marketer)


def cells(answer: Any, table: str) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in answer.context[table].rows]


def test_every_report_stands_under_exactly_one_question(marketer: Client) -> None:
    listed = [report.slug for topic in marketer.get(PAGE).context["topics"] for report in topic.reports]
    assert sorted(listed) == sorted(report.slug for report in reports.every())


def test_a_download_is_listed_for_its_reader_alone_and_can_be_made_again(
    marketer: Client, people: People, signed_in: Callable[[User], Client]
) -> None:
    marketer.get("/analytics/reports/kpi.csv?range=2026-05-01..2026-05-31&by=week&store=S1")
    answer = marketer.get(PAGE)
    (row,) = answer.context["downloads"].rows
    assert row.cells[2].text == "2026-05-01 – 2026-05-04 · 期间：周 · 门店：S1"
    assert row.cells[3].text == "1"
    again = marketer.get(row.cells[0].url)
    assert again.context["bar"].warnings == []
    assert cells(again, "table")[0][0].startswith("2026-")
    other = signed_in(people.analyst).get(PAGE)
    assert cells(other, "downloads") == []


def test_a_report_about_a_moment_is_made_again_without_dates(marketer: Client) -> None:
    marketer.get("/analytics/reports/lapsed.csv")
    (row,) = marketer.get(PAGE).context["downloads"].rows
    assert "range" not in row.cells[0].url
    assert marketer.get(row.cells[0].url).context["bar"].warnings == []


def test_a_list_is_made_again_by_its_filters(marketer: Client) -> None:
    b"".join(marketer.get("/members/members.csv?q=Wang&header=key").streaming_content)
    (row,) = marketer.get(PAGE).context["downloads"].rows
    assert row.cells[0].url == "/members/?q=Wang"
    assert row.cells[3].text == "1"


def test_jobs_say_what_they_are_and_how_far(
    marketer: Client, actors: dict[str, Actor], people: People, signed_in: Callable[[User], Client]
) -> None:
    job = jobs.enqueue("publish", {}, by=actors["marketer"], total=10)
    Job.objects.filter(pk=job.pk).update(progress=4)
    answer = marketer.get(PAGE)
    assert cells(answer, "jobs")[0][2] == "4 / 10"
    assert answer.context["running"] == 1
    assert cells(signed_in(people.analyst).get(PAGE), "jobs") == []


def test_a_clerk_has_no_reports(people: People, signed_in: Callable[[User], Client]) -> None:
    assert signed_in(people.clerk).get(PAGE).status_code == 403
