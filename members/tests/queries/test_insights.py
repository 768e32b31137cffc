"""When an insight is told, and when it rests."""

import datetime as dt
from dataclasses import replace

import pytest

from conftest import People
from members.lib.actor import Actor, system
from members.lib.registry import Insight
from members.models import InsightMark
from members.queries.insights import standing
from members.services.insights import shown

TODAY = dt.date(2026, 5, 4)
NEWS = Insight("Fewer members buy.", "", key="change", size=100)


@pytest.fixture
def actor(people: People) -> Actor:
    return replace(system("test"), user_id=people.admin.pk)


def later(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


def test_it_is_told_all_day_and_then_rests_a_week(actor: Actor) -> None:
    shown([(NEWS.key, 100)], today=TODAY, by=actor)
    assert [bool(standing(actor, [NEWS], later(days))) for days in (0, 1, 6, 7)] == [True, False, False, True]


def test_it_is_told_again_when_it_grew_by_more_than_a_quarter(actor: Actor) -> None:
    shown([(NEWS.key, 100)], today=TODAY, by=actor)
    assert standing(actor, [replace(NEWS, size=120)], later(1)) == []
    assert standing(actor, [replace(NEWS, size=126)], later(1))


def test_doubtful_data_are_told_every_day_until_put_away(actor: Actor) -> None:
    doubt = replace(NEWS, is_data=True)
    shown([(doubt.key, 100)], today=TODAY, by=actor)
    assert standing(actor, [doubt], later(1)) == [doubt]
    InsightMark.objects.update(dismissed_on=TODAY)
    assert standing(actor, [doubt], later(29)) == []
    assert standing(actor, [doubt], later(30)) == [doubt]


def test_no_more_than_three(actor: Actor) -> None:
    assert len(standing(actor, [replace(NEWS, key=str(n)) for n in range(5)], TODAY)) == 3
