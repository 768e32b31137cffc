"""Hostile order and refund files, and files that are none: each gets the verdict that the tables beside them expect.

A file that only another command reads is in ELSEWHERE; to hold it to its row, take its kind out.
"""

import csv
import io
import json
import sqlite3
from collections import defaultdict
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from members.models import Identifier, ImportBatch, Member, Order, Refund
from members.services.imports import options

DATA = Path(__file__).parent.parent / "data"
ELSEWHERE = {"members"}  # `import_members`, with a test of its own
NOT_HERE = {"45_orders_1e6.csv.gz"}  # 14 MB; a generator stands for it in benchmarks/
WHOLE_FILE = {  # refused before anybody asks what the rows are
    "24_empty.csv": "文件是空的",
    "25_only_bom.csv": "只有空行",
    "26_only_newlines.csv": "只有空行",
    "33_no_header.csv": "不是列名",
    "38_xlsx_renamed.csv": "Excel",
}
SAID = {  # the reason as the table has it -> our code, where they differ
    "negative_paid_order (use a refund row)": "negative_order",
    "negative_paid_order": "negative_order",
    "not_a_number (Python int() would take it)": "not_a_number",
    "not_a_number (str.isdigit is true)": "not_a_number",
    "too_many_decimals for the currency (unit prices may have four)": "too_many_decimals",
    "excel_serial in a mixed column (a column of serials only is read as dates)": "excel_serial",
    "refund_exceeds_order (O3=200.00)": "refund_exceeds_order",
    "refund_exceeds_order in total": "order_already_refunded",
    "order already refunded": "order_already_refunded",
    "order_no conflict": "number_conflict",
    "same refund no, same content: idempotent": "same_row",
    "identical repeat": "same_row",
}
Row = dict[str, str]
pytestmark = pytest.mark.django_db(transaction=True)


def table(name: str) -> list[Row]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FILES = [
    row for row in table("expect_files.csv")
    if row["kind"] not in ELSEWHERE and row["file"] not in NOT_HERE
]  # fmt: skip
ROWS: defaultdict[str, list[Row]] = defaultdict(list)
for expectation in table("expect_rows.csv"):
    ROWS[expectation["file"]].append(expectation)


def named(row: Row) -> str:
    return row["file"]


def run(file: Row, *more: str) -> dict[str, Any]:
    """Import a file after those that it needs."""
    if needed := file["precondition"].removesuffix(" imported first"):
        call_command("import_orders", str(DATA / needed), stdout=io.StringIO())
    out = io.StringIO()
    call_command("import_orders", str(DATA / file["file"]), *more, stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def outcome(answer: dict[str, Any]) -> tuple[int, ...]:
    return tuple(answer[name] for name in ("accepted", "fixed", "rejected", "duplicates"))


def expected(file: Row) -> tuple[int, ...]:
    return tuple(int(file[f"rows_{name}"]) for name in ("accept", "fix", "reject", "duplicate"))


def findings() -> dict[int, dict[str, set[str]]]:
    """What was found about each row of the last import: record number -> level -> codes."""
    found: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    with closing(sqlite3.connect(options.stage_path(ImportBatch.objects.latest("id")))) as stage:
        for row, level, code in stage.execute("select row, level, code from problem"):
            found[row][level].add(code)
    return found


def everything() -> list[list[dict[str, Any]]]:
    return [list(model.objects.order_by("pk").values()) for model in (Order, Refund, Member, Identifier)]


@pytest.mark.parametrize("file", FILES, ids=named)
def test_a_file_gets_its_counts_dry_and_wet(file: Row) -> None:
    dry = run(file, "--dry-run")
    assert outcome(dry) == expected(file)
    wet = run(file)
    assert (outcome(wet), wet["orders"], wet["refunds"]) == (expected(file), dry["orders"], dry["refunds"])


@pytest.mark.parametrize("file", FILES, ids=named)
def test_a_second_time_changes_nothing(file: Row) -> None:
    first = run(file)
    before = everything()
    second = run(file)
    assert (second["accepted"], second["fixed"], second["orders"], second["refunds"]) == (0, 0, 0, 0)
    assert second["rejected"] == first["rejected"]
    assert everything() == before


@pytest.mark.parametrize("file", [file for file in FILES if file["file"] in ROWS], ids=named)
def test_each_row_gets_its_verdict_and_reason(file: Row) -> None:
    run(file)
    found = findings()
    for row in ROWS[file["file"]]:
        said, reason = found[int(row["row"])], row["reason"]
        if row["verdict"] == "accept":
            assert not said
        elif row["verdict"] == "fix":
            assert said["fix"]
            assert not said["reject"]
        else:
            level = row["verdict"].partition("_")[0]
            assert SAID.get(reason, reason) in said[level]


@pytest.mark.parametrize("file", [file for file in FILES if file["file"] in ROWS], ids=named)
def test_each_row_that_is_taken_has_its_value(file: Row) -> None:
    run(file)
    with (DATA / file["file"]).open(encoding="utf-8", newline="") as source:
        records = list(csv.DictReader(source))
    for row in ROWS[file["file"]]:
        record = records[int(row["row"]) - 1]
        if row["verdict"] not in {"accept", "fix"} or not row["expected"]:
            continue
        if "refund_no" in record:
            assert Refund.objects.get(number=record["refund_no"]).amount == Decimal(row["expected"])
            continue
        order = Order.objects.get(number=record["order_no"].strip())
        if row["field"] == "amount":
            assert order.total == Decimal(row["expected"])
        else:
            assert order.local_time.isoformat() == row["expected"]


@pytest.mark.parametrize("name", WHOLE_FILE)
def test_a_refused_file_says_why_in_one_line_and_leaves_nothing(name: str) -> None:
    with pytest.raises(CommandError, match=WHOLE_FILE[name]) as refused:
        call_command("import_orders", str(DATA / name), stdout=io.StringIO())
    assert "\n" not in str(refused.value)
    assert not Order.objects.exists()


def test_a_shop_export_of_several_lines_an_order() -> None:
    run(next(file for file in FILES if file["file"].startswith("43")))
    counted = Order.objects.filter(status="paid", voided_at=None)
    given_back = Refund.objects.filter(voided_at=None).aggregate(sum=Sum("amount"))["sum"]
    assert dict(counted.values_list("number", "gross")) == {"#1001": 140, "#1002": 80, "#1005": 20}
    assert set(Order.objects.exclude(status="paid").values_list("number", "status")) == {
        ("#1003", "cancelled"),
        ("#1004", "pending"),
    }
    assert 240 - given_back == 190
    lines = Order.objects.get(number="#1001").lines.order_by("id").values_list("kind", "amount")
    assert list(lines) == [("goods", Decimal("86.6667")), ("goods", Decimal("43.3333")), ("fee", Decimal(10))]
    assert str(Order.objects.get(number="#1002").business_date) == "2025-01-31", "by its creation"
    assert Member.objects.get(identifiers__value="a@example.com").orders.count() == 2
