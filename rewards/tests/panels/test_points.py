"""Points that end soon: the to-do, and the list of people that it opens."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from members.lib import clock, registry
from members.lib.actor import Actor
from members.lib.registry import UnknownAudience
from members.models import Member, Merchant, Store
from members.services import merges
from rewards.models import PointsRules
from rewards.panels.points import expiry_todos
from rewards.services import ledger
from rewards.tests.shop import BY, deed, lasting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("merchant")]


def holding(number: str, points: int, days: int, store: Store | None = None) -> Member:
    one = Member.objects.create(number=number, home_store=store)
    ledger.earn(member=one, points=points, deed=deed(number), term=lasting(days))
    return one


def list_of(actor: Actor, days: str) -> list[int]:
    return list(registry.audience(actor, {"from": ["points-expiring"], "days": [days]}).ids)


def test_the_to_do_counts_people_points_and_what_they_pay(actors: dict[str, Actor]) -> None:
    first, second = holding("A", 150, 3), holding("B", 50, 7)
    holding("C", 500, 8)
    PointsRules.objects.create(
        first_day=dt.date(2020, 1, 1), published_at=clock.now(), cash_points=100, cash_amount=Decimal(1)
    )
    with translation.override("en"):
        [todo] = expiry_todos(actors["marketer"])
    assert todo.title == "2 members lose points within 7 days"
    assert todo.detail == "200 points, worth ¥2 at the till"
    assert list_of(actors["marketer"], "7") == [first.pk, second.pk]


def test_nobody_is_told_when_nothing_ends(actors: dict[str, Actor], merchant: Merchant) -> None:
    holding("A", 150, 30)
    assert expiry_todos(actors["marketer"]) == ()
    assert expiry_todos(actors["analyst"]) == ()


def test_a_manager_sees_own_members_and_a_merged_record_counts_for_its_owner(
    actors: dict[str, Actor], stores: tuple[Store, Store]
) -> None:
    mine, _other = holding("A", 10, 3, stores[0]), holding("B", 10, 3, stores[1])
    record = holding("A-2", 10, 4, stores[1])
    merges.merge(member=record, into=mine, by=BY)
    assert list_of(actors["manager"], "7") == [mine.pk]
    with translation.override("en"):
        [todo] = expiry_todos(actors["manager"])
    assert (todo.title, todo.detail) == ("1 member loses points within 7 days", "20 points")


@pytest.mark.parametrize("days", ["0", "-1", "x", "400", "9" * 30, "٣"])
def test_a_link_with_other_days_names_no_list(actors: dict[str, Actor], days: str) -> None:
    with pytest.raises(UnknownAudience):
        list_of(actors["marketer"], days)
