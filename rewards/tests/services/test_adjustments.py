"""Points given or taken by hand: at once up to a limit of the day, above it when a second person agrees."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from members.models import Approval, AuditEntry, Member, Store
from members.services import approvals, erasure
from rewards.models import Adjustment, Entry
from rewards.services import adjustments, ledger
from rewards.tests import shop

GOODWILL = Adjustment.Reason.GOODWILL


@pytest.fixture
def wang(merchant: object, stores: tuple[Store, Store]) -> Member:
    return Member.objects.create(number="M1", name="Wang", home_store=stores[0])


def given(member: Member, points: int, by: object, *, key: str = "", note: str = "The parcel was late.") -> object:
    return adjustments.adjust(member, points, GOODWILL, note, key or str(uuid.uuid4()), by=by)


def test_up_to_the_limit_it_is_done_at_once(wang, actors) -> None:
    made = given(wang, 500, actors["manager"])
    assert shop.figures(wang) == (500, 0, 0)
    assert (made.entry.kind, made.entry.reason, made.entry.amount) == (Entry.Kind.ADJUST, GOODWILL, 500)
    shop.assert_right()


def test_the_same_form_twice_gives_once(wang, actors) -> None:
    first = given(wang, 100, actors["manager"], key="one")
    assert given(wang, 100, actors["manager"], key="one") == first
    assert shop.figures(wang) == (100, 0, 0)


def test_the_limit_is_of_a_day_not_of_a_click(wang, actors) -> None:
    given(wang, 400, actors["manager"])
    assert isinstance(given(wang, 101, actors["manager"]), Approval)
    assert shop.figures(wang) == (400, 0, 0)
    assert isinstance(given(wang, 100, actors["marketer"]), Adjustment), "somebody else has a limit of their own"


def test_above_the_limit_a_second_person_sees_it_and_decides(wang, actors) -> None:
    given(wang, 30, actors["manager"])
    asked = given(wang, 800, actors["manager"])
    assert shop.figures(wang) == (30, 0, 0)
    with translation.override("en"):
        words = approvals.of(asked).words(asked)
        assert words.what == "Give Wang (M1) 800 points"
        assert [(change.before, change.after) for change in words.changes] == [("30", "830")]
        assert words.ground == "Goodwill"
    with pytest.raises(approvals.Refused):
        approvals.approve(asked, note="", by=actors["manager"])
    approvals.approve(asked, note="", by=actors["marketer"])
    assert shop.figures(wang) == (830, 0, 0)
    assert Adjustment.objects.latest("pk").note == "The parcel was late."
    shop.assert_right()


def test_what_was_asked_for_twice_is_one_request(wang, actors) -> None:
    first = given(wang, 800, actors["manager"], key="one")
    assert given(wang, 800, actors["manager"], key="one") == first
    approvals.approve(first, note="", by=actors["admin"])
    assert isinstance(given(wang, 800, actors["manager"], key="one"), Adjustment)
    assert shop.figures(wang) == (800, 0, 0)


def test_no_more_is_taken_than_there_is(wang, actors) -> None:
    given(wang, 50, actors["manager"])
    with pytest.raises(adjustments.Refused, match="50"):
        given(wang, -51, actors["manager"])
    given(wang, -50, actors["manager"])
    assert shop.figures(wang) == (0, 0, 0)


def test_points_spent_before_the_yes_are_not_taken(wang, actors) -> None:
    ledger.earn(member=wang, points=900, deed=shop.deed("e"), term=shop.lasting(30))
    asked = given(wang, -900, actors["manager"])
    ledger.redeem(member=wang, points=1, deed=shop.deed("r"))
    with pytest.raises(approvals.Refused, match="899"):
        approvals.approve(asked, note="", by=actors["admin"])
    asked.refresh_from_db()
    assert asked.state == Approval.State.OPEN
    assert shop.figures(wang) == (899, 0, 0)


@pytest.mark.parametrize("points", [0, adjustments.MOST + 1, -adjustments.MOST - 1])
def test_nonsense_is_refused(wang, actors, points) -> None:
    with pytest.raises(adjustments.Refused):
        given(wang, points, actors["manager"])


@pytest.mark.parametrize("who", ["clerk", "analyst"])
def test_who_may_not_adjust_does_not(wang, actors, who) -> None:
    with pytest.raises(PermissionDenied):
        given(wang, 1, actors[who])


def test_the_words_go_with_an_erasure_and_stand_nowhere_else(wang, actors) -> None:
    given(wang, 10, actors["manager"], note="Wang called twice")
    assert not AuditEntry.objects.filter(detail__icontains="called").exists()
    erasure.erase(member=wang, reason="asked", by=actors["admin"])
    assert list(Adjustment.objects.values_list("note", flat=True)) == [""]
    wang.refresh_from_db()
    with pytest.raises(adjustments.Refused):
        given(wang, 10, actors["manager"])
