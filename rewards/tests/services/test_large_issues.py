"""Coupons for many: at once up to the limit of an offer and day, above it when a second person agrees."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from members.lib.actor import Actor
from members.models import Approval, Job, Member, Segment, SegmentMember
from members.services import approvals
from rewards.models import Coupon, CouponOffer
from rewards.services import coupons, large_issues
from rewards.tests import offers
from rewards.tests.shop import member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _limit(merchant: object, settings: object) -> None:
    settings.COUPONS_ISSUE_LIMIT = 4  # type: ignore[attr-defined]


@pytest.fixture
def offer() -> CouponOffer:
    return offers.offer(stock=20, per_member=None)


@pytest.fixture
def four() -> Segment:
    segment = Segment.objects.create(name="Four", kind="snapshot")
    SegmentMember.objects.bulk_create(SegmentMember(segment=segment, member=member(f"M{n}")) for n in range(4))
    return segment


def approved(asked: Approval, by: Actor) -> None:
    approvals.approve(asked, note="", by=by)


def test_up_to_the_limit_of_the_day_it_is_done_at_once(offer: CouponOffer, actors: dict[str, Actor]) -> None:
    assert len(large_issues.codes(offer, 3, by=actors["marketer"])) == 3  # type: ignore[arg-type]
    assert large_issues.left_today(offer) == 1
    asked = large_issues.codes(offer, 2, by=actors["admin"])
    assert isinstance(asked, Approval), "the limit is of the offer, not of who gives"
    assert Coupon.objects.count() == 3


def test_a_second_person_sees_what_is_given_out_and_decides(offer: CouponOffer, actors: dict[str, Actor]) -> None:
    asked = large_issues.codes(offer, 5, by=actors["marketer"])
    assert isinstance(asked, Approval)
    with translation.override("en"):
        words = approvals.of(asked).words(asked)
    assert words.what == f"Make 5 codes of “{offer.name}” to be printed"
    assert [(change.before, change.after) for change in words.changes] == [("0", "5")]
    with pytest.raises(approvals.Refused):
        approved(asked, actors["marketer"])
    approved(asked, actors["admin"])
    assert Coupon.objects.count() == 5


def test_a_segment_waits_too_and_each_gets_one(
    offer: CouponOffer, four: Segment, actors: dict[str, Actor], work_off: Callable[[], int]
) -> None:
    large_issues.codes(offer, 1, by=actors["marketer"])
    asked = large_issues.to_segment(offer, four, by=actors["marketer"])
    assert isinstance(asked, Approval)
    with translation.override("en"):
        assert approvals.of(asked).words(asked).what.endswith("to everybody in “Four”: 4 members")
    assert work_off() == 0
    approved(asked, actors["admin"])
    work_off()
    assert set(Coupon.objects.filter(reason="segment").values_list("member", flat=True)) == set(
        Member.objects.values_list("pk", flat=True)
    )


def test_jobs_that_are_still_to_give_count(offer: CouponOffer, four: Segment, actors: dict[str, Actor]) -> None:
    job = large_issues.to_segment(offer, four, by=actors["marketer"])
    assert isinstance(job, Job)
    assert large_issues.to_segment(offer, four, by=actors["marketer"]) == job, "a second click changes nothing"
    assert isinstance(large_issues.codes(offer, 1, by=actors["marketer"]), Approval)


def test_asked_again_it_is_told_that_it_waits(offer: CouponOffer, actors: dict[str, Actor]) -> None:
    large_issues.codes(offer, 5, by=actors["marketer"])
    with pytest.raises(coupons.Refused):
        large_issues.codes(offer, 5, by=actors["marketer"])


@pytest.mark.parametrize("gone", ["offer", "stock", "segment", "growth"])
def test_what_can_no_longer_be_done_is_not_agreed_to(
    gone: str, offer: CouponOffer, four: Segment, actors: dict[str, Actor]
) -> None:
    large_issues.codes(offer, 1, by=actors["marketer"])
    asked = (
        large_issues.to_segment(offer, four, by=actors["marketer"])
        if gone in {"segment", "growth"}
        else large_issues.codes(offer, 5, by=actors["marketer"])
    )
    assert isinstance(asked, Approval)
    if gone == "segment":
        four.delete()
    elif gone == "growth":
        SegmentMember.objects.create(segment=four, member=member("M4"))
    else:
        CouponOffer.objects.update(**{"offer": {"is_active": False}, "stock": {"stock": 3}}[gone])
    with pytest.raises(approvals.Refused):
        approved(asked, actors["admin"])
    assert Coupon.objects.count() == 1
    asked.refresh_from_db()
    assert asked.state == Approval.State.OPEN


def test_too_many_codes_are_refused_and_not_asked_for(offer: CouponOffer, actors: dict[str, Actor]) -> None:
    with pytest.raises(coupons.Refused):
        large_issues.codes(offer, coupons.MOST_CODES + 1, by=actors["marketer"])
    assert not Approval.objects.exists()


def test_who_may_not_run_the_programme_gives_nothing(
    offer: CouponOffer, four: Segment, actors: dict[str, Actor]
) -> None:
    with pytest.raises(PermissionDenied):
        large_issues.to_segment(offer, four, by=actors["manager"])
    with pytest.raises(PermissionDenied):
        large_issues.codes(offer, 1, by=actors["clerk"])
