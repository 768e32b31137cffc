"""What was decided about a group of problems acts on every row of it, says so, and touches no other."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from members.rules.imports import decisions, layouts
from members.rules.imports.decisions import Decisions
from members.rules.imports.instants import Clock
from members.rules.imports.layouts import Wish
from members.rules.imports.rows import SLOT, Cleaner, Row, Rules

CLOCK = Clock(ZoneInfo("Asia/Shanghai"), dt.datetime(2026, 11, 21, tzinfo=dt.UTC))
HEADER = ["order_no", "ordered_at", "amount", "status", "store", "name"]
GOOD = ["A1", "2026-01-05 10:00", "10.00", "paid", "S1", "Wang"]


def cleaned(decided: Decisions, **cells: str) -> Row:
    layout = layouts.match(HEADER, [GOOD], Wish(kind="orders"))
    row = [cells.get(name, value) for name, value in zip(HEADER, GOOD, strict=True)]
    return Cleaner(layout, Rules("CNY", CLOCK, decided)).row(1, row)


def value(row: Row, name: str) -> Any:
    return row.values[SLOT[name]]


def found(row: Row) -> list[tuple[str, str]]:
    return [(str(problem.level), problem.code) for problem in row.problems]


class TestAWrittenValue:
    @pytest.mark.parametrize("raw", ["XH", " XH ", "\u200bXH"])
    def test_counts_as_what_it_was_said_to_be(self, raw: str) -> None:
        row = cleaned(Decisions(values={"store": {"XH": "S9"}}), store=raw)
        assert value(row, "store") == "S9"
        assert found(row) == [("fix", "decided")]
        assert row.fixed

    @pytest.mark.parametrize("raw", ["xh", "XH2", "S1"])
    def test_another_one_is_left_alone(self, raw: str) -> None:
        row = cleaned(Decisions(values={"store": {"XH": "S9"}}), store=raw)
        assert (value(row, "store"), found(row)) == (raw, [])

    def test_is_read_by_the_rules_of_the_field(self) -> None:
        assert value(cleaned(Decisions(values={"status": {"VIP": "已付款"}}), status="VIP"), "status") == "paid"
        row = cleaned(Decisions(values={"status": {"VIP": "nonsense"}}), status="VIP")
        assert found(row) == [("reject", "unknown_status")]


class TestACode:
    def test_an_amount_counts_as_nothing(self) -> None:
        row = cleaned(Decisions(codes={"amount:not_a_number": "zero"}), amount="ten")
        assert (value(row, "amount"), found(row), row.bad) == (0, [("fix", "decided")], False)

    def test_a_negative_order_counts_as_nothing(self) -> None:
        decided = Decisions(codes={"amount:negative_order": "zero"})
        assert value(cleaned(decided, amount="-5.00"), "amount") == 0
        assert value(cleaned(decided, amount="5.00"), "amount") == 50_000

    def test_rows_stay_out_and_say_why(self) -> None:
        row = cleaned(Decisions(codes={"amount:not_a_number": "skip"}), amount="ten")
        assert (row.bad, found(row)) == (True, [("reject", "skipped")])
        assert dict(row.problems[0].params) == {"code": "not_a_number"}

    def test_an_optional_value_is_left_blank(self) -> None:
        row = cleaned(Decisions(codes={"name:too_long": "blank"}), name="x" * 200)
        assert (value(row, "name"), found(row)) == ("", [("fix", "decided")])

    def test_another_code_of_the_field_still_rejects(self) -> None:
        row = cleaned(Decisions(codes={"amount:not_a_number": "zero"}), amount="$5")
        assert found(row) == [("reject", "other_currency")]

    def test_what_may_not_be_decided_is_not(self) -> None:
        row = cleaned(Decisions(codes={"order_no:missing": "blank", "ordered_at:not_a_date": "zero"}), order_no="")
        assert found(row) == [("reject", "missing")]


class TestWhatIsOffered:
    @pytest.mark.parametrize(
        ("kind", "name", "code", "offered"),
        [
            ("orders", "amount", "not_a_number", ("zero", "skip")),
            ("orders", "amount", "negative_order", ("zero", "skip")),
            ("lines", "amount", "negative_order", ()),
            ("refunds", "amount", "not_a_number", ("skip",)),
            ("refunds", "amount", "negative_order", ()),
            ("orders", "status", "unknown_status", ("skip",)),
            ("orders", "name", "too_long", ("blank", "skip")),
            ("orders", "order_no", "missing", ()),
            ("orders", "ordered_at", "ambiguous_day_month", ()),
            ("lines", "quantity", "not_a_number", ()),
            ("orders", "", "too_few_fields", ()),
        ],
    )
    def test_is_what_cannot_falsify_figures(self, kind: str, name: str, code: str, offered: tuple[str, ...]) -> None:
        assert decisions.actions(kind, name, code) == offered


def test_nothing_decided_is_how_an_import_begins() -> None:
    assert decisions.read({}) is decisions.NONE
    kept = {"values": {"store": {"XH": "S1"}}, "codes": {"amount:missing": "zero"}, "differing": {"name": "keep"}}
    assert decisions.read(kept) == Decisions(kept["values"], kept["codes"])
