"""Hostile files, each with its verdict: what the tables beside them expect is what the commands do, row by row."""

import csv
import io
import json
import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from members.models import Identifier, ImportBatch, Member
from members.rules.imports import birthdays
from members.services.imports import options

DATA = Path(__file__).parent.parent / "data"
COMMANDS = {"members": "import_members"}
REFUSED = {"08_members_big5.csv", "09_members_mixed_encoding.csv", "15_members_unclosed_quote.csv"}  # may be; and are
OURS = {  # where a reason of the table has another name with us
    "id_excel_scientific": "excel_scientific",
    "email_invalid_dropped": "email_left_out",
    "normalised": "trimmed",
    "birthday dropped: 1900 was no leap year": "birthday_no_such_day",
    "birthday dropped: no_such_day": "birthday_no_such_day",
    "birthday dropped: future_birthday": "birthday_future",
    "birthday dropped: implausible_age": "birthday_implausible",
    "birthday dropped: placeholder": "birthday_placeholder",
    "birthday dropped: lunar not supported": "birthday_lunar",
    "year unknown, month-day kept": "birthday_without_year",
    "1990-12-31": "date_form",
}
Row = dict[str, str]
pytestmark = pytest.mark.django_db(transaction=True)


def table(name: str) -> list[Row]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FILES = [row for row in table("expect_files.csv") if row["kind"] in COMMANDS]
TAKEN = [row for row in FILES if row["file_verdict"] != "reject_file" and row["file"] not in REFUSED]
ROWS: defaultdict[str, list[Row]] = defaultdict(list)
for expectation in table("expect_rows.csv"):
    ROWS[expectation["file"]].append(expectation)


def run(file: Row, *more: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command(COMMANDS[file["kind"]], str(DATA / file["file"]), *more, stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def outcome(answer: dict[str, Any]) -> tuple[int, ...]:
    return tuple(answer[name] for name in ("accepted", "fixed", "rejected", "duplicates"))


def expected(file: Row) -> tuple[int, ...]:
    return tuple(int(file[f"rows_{name}"]) for name in ("accept", "fix", "reject", "duplicate"))


def findings() -> dict[int, dict[str, set[str]]]:
    """What was found about each row of the last import: record number -> level -> codes, or rows that stand."""
    found: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    path = options.stage_path(ImportBatch.objects.latest("id"))
    with closing(sqlite3.connect(path)) as stage:
        for row, level, code, params in stage.execute("select row, level, code, params from problem"):
            found[row][level].add(code)
            found[row][f"{level} of"].add(json.loads(params).get("row", ""))
    return found


def everything() -> list[list[dict[str, Any]]]:
    return [list(model.objects.order_by("pk").values()) for model in (Member, Identifier)]


@pytest.mark.parametrize("file", TAKEN, ids=lambda file: file["file"])
def test_a_file_gets_its_counts(file: Row) -> None:
    dry = run(file, "--dry-run")
    assert outcome(dry) == expected(file)
    assert not Member.objects.exists()
    answer = run(file)
    assert (outcome(answer), answer["members"]) == (expected(file), dry["members"])
    assert answer["members"] == Member.objects.count()


@pytest.mark.parametrize("file", TAKEN, ids=lambda file: file["file"])
def test_a_second_time_changes_nothing(file: Row) -> None:
    first = run(file)
    before = everything()
    second = run(file)
    assert (second["accepted"], second["fixed"], second["members"]) == (0, 0, 0)
    assert second["rejected"] == first["rejected"]
    assert everything() == before


@pytest.mark.parametrize("file", [file for file in TAKEN if file["file"] in ROWS], ids=lambda file: file["file"])
def test_each_row_gets_its_verdict_and_reason(file: Row) -> None:
    run(file)
    found = findings()
    for row in ROWS[file["file"]]:
        said, reason = found[int(row["row"])], OURS.get(row["reason"], row["reason"])
        verdict, _, first = row["verdict"].partition("_of_row_")
        if verdict == "accept":
            assert not said
        elif verdict == "fix":
            assert said["fix"] == {reason}
            assert not said["reject"]
            assert not said["duplicate"]
        else:
            assert reason in said[verdict]
            assert not first or said["duplicate of"] == {first}


@pytest.mark.parametrize("file", [file for file in TAKEN if file["file"] in ROWS], ids=lambda file: file["file"])
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


@pytest.mark.parametrize("file", [file for file in FILES if file not in TAKEN], ids=lambda file: file["file"])
def test_a_refused_file_says_why_in_one_line_and_leaves_nothing(file: Row) -> None:
    with pytest.raises(CommandError) as refused:
        run(file)
    assert "\n" not in str(refused.value)
    assert not Member.objects.exists()
