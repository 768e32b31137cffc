"""What imports put on Today: what staff have to decide, in numbers that say what can be done."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from conftest import People
from members.lib.actor import Actor
from members.models import ImportBatch, Merchant, User
from members.panels import todos
from members.services import imports
from members.services.imports import discard

SALES = "order_no,ordered_at,amount\nA1,2025-03-01 10:00:00,10\nA2,2025-03-02 10:00:00,free\n"
pytestmark = pytest.mark.django_db


@pytest.fixture
def checked(merchant: Merchant, actors: dict[str, Actor], work_off: Callable[[], int]) -> Callable[[int], None]:
    """Files that staff have uploaded and had checked."""

    def check(count: int) -> None:
        by = actors["marketer"]
        for n in range(count):
            batch = imports.receive(name=f"{n}.csv", content=[SALES.encode()], chosen=imports.Options(), by=by)
            imports.check(batch, by=by)
        work_off()

    return check


def test_a_checked_file_says_what_can_be_written(checked: Callable[[int], None], actors: dict[str, Actor]) -> None:
    checked(1)
    with translation.override("en"):
        (todo,) = todos.import_todos(actors["marketer"])
    assert todo.detail == "1 row can be written, 1 row cannot be taken"


def test_a_dry_run_is_nobodys_to_do(merchant: Merchant, actors: dict[str, Actor], tmp_path: Any) -> None:
    file = tmp_path / "sales.csv"
    file.write_text(SALES)
    call_command("import_orders", str(file), "--dry-run")
    assert ImportBatch.objects.get().state == "checked"
    assert not todos.import_todos(actors["marketer"])


def test_what_is_discarded_is_gone(checked: Callable[[int], None], actors: dict[str, Actor]) -> None:
    checked(1)
    assert discard.discard(ImportBatch.objects.get(), by=actors["marketer"])
    assert not todos.import_todos(actors["marketer"])


def test_today_counts_all_of_them_and_shows_five_at_once(
    checked: Callable[[int], None], signed_in: Callable[[User], Client], people: People
) -> None:
    checked(7)
    client = signed_in(people.marketer)
    said = client.get(reverse("today"), headers={"accept-language": "en"}).content.decode()
    assert "7 things to do today" in said
    assert said.index("2.csv") < said.index("<summary>2 more") < said.index("1.csv")
