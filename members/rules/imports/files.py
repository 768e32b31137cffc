"""What a file is: its encoding and delimiter, or why it cannot be a table."""

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from members.rules.imports.problems import Refused

BLOCK = 1 << 20
LONGEST_FIELD = 10 * 2**20
MOST_COLUMNS = 500
DELIMITERS = (",", ";", "\t", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"PK\x03\x04", "is_excel"),
    (b"\xd0\xcf\x11\xe0", "is_excel"),
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
    """How to read a file: `encoding` as Python names it, one delimiter, its size in bytes."""

    encoding: str
    delimiter: str
    size: int


def recognise(path: Path, encoding: str = "") -> Shape:
    """Look through the whole file once, block by block. Refused when it is no readable table."""
    size = path.stat().st_size
    if not size:
        raise Refused("file_empty")
    with path.open("rb") as file:
        head = file.read(64 * 1024)
    found = _encoding_named(path, encoding) if encoding else _encoding_of(path, head)
    delimiter = _delimiter_of(path, found)
    return Shape(encoding=found, delimiter=delimiter, size=size)


def _encoding_named(path: Path, encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise Refused("encoding_unknown", encoding=encoding) from error
    failed_at = _first_undecodable(path, name)
    if failed_at is not None:
        raise Refused("encoding_does_not_fit", encoding=encoding, line=failed_at)
    return "utf-8-sig" if name == "utf-8" else name


def _encoding_of(path: Path, head: bytes) -> str:
    """A BOM decides; else strict UTF-8; else strict GB18030 without private-use characters; else ask."""
    if bom := _bom(head):
        failed_at = _first_undecodable(path, bom)
        if failed_at is not None:
            raise Refused("encoding_mixed", line=failed_at)
        return bom
    _refuse_binary(head)
    failed_at = _first_undecodable(path, "utf-8")
    if failed_at is None:
        return "utf-8"
    if _is_mostly_utf8(path):
        raise Refused("encoding_mixed", line=failed_at)
    if _first_undecodable(path, "gb18030") is None:
        return "gb18030"
    raise Refused("encoding_asked", line=failed_at)


def _bom(head: bytes) -> str:
    """The encoding that a byte-order mark names, or ""."""
    return next((name for mark, name in _BOMS if head.startswith(mark)), "")


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


def _first_undecodable(path: Path, encoding: str) -> int | None:
    """The line that this encoding cannot read, or None. Private-use characters count: Big5 looks so in GB18030."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    try:
        for block in _blocks(path):
            text = decoder.decode(block)
            if encoding == "gb18030" and _PRIVATE_USE.search(text):
                return line
            line += text.count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        broken = error.object[: error.start]
        return line + broken.count(b"\n")
    return None


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


def _delimiter_of(path: Path, encoding: str) -> str:
    """The sign that cuts the first line into most columns, quoted parts left aside."""
    for line in _lines(path, encoding):
        if line.strip():
            bare = re.sub(r'"[^"]*"', "", line)
            counts = {sign: bare.count(sign) for sign in DELIMITERS}
            best = max(DELIMITERS, key=lambda sign: counts[sign])
            if not counts[best]:
                raise Refused("one_column", header=line.strip()[:80])
            if counts[best] >= MOST_COLUMNS:
                raise Refused("too_many_columns", columns=counts[best] + 1, limit=MOST_COLUMNS)
            return best
    raise Refused("file_blank")


def _lines(path: Path, encoding: str) -> Iterator[str]:
    """Lines without a BOM; no line longer than the longest field is held."""
    with path.open(encoding=encoding, newline="") as file:
        while line := file.readline(LONGEST_FIELD):
            yield line.removeprefix("\ufeff")
