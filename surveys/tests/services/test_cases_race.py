"""Two people at one case at the same moment: one has it, the other is told, nothing is written twice or lost."""

import contextlib
from pathlib import Path

import pytest
from django.db.models import Max

from conftest import People
from members.lib.actor import system
from members.models import Member, Store
from members.tests import processes
from rewards.models import Entry
from surveys.models import Case, Cause
from surveys.services import cases
from surveys.services.cases import Told

pytestmark = pytest.mark.django_db(transaction=True)
BY = system("desk")
CASES = 12


def at_once(folder: Path, what: str, *, colleagues: int = 2) -> list[str]:
    """The cases that somebody had, over all who tried; each of them must end well."""
    env = processes.environment(
        DATABASE_URL=processes.database_url(), DATA_DIR=str(folder / "data"), SECRET_KEY="x", DEBUG="1",
        DJANGO_SETTINGS_MODULE="loyalty_site.settings",
    )  # fmt: skip
    looked_at = list(Case.objects.annotate(last=Max("log")).order_by("pk").values_list("pk", "last"))
    ids, seen = (",".join(str(row[place]) for row in looked_at) for place in (0, 1))
    gate = folder / "gate"
    gate.mkdir()
    logs = [folder / f"colleague{number}" for number in range(colleagues)]
    command = ["-m", "surveys.tests.services.colleague", what, ids, seen]
    with contextlib.ExitStack() as stack:
        running = [
            stack.enter_context(processes.started([*command, log.name, str(gate), str(colleagues)], log, env))
            for log in logs
        ]
        for process, log in zip(running, logs, strict=True):
            assert process.wait(timeout=processes.PATIENCE * 2) == 0, log.read_text()
    return [line for log in logs for line in log.read_text().split()]


@pytest.fixture
def opened(merchant: object, people: People, stores: tuple[Store, Store]) -> list[str]:
    Cause.objects.get_or_create(code="test_cause", defaults={"name_zh": "慢", "name_en": "Slow"})
    members = [Member.objects.create(number=f"M{number}", home_store=stores[0]) for number in range(CASES)]
    made = [cases.open_case(Told("phone", "Cold", member=one, store=stores[0]), by=BY) for one in members]
    return [str(case.pk) for case in made]


@pytest.mark.parametrize(("what", "kind"), [("reply", "reply"), ("resolve", "state"), ("compensate", "compensated")])
def test_each_case_is_worked_by_one_of_two(opened: list[str], tmp_path: Path, what: str, kind: str) -> None:
    had = at_once(tmp_path, what)
    assert sorted(had, key=int) == opened
    assert [case.log.filter(kind=kind).count() for case in Case.objects.all()] == [1] * CASES
    assert Entry.objects.count() == (CASES if what == "compensate" else 0)
