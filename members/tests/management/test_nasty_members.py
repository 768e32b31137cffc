"""Hostile files, each with its verdict: what the tables beside them expect is what the commands do, row by row."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from members.models import Identifier, Member
from members.rules.imports import birthdays
from members.tests import nasty
from members.tests.nasty import DATA, ROWS, Row, expected, is_taken, named, outcome

COMMANDS = {"members": "import_members"}
pytestmark = pytest.mark.django_db(transaction=True)
FILES = [file for file in nasty.FILES if file["kind"] in COMMANDS]
TAKEN = [file for file in FILES if is_taken(file)]


def run(file: Row, *more: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command(COMMANDS[file["kind"]], str(DATA / file["file"]), *more, stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def everything() -> list[list[dict[str, Any]]]:
    return [list(model.objects.order_by("pk").values()) for model in (Member, Identifier)]


@pytest.mark.parametrize("file", TAKEN, ids=named)
def test_a_file_gets_its_counts(file: Row) -> None:
    dry = run(file, "--dry-run")
    assert outcome(dry) == expected(file)
    assert not Member.objects.exists()
    answer = run(file)
    assert (outcome(answer), answer["members"]) == (expected(file), dry["members"])
    assert answer["members"] == Member.objects.count()


@pytest.mark.parametrize("file", TAKEN, ids=named)
def test_a_second_time_changes_nothing(file: Row) -> None:
    first = run(file)
    before = everything()
    second = run(file)
    assert (second["accepted"], second["fixed"], second["members"]) == (0, 0, 0)
    assert second["rejected"] == first["rejected"]
    assert everything() == before


@pytest.mark.parametrize("file", [file for file in TAKEN if file["file"] in ROWS], ids=named)
def test_each_row_gets_its_verdict_and_reason(file: Row) -> None:
    run(file)
    nasty.expect_rows(file)


@pytest.mark.parametrize("file", [file for file in TAKEN if file["file"] in ROWS], ids=named)
def test_each_row_that_is_taken_has_its_value(file: Row) -> None:
    run(file)
    with (DATA / file["file"]).open(encoding="utf-8", newline="\n") as source:
        numbers = [line.partition(",")[0] for line in source][1:]
    for row in ROWS[file["file"]]:
        if row["verdict"] not in {"accept", "fix"}:
            continue
        member = Member.objects.get(number=numbers[int(row["row"]) - 1])
        if row["field"] == "phone":
            assert member.identifiers.filter(kind="phone", value=row["expected"]).exists()
        elif row["field"] == "name":
            assert member.name == row["expected"]
        elif row["field"] == "birthday" and (row["expected"] or "dropped" in row["reason"]):
            assert birthdays.joined(member.birth_year, member.birth_month, member.birth_day) == row["expected"]


@pytest.mark.parametrize("file", [file for file in FILES if file not in TAKEN], ids=named)
def test_a_refused_file_says_why_in_one_line_and_leaves_nothing(file: Row) -> None:
    with pytest.raises(CommandError) as refused:
        run(file)
    assert "\n" not in str(refused.value)
    assert not Member.objects.exists()
