"""The search: how a member or an order is found, in which order, and by whom."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from members.lib.actor import NOBODY, Actor, system
from members.lib.roles import Role
from members.models import Member, Store
from members.queries import scope, search
from members.services import merges
from members.tests.counter import member, order

FEW = 6


@pytest.fixture
def shop(stores: tuple[Store, Store], merchant: object) -> SimpleNamespace:
    here, there = stores
    wang = member("M1", here, "王思琪", phone="+8613812341111", email="wang@example.com")
    li = member("M2", there, "Li Wang", card="c-2222")
    zhao = member("M3", there, "Zhao", phone="+8613812343333")
    orders = [order("A-1", here, wang), order("A-2", here, li), order("A-3", there, li), order("B-1", there, zhao)]
    return SimpleNamespace(here=here, there=there, wang=wang, li=li, zhao=zhao, orders=orders)


def found(actor: Actor, text: str, limit: int = FEW) -> list[str]:
    return [found.number for found in search.members(actor, text, limit)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("思", ["M1"]),
        ("wang", ["M2"]),
        ("M", ["M1", "M2", "M3"]),
        ("m2", ["M2"]),
        ("1111", ["M1"]),
        ("13812343333", ["M3"]),
        ("+86 138 1234 3333", ["M3"]),
        ("WANG@example.com", ["M1"]),
        ("C-2222", ["M2"]),
        ("138", []),
        ("%", []),
    ],
)
def test_a_member_is_found_by_name_number_phone_its_end_mail_and_card(
    actors: dict[str, Actor], shop: SimpleNamespace, text: str, numbers: list[str]
) -> None:
    assert found(actors["marketer"], text) == numbers


def test_numbers_come_before_names_that_begin_so_and_these_before_names_that_hold_it(
    actors: dict[str, Actor], shop: SimpleNamespace
) -> None:
    for number, name in (("Z1", "An"), ("Z0", "Hanna"), ("AN9", "Otto")):
        member(number, shop.here, name)
    assert found(actors["marketer"], "an") == ["AN9", "Z1", "M2", "Z0"]
    assert found(actors["marketer"], "an", limit=2) == ["AN9", "Z1"]


def test_a_manager_finds_own_members_by_whatever_store_they_bought_in(
    actors: dict[str, Actor], shop: SimpleNamespace
) -> None:
    assert found(actors["manager"], "M") == ["M1", "M2"]
    assert found(actors["manager"], "3333") == []
    assert found(actors["stranger"], "M") == ["M2", "M3"]


def test_a_clerk_finds_by_the_whole_number_only_and_an_analyst_nobody(
    actors: dict[str, Actor], shop: SimpleNamespace
) -> None:
    assert found(actors["clerk"], "M3") == found(actors["clerk"], "13812343333") == ["M3"]
    assert [found(actors["clerk"], text) for text in ("M", "3333", "Zhao")] == [[], [], []]
    assert found(actors["analyst"], "M3") == found(NOBODY, "M3") == []


def test_what_is_said_of_a_merged_record_finds_the_one_it_counts_for(
    actors: dict[str, Actor], shop: SimpleNamespace
) -> None:
    old = member("OLD7", shop.there, "Maiden", phone="+8613900007777")
    merges.merge(member=old, into=shop.wang, by=system("test"))
    for text in ("old7", "maid", "7777", "13900007777"):
        assert found(actors["manager"], text) == ["M1"]


def test_an_order_is_found_by_the_beginning_of_its_number(actors: dict[str, Actor], shop: SimpleNamespace) -> None:
    def numbers(name: str, text: str) -> list[str]:
        return [order.number for order in search.orders(actors[name], text, FEW)]

    order("A-0", shop.here, shop.wang, voided=True)
    assert numbers("marketer", "A-") == numbers("marketer", "a-") == ["A-1", "A-2", "A-3"]
    assert numbers("marketer", "-1") == numbers("marketer", "A%") == []
    assert numbers("manager", "A-3") == ["A-3"], "an own member's order elsewhere"
    assert numbers("manager", "B-1") == []
    assert [numbers(name, "A-1") for name in ("clerk", "analyst")] == [[], []]


@pytest.mark.parametrize(("text", "enough"), [("", False), ("a", False), ("7", False), ("王", True), ("ab", True)])
def test_one_letter_is_not_enough_but_one_character_is(text: str, enough: bool) -> None:
    assert search.is_enough(text) is enough


class TestTheSameScope(TestCase):
    """Asking each member gives whom the list of everybody gives."""

    @given(st.lists(st.tuples(st.integers(0, 2), st.lists(st.tuples(st.integers(0, 2), st.booleans())))))
    def test_probed_members_are_the_members(self, shop: list[tuple[int, list[tuple[int, bool]]]]) -> None:
        places = [Store.objects.create(code=f"P{n}", name=f"P{n}") for n in range(3)]
        for who, (home, orders) in enumerate(shop):
            buyer = member(f"N{who}", places[home])
            for n, (at, voided) in enumerate(orders):
                order(f"{who}-{n}", places[at], buyer, voided=voided)
        for chosen in (None, frozenset[int](), frozenset({places[0].pk}), frozenset({places[0].pk, places[1].pk})):
            actor = Actor("user", "x", Role.MANAGER, chosen)
            assert _keys(scope.members_probed(actor)) == _keys(scope.members(actor))


def _keys(members: object) -> set[int]:
    return {found.pk for found in members if isinstance(found, Member)}  # type: ignore[attr-defined]
