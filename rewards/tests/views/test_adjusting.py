"""The page that gives or takes points by hand."""

import uuid

import pytest

from members.models import Approval, Member
from rewards.tests import shop


@pytest.fixture
def wang(merchant, stores) -> Member:
    return Member.objects.create(number="M1", name="Wang", home_store=stores[0])


def sent(points: str, way: str = "1", key: str = "") -> dict[str, str]:
    return {
        "way": way, "points": points, "reason": "goodwill", "note": "Waited long", "key": key or str(uuid.uuid4()),
    }  # fmt: skip


def test_points_are_given_once_however_often_it_is_sent(wang, people, signed_in) -> None:
    client, form = signed_in(people.manager), sent("１００")
    for _again in range(2):
        assert client.post(f"/rewards/members/{wang.pk}/adjust/", form).status_code == 302
    assert shop.figures(wang) == (100, 0, 0)


@pytest.mark.parametrize("text", ["-3", "1.5", "1E3", "", "ten", "0", "1,5", "9" * 19, "\0"])
def test_what_is_no_whole_number_is_said_at_the_field(wang, people, signed_in, text) -> None:
    answer = signed_in(people.manager).post(f"/rewards/members/{wang.pk}/adjust/", sent(text))
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert shop.figures(wang) == (0, 0, 0)


def test_above_the_limit_it_leads_to_the_request(wang, people, signed_in) -> None:
    answer = signed_in(people.marketer).post(f"/rewards/members/{wang.pk}/adjust/", sent("501"))
    asked = Approval.objects.get()
    assert answer.headers["Location"] == f"/approvals/{asked.pk}/"
    assert signed_in(people.marketer).get(answer.headers["Location"]).status_code == 200
    assert signed_in(people.admin).get(answer.headers["Location"]).status_code == 200


def test_a_member_of_another_store_is_not_found(wang, people, signed_in) -> None:
    assert signed_in(people.stranger).get(f"/rewards/members/{wang.pk}/adjust/").status_code == 404
