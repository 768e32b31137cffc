"""Calls on the pages of the ground floor."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from conftest import People
from members.lib.actor import Actor
from members.models import Member, Store
from surveys.queries import follow_ups as queries
from surveys.services import follow_ups

DAY = dt.date(2026, 11, 25)
pytestmark = pytest.mark.django_db


@pytest.fixture
def called(stores: tuple[Store, Store], actors: dict[str, Actor], merchant: object) -> Member:
    """Somebody who was called twice about one thing."""
    who = Member.objects.create(number="M1", home_store=stores[0])
    plan = follow_ups.plan(who, key="a", reason="A low answer", due_on=DAY, by=actors["manager"])
    for outcome in ("no_answer", "reached"):
        plan.refresh_from_db()
        follow_ups.log(plan, outcome=outcome, note="secret note", by=actors["manager"])
    return who


@pytest.fixture
def timeline(called: Member, people: People, signed_in: Callable[..., Client]) -> Callable[[str], list[Any]]:
    def lines(name: str) -> list[Any]:
        client = signed_in(getattr(people, name))
        client.cookies["django_language"] = "en"
        items: list[Any] = client.get("/members/M1/?show=talk").context["items"]
        return items

    return lines


def test_each_call_is_a_line_of_the_timeline_that_leads_to_it(timeline: Callable[[str], list[Any]]) -> None:
    lines = timeline("manager")
    assert [line.title for line in lines] == ["Call: Reached, and done", "Call: No answer"]
    assert {line.detail for line in lines} == {"A low answer · manager"}
    assert all(line.url.startswith("/surveys/followups/") for line in lines)


@pytest.mark.parametrize("name", ["analyst", "clerk", "stranger"])
def test_who_works_no_cases_or_elsewhere_is_told_of_no_calls(
    called: Member, actors: dict[str, Actor], name: str
) -> None:
    assert queries.calls_of(actors["manager"], [called.pk]).count() == 2
    assert not queries.calls_of(actors[name], [called.pk]).exists()
