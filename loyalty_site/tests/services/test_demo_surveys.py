"""The answers of the demo shop: tied in with its purchases, with one driver that is there or is taken out."""

import datetime as dt

import pytest

from loyalty_site.demo.generate import Wish
from loyalty_site.services import demo, demo_surveys
from members.lib.actor import system
from surveys.models import Answer, Case, Response, SurveyInvitation

pytestmark = pytest.mark.django_db
BY = system("test")


@pytest.fixture(autouse=True)
def shop() -> None:
    demo.open_shop(wish=Wish(scale=0.05, end=dt.date(2026, 11, 21)), by=BY)


def test_every_answer_is_about_a_purchase_of_its_member() -> None:
    responses = Response.objects.select_related("order", "invitation")
    assert responses.count() > 50
    assert all(one.order is not None and one.member_id == one.order.member_id for one in responses)
    assert SurveyInvitation.objects.filter(message__state="delivered").count() > 2 * responses.count()


def test_low_scores_became_cases_some_of_which_wait() -> None:
    assert Case.objects.exclude(state="closed").exists()
    assert all(one.response is not None for one in Case.objects.select_related("response"))


def test_who_complained_was_asked_how_it_was_settled() -> None:
    told = Response.objects.filter(invitation__case__isnull=False).select_related("invitation__case")
    scores: dict[bool, list[int]] = {True: [], False: []}
    for one in told:
        case, satisfied = one.invitation.case, one.answers.get(question__code="satisfied").number
        assert case.closed_at < one.completed_at
        assert (case.member_id, case.store_id) == (one.member_id, one.store_id)
        scores[case.resolve_minutes < 1_000].append(satisfied)
    quick, slow = (sum(each) / len(each) for each in (scores[True], scores[False]))
    assert quick > slow


def test_waiting_goes_with_recommending_more_than_anything_else() -> None:
    scores: dict[int, dict[str, int]] = {}
    told = Answer.objects.filter(number__isnull=False, response__invitation__case=None)
    for response, row, number in told.values_list("response", "row", "number"):
        scores.setdefault(response, {})[row] = number
    apart = {
        part: sum(one[""] for one in scores.values() if one[part] >= 4) / sum(one[part] >= 4 for one in scores.values())
        - sum(one[""] for one in scores.values() if one[part] <= 3)
        / max(1, sum(one[part] <= 3 for one in scores.values()))
        for part in demo_surveys.PARTS
    }
    assert max(apart, key=lambda part: apart[part]) == "waiting"
