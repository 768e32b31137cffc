"""What a file is: recognised, or refused with what is wrong, where, and nothing guessed."""

import codecs
from pathlib import Path

import pytest

from members.rules.imports import files, records
from members.rules.imports.problems import Refused

TEXT = "订单号,姓名\n1,张伟\n2,王芳\n"


def put(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    return path


def rows(path: Path) -> list[list[str]]:
    return [cells for _, cells in records.read(path, files.recognise(path))]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gb18030"),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace(",", "|").encode(),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        ("sep=;\n" + TEXT.replace(",", ";")).encode(),
    ],
)
def test_the_same_table_in_any_dress(tmp_path: Path, content: bytes) -> None:
    assert rows(put(tmp_path, content)) == [["订单号", "姓名"], ["1", "张伟"], ["2", "王芳"]]


def test_rare_characters_of_gb18030_survive(tmp_path: Path) -> None:
    assert rows(put(tmp_path, "a,b\n𠮷,㐂\n".encode("gb18030")))[1] == ["𠮷", "㐂"]


def refusal(path: Path, encoding: str = "") -> Refused:
    with pytest.raises(Refused) as refused:
        list(records.read(path, files.recognise(path, encoding)))
    return refused.value


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (codecs.BOM_UTF8, "file_blank"),
        (b"\n\n\r\n", "file_blank"),
        (b"PK\x03\x04rest of a workbook", "is_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "is_other_sheet"),
        (b"\x1f\x8b\x08compressed", "is_compressed"),
        (bytes(range(256)) * 20, "is_binary"),
        (b"just words\nin lines\n", "one_column"),
        ("a,b\n許功蓋,王\n".encode("big5"), "encoding_asked"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    assert refusal(put(tmp_path, content)).code == code


def test_a_line_in_another_encoding_is_named(tmp_path: Path) -> None:
    mixed = "a,b\n1,张伟\n2,王芳是好人\n".encode() + "3,李娜\n".encode("gb18030") + "4,欧阳\n".encode()
    refused = refusal(put(tmp_path, mixed))
    assert (refused.code, refused.params["line"]) == ("encoding_mixed", "4")


def test_a_named_encoding_is_obeyed_or_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "a,b\n許功蓋,王\n".encode("big5"))
    assert list(records.read(path, files.recognise(path, "big5")))[1] == (1, ["許功蓋", "王"])
    assert refusal(path, "utf-8").params == {"encoding": "utf-8", "line": "2"}
    assert refusal(path, "klingon").code == "encoding_unknown"


def test_a_cut_off_file_is_refused_with_the_line_of_the_open_quote(tmp_path: Path) -> None:
    refused = refusal(put(tmp_path, b'a,b\n1,x\n2,"never closed\n3,y\n'))
    assert (refused.code, refused.params["line"], refused.params["record"]) == ("unclosed_quote", "3", "2")


def test_a_quote_that_is_never_closed_is_told_however_long_the_rest(tmp_path: Path) -> None:
    refused = refusal(put(tmp_path, b'a,b\n1,"' + b"x" * 99 + b"\n" + (b"y" * 999 + b"\n") * 12_000))
    assert (refused.code, refused.params["line"]) == ("unclosed_quote", "2")


def test_blank_records_are_skipped_and_keep_their_number(tmp_path: Path) -> None:
    path = put(tmp_path, b'a,b\n1,"two\nlines"\n\n3,x\n')
    assert list(records.read(path, files.recognise(path))) == [
        (0, ["a", "b"]),
        (1, ["1", "two\nlines"]),
        (3, ["3", "x"]),
    ]


# --- UTF-16 without a mark, delimiters, limits --------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_its_zeros(tmp_path: Path, encoding: str) -> None:
    text = "订单号,金额,时间\n" + "".join(f"SO{n},{n}.50,2025-01-05 10:00\n" for n in range(9))
    path = put(tmp_path, text.encode(encoding))
    assert files.recognise(path).encoding == encoding
    assert rows(path)[1] == ["SO0", "0.50", "2025-01-05 10:00"]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("Name, first\tPhone, home\tNote\nA\t1\tx\nB\t2\ty\n", "\t"),
        ("order_no\tordered_at\tamount, in CNY, with tax\nA\t1\t2\n", "\t"),
        ("Order No;Amount, net;Note\nA;1,50;a,b\nB;2,50;c\n", ";"),
        ('"a;b","c;d"\n1,2\n', ","),
        ("订单号|金额|备注\nA|1|x;y;z\n", "|"),
        ("订单号;下单时间,金额\nA,1\nB,2\n", ","),
    ],
)
def test_the_delimiter_cuts_the_lines_and_not_only_the_header(tmp_path: Path, text: str, delimiter: str) -> None:
    assert files.recognise(put(tmp_path, text.encode())).delimiter == delimiter


@pytest.mark.parametrize("sign", ["^", "~", "，"])
def test_another_delimiter_is_named(tmp_path: Path, sign: str) -> None:
    refused = refusal(put(tmp_path, f"a{sign}b\n1{sign}2\n".encode()))
    assert (refused.code, refused.params["sign"]) == ("other_delimiter", sign)


def test_more_columns_than_may_be_are_refused(tmp_path: Path) -> None:
    header = ",".join(f"c{n}" for n in range(201))
    assert refusal(put(tmp_path, f"{header}\n{header}\n".encode())).params == {"columns": "201", "limit": "200"}


def test_a_cell_that_is_too_long_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    path = put(tmp_path, f"a,b\n1,{'x' * 10_000}\n2,{'x' * 10_001}\n3,{'x' * 1_000_000}\n4,z\n".encode())
    found = list(records.read(path, files.recognise(path)))
    assert [number for number, _ in found] == [0, 1, 2, 3, 4]
    long = [cells for _, cells in found if isinstance(cells, records.TooLong)]
    assert [(cells.position, cells.length, list(cells)) for cells in long] == [(1, 10_001, []), (1, 1_000_000, [])]
    assert [len(cell) for cell in records.whole(long[0])] == [1, 10_001]


def test_a_long_cell_of_many_lines_is_told_too(tmp_path: Path) -> None:
    cell = "\n".join(["x" * 99] * 150)
    path = put(tmp_path, f'a,b\n1,"{cell}"\n2,y\n'.encode())
    found = list(records.read(path, files.recognise(path)))
    assert isinstance(found[1][1], records.TooLong)
    assert found[2] == (2, ["2", "y"])


def test_a_line_that_never_ends_is_refused(tmp_path: Path) -> None:
    assert refusal(put(tmp_path, b"a,b\n" + b"1," * 2_500_000)).code == "line_too_long"
