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


def test_waiting_goes_with_recommending_more_than_anything_else() -> None:
    scores: dict[int, dict[str, int]] = {}
    for response, row, number in Answer.objects.filter(number__isnull=False).values_list("response", "row", "number"):
        scores.setdefault(response, {})[row] = number
    apart = {
        part: sum(one[""] for one in scores.values() if one[part] >= 4) / sum(one[part] >= 4 for one in scores.values())
        - sum(one[""] for one in scores.values() if one[part] <= 3)
        / max(1, sum(one[part] <= 3 for one in scores.values()))
        for part in demo_surveys.PARTS
    }
    assert max(apart, key=lambda part: apart[part]) == "waiting"
