"""What a file is: its encoding and delimiter, or why it cannot be a table."""

import codecs
import csv
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import NamedTuple

from members.rules.imports import delimiters, sheet
from members.rules.imports.problems import Refused

BLOCK = 1 << 20
LONGEST_FIELD = 10 * 2**20  # what is ever held of one cell; a cell of more than LONGEST_CELL rejects its row
LONGEST_CELL = 10_000
LONGEST_LINE = 4_000_000  # two hundred cells of the greatest length fit twice
MOST_COLUMNS = 200
XLSX = "xlsx"
_WORKBOOK_NAMES = {".xlsx", ".xlsm"}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ZIP = b"PK\x03\x04"
_MAGIC = (
    (b"\xd0\xcf\x11\xe0", "is_other_sheet"),
    (b"%PDF", "is_binary"),
    (b"\x1f\x8b", "is_compressed"),
    (b"Rar!", "is_compressed"),
    (b"7z\xbc\xaf", "is_compressed"),
    (b"\x89PNG", "is_binary"),
    (b"\xff\xd8\xff", "is_binary"),
)
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 27})

csv.field_size_limit(LONGEST_FIELD)


@dataclass(frozen=True, slots=True)
class Shape:
    """How to read a file: `encoding` as Python names it ("xlsx" for a workbook), one delimiter, its size in bytes.

    Of a workbook: the `sheet` that is read, and the `others` that hold tables too. `long_lines`: some line is longer
    than a cell may be, so that each cell is to be looked at. `ended`: the last line has its line end.
    """

    encoding: str
    delimiter: str
    size: int
    sheet: str = ""
    others: tuple[str, ...] = ()
    long_lines: bool = False
    ended: bool = True


class Scanned(NamedTuple):
    """What reading a file through in one encoding has shown: a line that it cannot read, the longest line, the end."""

    broken: int | None
    longest: int
    ended: bool


def recognise(path: Path, encoding: str = "", name: str = "") -> Shape:
    """Look through the whole file once, block by block. Refused when it is no readable table.

    `name` is the one the file was chosen under: what is in a file decides, but a workbook must be called one.
    """
    size = path.stat().st_size
    if not size:
        raise Refused("file_empty")
    with path.open("rb") as file:
        head = file.read(64 * 1024)
    if head.startswith(_ZIP):
        return _workbook(path, PurePath(name or path.name), size)
    found, scanned = _encoding_named(path, encoding) if encoding else _encoding_of(path, head)
    if scanned.longest > LONGEST_LINE:
        raise Refused("line_too_long", limit=f"{LONGEST_LINE:,}")
    delimiter = delimiters.found(_beginning(path, found), MOST_COLUMNS)
    return Shape(found, delimiter, size, long_lines=scanned.longest > LONGEST_CELL, ended=scanned.ended)


def _workbook(path: Path, name: PurePath, size: int) -> Shape:
    if name.suffix.lower() in _WORKBOOK_NAMES:
        chosen, others = sheet.chosen(path)
        return Shape(XLSX, "", size, chosen, others)
    inside = _packed_names(path)
    if "xl/workbook.bin" in inside or "content.xml" in inside:
        raise Refused("is_other_sheet")
    raise Refused("is_excel" if not inside or "xl/workbook.xml" in inside else "is_compressed")


def _packed_names(path: Path) -> set[str]:
    try:
        with zipfile.ZipFile(path) as packed:
            return set(packed.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return set()


def _encoding_named(path: Path, encoding: str) -> tuple[str, Scanned]:
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise Refused("encoding_unknown", encoding=encoding) from error
    scanned = _scan(path, name)
    if scanned.broken is not None:
        raise Refused("encoding_does_not_fit", encoding=encoding, line=scanned.broken)
    return "utf-8-sig" if name == "utf-8" else name, scanned


def _encoding_of(path: Path, head: bytes) -> tuple[str, Scanned]:
    """A BOM decides; else strict UTF-8; else strict GB18030 without private-use characters; else ask."""
    if marked := _bom(head) or _wide(head):
        scanned = _scan(path, marked)
        if scanned.broken is not None:
            raise Refused("encoding_mixed", line=scanned.broken)
        return marked, scanned
    _refuse_binary(head)
    scanned = _scan(path, "utf-8")
    if scanned.broken is None:
        return "utf-8", scanned
    if _is_mostly_utf8(path):
        raise Refused("encoding_mixed", line=scanned.broken)
    chinese = _scan(path, "gb18030")
    if chinese.broken is None:
        return "gb18030", chinese
    raise Refused("encoding_asked", line=scanned.broken)


def _bom(head: bytes) -> str:
    """The encoding that a byte-order mark names, or ""."""
    return next((name for mark, name in _BOMS if head.startswith(mark)), "")


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: a zero beside every Latin letter, digit and line end, always on the same side."""
    sample = head[: len(head) // 2 * 2]
    first, second = sample[::2].count(0), sample[1::2].count(0)
    if max(first, second) * 10 < len(sample) // 2 or min(first, second) * 100 > max(first, second):
        return ""
    name = "utf-16-le" if second > first else "utf-16-be"
    return name if any(sign in sample.decode(name, "replace") for sign in "\r\n") else ""


def _refuse_binary(head: bytes) -> None:
    for magic, code in _MAGIC:
        if head.startswith(magic):
            raise Refused(code)
    if sum(head.count(byte) for byte in _CONTROL) > len(head) // 50:
        raise Refused("is_binary")


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _scan(path: Path, encoding: str) -> Scanned:
    """Read the file through in an encoding. Private-use characters count as unreadable: Big5 looks so in GB18030."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line, longest, begun, text = 1, 0, 0, ""
    try:
        for block in _blocks(path):
            text = decoder.decode(block)
            if encoding == "gb18030" and _PRIVATE_USE.search(text):
                return Scanned(line, longest, ended=True)
            lines = text.replace("\r", "\n").split("\n")
            longest = max(longest, begun + len(lines[0]), len(max(lines, key=len)))
            begun = len(lines[-1]) if len(lines) > 1 else begun + len(lines[0])
            line += text.count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        broken = error.object[: error.start]
        return Scanned(line + broken.count(b"\n"), longest, ended=True)
    return Scanned(None, longest, ended=text.endswith(("\n", "\r")))


def _is_mostly_utf8(path: Path) -> bool:
    """Whether most non-ASCII bytes form UTF-8 sequences: then a few lines are in another encoding.

    Chinese text in GB18030 hardly ever forms three-byte UTF-8 sequences by chance.
    """
    bad = good = 0
    for block in _blocks(path):
        text = block.decode("utf-8", "replace")
        wrong = text.count("\ufffd")
        bad += wrong
        good += sum(1 for character in text if character > "\x7f") - wrong
    return good > bad


def _beginning(path: Path, encoding: str) -> str:
    """The first lines, without a BOM; the last of them is whole unless it is longer than all that is looked at."""
    with path.open(encoding=encoding, newline="") as file:
        text = file.read(delimiters.LOOKED_AT)
        if file.read(1):
            text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
    return text.removeprefix("\ufeff")
