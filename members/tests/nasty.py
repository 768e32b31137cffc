"""The hostile files of `data/` with what the tables beside them expect, and what an import has said of their rows."""

import csv
import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from members.models import ImportBatch
from members.services.imports import options

DATA = Path(__file__).parent / "data"
NOT_HERE = {"45_orders_1e6.csv.gz"}  # 14 MB; a generator stands for it in benchmarks/
# Either would do by the table. Of whole files we take the safe side.
REFUSED = {"08_members_big5.csv", "09_members_mixed_encoding.csv", "15_members_unclosed_quote.csv"}
OURS = {  # the reason as the table has it -> our code, where they differ
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
Counts = tuple[int, ...]


def _table(name: str) -> list[Row]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FILES = [row for row in _table("expect_files.csv") if row["file"] not in NOT_HERE]
ROWS: defaultdict[str, list[Row]] = defaultdict(list)
for expectation in _table("expect_rows.csv"):
    ROWS[expectation["file"]].append(expectation)


def named(file: Row) -> str:
    return file["file"]


def is_taken(file: Row) -> bool:
    return file["file_verdict"] != "reject_file" and file["file"] not in REFUSED


def needed(file: Row) -> str:
    """The file that has to be imported before; "" = none."""
    return file["precondition"].removesuffix(" imported first")


def outcome(counts: Mapping[str, Any]) -> Counts:
    return tuple(counts[name] for name in ("accepted", "fixed", "rejected", "duplicates"))


def expected(file: Row) -> Counts:
    return tuple(int(file[f"rows_{name}"]) for name in ("accept", "fix", "reject", "duplicate"))


def expect_rows(file: Row) -> None:
    """Every row of the table got its verdict and reason in the last import."""
    found = _findings()
    for row in ROWS[file["file"]]:
        said, reason = found[int(row["row"])], OURS.get(row["reason"], row["reason"])
        verdict, _, first = row["verdict"].partition("_of_row_")
        if verdict == "accept":
            assert not said, row
        elif verdict == "fix":
            assert said["fix"], row
            assert file["kind"] != "members" or said["fix"] == {reason}, row
            assert not said["reject"] | said["duplicate"], row
        else:
            assert reason in said[verdict], row
            assert not first or said["duplicate of"] == {first}, row


def _findings() -> dict[int, dict[str, set[str]]]:
    """What was found about each row of the last import: record number -> level -> codes, or rows that stand."""
    found: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    with closing(sqlite3.connect(options.stage_path(ImportBatch.objects.latest("id")))) as stage:
        for row, level, code, params in stage.execute("select row, level, code, params from problem"):
            found[row][level].add(code)
            found[row][f"{level} of"].add(json.loads(params).get("row", ""))
    return found
