"""The code of a member's card: one length, nobody's invention, and revocable."""

import pytest

from members.models import Member
from members.services import erasure, merges
from rewards.queries import cards
from rewards.services.cards import revoke


@pytest.fixture
def wang(merchant, stores) -> Member:
    return Member.objects.create(number="M1", name="Wang", home_store=stores[1])


def test_a_code_finds_its_member_in_any_store_however_it_is_typed(wang, actors) -> None:
    code = cards.card_code(wang)
    assert len(code) == cards.LENGTH
    for typed in (code, f" {code.lower()} \n", f"{code[:13]} {code[13:]}"):
        assert cards.member_of(actors["clerk"], typed) == wang


def test_every_code_is_as_long_and_another_one(wang) -> None:
    codes = {cards.card_code(Member(pk=pk)) for pk in (1, 2, 1000, 2**39)}
    assert {len(code) for code in codes} == {cards.LENGTH}
    assert len(codes) == 4


def test_a_changed_code_finds_nobody(wang, actors) -> None:
    code = cards.card_code(wang)
    for place in range(2, cards.LENGTH):
        changed = code[:place] + ("A" if code[place] != "A" else "B") + code[place + 1 :]
        assert cards.member_of(actors["clerk"], changed) is None


@pytest.mark.parametrize("typed", ["", "HT", "HT" + "A" * 24, "HT" + "8" * 24, "\0" * 26, "x" * 10_000])
def test_rubbish_finds_nobody(wang, actors, typed) -> None:
    assert cards.member_of(actors["clerk"], typed) is None


def test_a_revoked_code_finds_nobody_and_the_new_one_does(wang, actors) -> None:
    before = cards.card_code(wang)
    revoke(wang, by=actors["manager"])
    assert cards.member_of(actors["clerk"], before) is None
    assert cards.member_of(actors["clerk"], cards.card_code(wang)) == wang


def test_the_card_of_a_merged_record_finds_the_person(wang, actors) -> None:
    other = Member.objects.create(number="M2", name="Wang")
    code = cards.card_code(other)
    merges.merge(member=other, into=wang, by=actors["admin"])
    assert cards.member_of(actors["clerk"], code) == wang


def test_an_erased_member_is_not_found(wang, actors) -> None:
    code = cards.card_code(wang)
    erasure.erase(member=wang, reason="asked", by=actors["admin"])
    assert cards.member_of(actors["clerk"], code) is None


def test_another_key_of_the_desk_makes_other_codes(wang, actors, settings) -> None:
    code, old = cards.card_code(wang), settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    assert cards.member_of(actors["clerk"], code) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert cards.member_of(actors["clerk"], code) == wang


def test_who_serves_nobody_finds_nobody(wang, actors) -> None:
    assert cards.member_of(actors["analyst"], cards.card_code(wang)) is None
