"""Excel workbooks: what every kind of cell says, which sheet is read, and what is refused before it does harm."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

from members.rules.imports import cell_values, files, records, sheet, workbook
from members.rules.imports.problems import Refused
from members.tests import workbooks
from members.tests.workbooks import number, row, text, texts

HEADER = row(1, *texts("订单号", "值"))


def read(path: Path) -> list[tuple[int, list[str]]]:
    return list(records.read(path, files.recognise(path)))


def said(tmp_path: Path, cell: str, **more: object) -> str:
    """What a cell says, in a sheet of one row."""
    rows = HEADER + row(2, text("1"), cell)
    path = workbooks.workbook(tmp_path / "f.xlsx", ("Sheet1", rows), **more)  # type: ignore[arg-type]
    return read(path)[1][1][1]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (number("13800138000"), "13800138000"),
        (number("13800138000.0"), "13800138000"),
        (number("1.3800138E10"), "13800138000"),
        (number("0.1"), "0.1"),
        (number("0.10000000000000001", 3), "0.1"),
        (number("59.699999999999996", 3), "59.7"),
        (number("-12.5"), "-12.5"),
        (number("1E-7"), "0.0000001"),
        (number("999999999999999"), "999999999999999"),
        (number("123456789012345678"), "1.23456789012346E+17"),
        (number("1.2345678901234568E+17"), "1.23456789012346E+17"),
        (number("45662.395833333336", 1), "2025-01-05 09:30:00"),
        (number("45662.39600694444", 2), "2025-01-05 09:30:15"),
        (number("45662", 2), "2025-01-05"),
        (number("45662", 0), "45662"),
        (number("0.395833333333333", 1), "09:30:00"),
        (number("99999999999", 1), "99999999999"),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c t="d"><v>2025-01-05T09:30:00</v></c>', "2025-01-05T09:30:00"),
        ("<c><f>A1*2</f><v>24</v></c>", "24"),
        ('<c t="str"><f>A1</f><v>茶</v></c>', "茶"),
        ('<c t="str"><f>A1</f><v></v></c>', ""),
        ("<c><f>A1*2</f></c>", "#CALC!"),
        ("<c><f>A1*2</f><v></v></c>", "#CALC!"),
        (text("a_x000D_b"), "a\rb"),
        ('<c t="inlineStr"><is><r><t>龙</t></r><r><t>井</t></r><rPh><t>ろん</t></rPh></is></c>', "龙井"),
        ('<c t="s"><v>1</v></c>', "乌龙"),
    ],
)
def test_a_cell_is_read_as_excel_shows_it(tmp_path: Path, cell: str, value: str) -> None:
    shared = "<si><t>茶</t></si><si><r><t>乌</t></r><r><t>龙</t></r><rPh><t>うーろん</t></rPh></si>"
    assert said(tmp_path, cell, shared=shared) == value


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('"$"#,##0.00', "-$12.5"),
        ("[$$-409]#,##0.00", "-$12.5"),
        ("[$€-2] #,##0.00", "-€12.5"),
        (r"\$#,##0;[Red]\-\$#,##0", "-$12.5"),
        ("[$USD] #,##0.00", "-USD12.5"),
        ('"¥"#,##0.00', "-¥12.5"),
        ("[$￥-804]#,##0.00", "-￥12.5"),
        ('0.00"元"', "-元12.5"),
        ("#,##0.00_);[Red]General", "-12.5"),
    ],
)
def test_a_currency_that_only_the_format_shows_is_not_lost(code: str, shown: str) -> None:
    sign = cell_values.shown_sign(code)
    assert (cell_values.money("-12.5", sign) if sign else cell_values.number("-12.5")) == shown


def test_a_cell_in_dollars_says_so(tmp_path: Path) -> None:
    assert said(tmp_path, number("12.50", 4)) == "$12.50"


def test_days_may_be_counted_from_1904(tmp_path: Path) -> None:
    assert said(tmp_path, number("44200", 2), since_1904=True) == "2025-01-05"


def test_titles_stand_above_the_header_and_blank_rows_keep_their_number(tmp_path: Path) -> None:
    rows = row(1, text("2025 年销售")) + row(3, *texts("订单号", "金额", "备注")) + row(4, text("1"), number("5"))
    rows += row(7, text("2"), number("6"), text("x"))
    path = workbooks.workbook(tmp_path / "f.xlsx", ("S", rows))
    assert read(path) == [(0, ["订单号", "金额", "备注"]), (1, ["1", "5", ""]), (4, ["2", "6", "x"])]


def test_cells_stand_where_they_say(tmp_path: Path) -> None:
    rows = row(1, *texts("a", "b", "c")) + '<row r="2"><c r="A2"><v>1</v></c><c r="C2"><v>3</v></c></row>'
    assert read(workbooks.workbook(tmp_path / "f.xlsx", ("S", rows)))[1] == (1, ["1", "", "3"])


def test_the_first_sheet_with_a_table_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    one, two = (HEADER + row(2, *texts(name, "x")) for name in ("first", "second"))
    sheets = (("说明", row(1, text("只有一个格子"))), ("藏", one), ("表", one), ("又", two))
    path = workbooks.workbook(tmp_path / "f.xlsx", *sheets, hidden=("藏",))
    shape = files.recognise(path)
    assert (shape.encoding, shape.sheet, shape.others) == ("xlsx", "表", ("又", "藏"))


def test_what_is_in_the_file_counts_and_a_workbook_must_be_called_one(tmp_path: Path) -> None:
    path = workbooks.workbook(tmp_path / "stored.csv", ("S", HEADER))
    assert files.recognise(path, name="sales.XLSX").sheet == "S"
    with pytest.raises(Refused, match="is_excel"):
        files.recognise(path, name="sales.csv")
    named = tmp_path / "sales.xlsx"
    named.write_text("a,b\n1,2\n")
    assert files.recognise(named).delimiter == ","


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        read(path)
    return refused.value.code


def test_a_document_type_is_refused_and_so_are_its_entities(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    assert refusal(workbooks.workbook(tmp_path / "f.xlsx", ("S", HEADER), head=bomb)) == "workbook_broken"


def test_a_part_that_is_packed_too_tightly_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = workbooks.workbook(tmp_path / "f.xlsx", ("S", HEADER), extra={"xl/media/x.bin": bytes(30 * 2**20)})
    assert refusal(path) == "workbook_ratio"


def test_more_than_may_be_unpacked_is_refused_by_what_the_file_says(tmp_path: Path, monkeypatch: Any) -> None:
    path = workbooks.workbook(tmp_path / "f.xlsx", ("S", HEADER))
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 100)
    assert refusal(path) == "workbook_unpacks_too_large"


def test_more_than_may_be_unpacked_is_refused_by_what_comes_out(tmp_path: Path) -> None:
    path = workbooks.workbook(tmp_path / "f.xlsx", ("S", HEADER))
    with workbook.Workbook.open(path) as book:
        book._left = 100
        with pytest.raises(Refused, match="workbook_unpacks_too_large"):
            list(book.blocks("xl/worksheets/sheet1.xml"))


def test_a_part_that_is_longer_than_it_says_is_refused(tmp_path: Path) -> None:
    path = workbooks.workbook(tmp_path / "f.xlsx", ("S", HEADER + row(2, *texts("1", "x" * 900))))
    packed = path.read_bytes()
    size = len(packed)
    with zipfile.ZipFile(path) as inside:
        entry = inside.getinfo("xl/worksheets/sheet1.xml")
    told = entry.file_size.to_bytes(4, "little")
    path.write_bytes(packed.replace(told, (200).to_bytes(4, "little")))
    assert path.stat().st_size == size
    assert refusal(path) == "workbook_broken"


def test_a_larger_file_than_may_be_is_refused(tmp_path: Path) -> None:
    path = workbooks.workbook(tmp_path / "f.xlsx", ("S", HEADER))
    with path.open("ab") as file:
        file.truncate(workbook.MOST_BYTES + 1)
    assert refusal(path) == "workbook_too_large"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("", "workbook_blank"),
        (row(1, text("one cell only")), "workbook_blank"),
        (HEADER + "<row", "workbook_broken"),
        (HEADER + row(2, '<c r="AAAA2"><v>1</v></c>'), "workbook_broken"),
        (HEADER + row(2, '<c r="ZZZ2"><v>1</v></c>'), "workbook_broken"),
        (HEADER + row(1, text("again")), "workbook_broken"),
        (HEADER + row(2, '<c t="s"><v>7</v></c>'), "workbook_broken"),
    ],
)
def test_a_sheet_that_cannot_be_a_table_is_refused(tmp_path: Path, rows: str, code: str) -> None:
    assert refusal(workbooks.workbook(tmp_path / "f.xlsx", ("S", rows))) == code


def test_two_cells_far_apart_cost_nothing(tmp_path: Path) -> None:
    rows = HEADER + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    found = list(sheet.records(workbooks.workbook(tmp_path / "f.xlsx", ("S", rows)), "S"))
    assert [(place, len(cells)) for place, cells in found] == [(0, 2), (1_048_575, 16_384)]


def test_tags_may_have_a_prefix(tmp_path: Path) -> None:
    path = workbooks.workbook(tmp_path / "f.xlsx", ("S", ""))
    inner = (HEADER + row(2, *texts("1", "x"))).replace("</", "</x:").replace("<c", "<x:c").replace("<row", "<x:row")
    inner = inner.replace("<is>", "<x:is>").replace("<t ", "<x:t ")
    main = workbooks._MAIN
    data = f'<x:worksheet xmlns:x="{main}"><x:sheetData>{inner}</x:sheetData></x:worksheet>'
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "g.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, data if "sheet1" in name else old.read(name))
    assert read(tmp_path / "g.xlsx")[1] == (1, ["1", "x"])
