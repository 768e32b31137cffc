from collections.abc import Callable

import pytest
from django.test import Client

from conftest import People
from members.models import Merchant, Target

ADDRESS = "/members/targets/"


@pytest.fixture
def admin(merchant: Merchant, people: People, signed_in: Callable[..., Client]) -> Client:
    return signed_in(people.admin)


def sent(client: Client, metric: str, value: str) -> int:
    data = {"metric": metric, f"{metric}-value": value, f"{metric}-valid_from": "2026-03-01"}
    return client.post(ADDRESS, data).status_code


@pytest.mark.parametrize(
    ("metric", "value", "kept"),
    [("repeat_rate", "45.5", 4550), ("sales", "600000", 6_000_000_000), ("active_members", "1200", 1200)],
)
def test_each_is_kept_in_its_unit_and_offered_again(admin: Client, metric: str, value: str, kept: int) -> None:
    assert sent(admin, metric, value) == 302
    assert Target.objects.get().value == kept
    page = admin.get(ADDRESS).content.decode()
    assert f'name="{metric}-value" value="{value}' in page.replace('type="number" ', "")


@pytest.mark.parametrize(("metric", "value"), [("repeat_rate", "101"), ("active_members", "1.5"), ("sales", "-1")])
def test_what_cannot_be_is_said_at_the_field(admin: Client, metric: str, value: str) -> None:
    assert sent(admin, metric, value) == 422
    assert not Target.objects.exists()


def test_an_empty_field_ends_a_target(admin: Client) -> None:
    sent(admin, "sales", "600000")
    assert sent(admin, "sales", "") == 302
    assert Target.objects.get().value is None
