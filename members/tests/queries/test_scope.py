"""Scope: what each actor may read, closed where nothing was assigned."""

from dataclasses import replace

import pytest

from members.lib.actor import NOBODY, Actor
from members.models import Member, Order, Store
from members.queries import scope
from members.tests.counter import member, order


@pytest.fixture
def shop(stores: tuple[Store, Store]) -> dict[str, Member]:
    here, there = stores
    people = {"home": member("home", here), "guest": member("visits", there), "far": member("far", there)}
    order("1", here, people["guest"])
    order("2", there, people["guest"])
    order("3", there, people["home"])
    order("4", there, people["far"])
    order("5", here, people["far"], voided=True)
    order("6", here, None)
    return people


def listed(actor: Actor) -> list[str]:
    return [found.number for found in scope.members(actor)]


def test_a_manager_lists_those_at_home_here_and_those_who_bought_here(
    actors: dict[str, Actor], shop: dict[str, Member]
) -> None:
    assert listed(actors["manager"]) == ["home", "visits"]
    assert listed(actors["stranger"]) == ["far", "home", "visits"]
    assert listed(actors["marketer"]) == listed(actors["admin"]) == ["far", "home", "visits"]


def test_who_has_no_right_or_no_store_lists_nobody(actors: dict[str, Actor], shop: dict[str, Member]) -> None:
    without = replace(actors["manager"], store_ids=frozenset())
    for actor in (NOBODY, actors["clerk"], actors["analyst"], without):
        assert listed(actor) == []
        assert not scope.orders(actor).exists()


def test_orders_are_those_of_the_store_guests_too_without_voided_ones(
    actors: dict[str, Actor], shop: dict[str, Member]
) -> None:
    def numbers(found: Order) -> str:
        return found.number

    assert sorted(map(numbers, scope.orders(actors["manager"]))) == ["1", "6"]


def test_the_history_of_an_own_member_is_whole_and_that_of_a_foreign_one_empty(
    actors: dict[str, Actor], shop: dict[str, Member]
) -> None:
    manager = actors["manager"]
    assert scope.history(manager, shop["guest"]).count() == 2
    assert scope.history(manager, shop["home"]).count() == 1
    assert scope.history(manager, shop["far"]).count() == 0
