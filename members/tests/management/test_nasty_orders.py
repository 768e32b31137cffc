"""Hostile order and refund files, and files that are none: each gets the verdict that the tables beside them expect.

A file that only another command reads is in ELSEWHERE; to hold it to its row, take its kind out.
"""

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from members.models import Identifier, Member, Order, Refund
from members.tests import nasty
from members.tests.nasty import DATA, ROWS, Row, expected, named, outcome

ELSEWHERE = {"members"}  # `import_members`, with a test of its own
WHOLE_FILE = {  # refused before anybody asks what the rows are
    "24_empty.csv": "文件是空的",
    "25_only_bom.csv": "只有空行",
    "26_only_newlines.csv": "只有空行",
    "33_no_header.csv": "不是列名",
    "38_xlsx_renamed.csv": "Excel",
}
pytestmark = pytest.mark.django_db(transaction=True)
FILES = [file for file in nasty.FILES if file["kind"] not in ELSEWHERE]


def run(file: Row, *more: str) -> dict[str, Any]:
    """Import a file after those that it needs."""
    if needed := nasty.needed(file):
        call_command("import_orders", str(DATA / needed), stdout=io.StringIO())
    out = io.StringIO()
    call_command("import_orders", str(DATA / file["file"]), *more, stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


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
    nasty.expect_rows(file)


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
