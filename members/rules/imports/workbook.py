"""An XLSX file: a packed folder of XML parts. Unpacked piece by piece, within limits, without entities.

Python's own zip and XML readers do it: a library that fills a table first (python-calamine) ends the process on a file
with two cells far apart, and openpyxl needs three times as long and holds every shared text as an object.
"""

import posixpath
import re
import zipfile
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from xml.parsers import expat

from members.rules.imports import cell_values
from members.rules.imports.problems import Refused

MOST_BYTES = 20 * 2**20
MOST_UNPACKED = 100 * 2**20
MOST_RATIO = 100
LONGEST_TEXT = 32_768  # Excel's own limit; a longer text is cut here and rejected as too long later
_BLOCK = 1 << 16
_MAIN = "xl/workbook.xml"

Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet: its name, the part that holds it, whether the reader of the workbook sees it."""

    name: str
    part: str
    visible: bool


class Texts:
    """The texts that cells share, packed together: a list of small strings would take several times the memory."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])

    def add(self, text: str) -> None:
        self._bytes += text.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._bytes))

    def __getitem__(self, place: int) -> str:
        if not 0 <= place < len(self._ends) - 1:
            raise Refused("workbook_broken")
        found = self._bytes[self._ends[place] : self._ends[place + 1]]
        return cell_values.text(found.decode("utf-8", "surrogatepass"))


@dataclass(slots=True)
class Workbook:
    """An opened workbook; `date_styles` are the cell styles that show dates, `signs` the
    foreign currency that other styles show."""

    sheets: list[Sheet]
    date_styles: frozenset[str]
    signs: dict[str, str]
    since_1904: bool
    texts: Texts
    _zip: zipfile.ZipFile
    _left: int = field(default=MOST_UNPACKED)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Refused when it is too large, packed too tightly, or no workbook."""
        if path.stat().st_size > MOST_BYTES:
            raise Refused("workbook_too_large", limit=MOST_BYTES // 2**20)
        try:
            packed = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise Refused("workbook_broken") from error
        book = cls([], frozenset(), {}, False, Texts(), packed)
        try:
            book._check_sizes()
            book._load()
        except BaseException:
            packed.close()
            raise
        return book

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def blocks(self, part: str) -> Iterator[bytes]:
        """A part unpacked piece by piece. Refused as soon as more comes out than may."""
        try:
            with self._zip.open(part) as file:
                while block := file.read(_BLOCK):
                    self._left -= len(block)
                    if self._left < 0:
                        raise Refused("workbook_unpacks_too_large", limit=MOST_UNPACKED // 2**20)
                    yield block
        except (zipfile.BadZipFile, KeyError, EOFError, OSError, RuntimeError, NotImplementedError) as error:
            raise Refused("workbook_broken") from error

    def _check_sizes(self) -> None:
        """By what the file says of itself; `blocks` counts what really comes out."""
        if sum(entry.file_size for entry in self._zip.infolist()) > MOST_UNPACKED:
            raise Refused("workbook_unpacks_too_large", limit=MOST_UNPACKED // 2**20)
        for entry in self._zip.infolist():
            if entry.file_size > max(entry.compress_size, 1 << 14) * MOST_RATIO:
                raise Refused("workbook_ratio", limit=MOST_RATIO)

    def _load(self) -> None:
        names = set(self._zip.namelist())
        if _MAIN not in names:
            raise Refused("is_compressed")
        targets = self._targets()
        listed: list[Sheet] = []

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "sheet":
                place = next((value for key, value in attributes.items() if key.endswith(":id")), "")
                if targets.get(place) in names:
                    visible = attributes.get("state", "visible") == "visible"
                    listed.append(Sheet(attributes.get("name", ""), targets[place], visible))
            elif tag == "workbookPr":
                self.since_1904 = attributes.get("date1904", "0") in {"1", "true"}

        parse(self.blocks(_MAIN), start)
        self.sheets = listed
        if "xl/styles.xml" in names:
            self.date_styles, self.signs = _styles(self.blocks("xl/styles.xml"))
        if "xl/sharedStrings.xml" in names:
            _load_texts(self.blocks("xl/sharedStrings.xml"), self.texts)

    def _targets(self) -> dict[str, str]:
        """Relation id -> the worksheet part it names."""
        found: dict[str, str] = {}

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
                target = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
                found[attributes.get("Id", "")] = target.lstrip("/")

        parse(self.blocks("xl/_rels/workbook.xml.rels"), start)
        return found


def parser(
    start: Callable[[str, Attributes], Any],
    end: Callable[[str], Any] | None = None,
    text: Callable[[str], Any] | None = None,
) -> expat.XMLParserType:
    """An XML parser that takes no document type, hence no entities, and names tags without their prefix, if any."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.StartDoctypeDeclHandler = _no_doctype

    def first(tag: str, attributes: Attributes) -> None:
        """The root tells whether tags have prefixes; nearly no file has them."""
        prefix, _, name = tag.rpartition(":")
        made.StartElementHandler = _unprefixed(start) if prefix else start
        if end is not None:
            made.EndElementHandler = _unprefixed(end) if prefix else end
        start(name, attributes)

    made.StartElementHandler = first
    made.CharacterDataHandler = text
    return made


def _unprefixed(handler: Callable[..., Any]) -> Callable[..., Any]:
    return lambda tag, *more: handler(tag.rpartition(":")[2], *more)


def parse(blocks: Iterator[bytes], *handlers: Any) -> None:
    """Run a whole part through a parser."""
    reader = parser(*handlers)
    for block in blocks:
        feed(reader, block)
    feed(reader, b"", last=True)


def feed(reader: expat.XMLParserType, block: bytes, *, last: bool = False) -> None:
    try:
        reader.Parse(block, last)
    except expat.ExpatError as error:
        raise Refused("workbook_broken") from error


def _no_doctype(*_: object) -> None:
    raise Refused("workbook_broken")


def _styles(blocks: Iterator[bytes]) -> tuple[frozenset[str], dict[str, str]]:
    """The cell styles that show dates; and style -> currency sign of those that show one."""
    codes: dict[int, str] = {}
    formats: list[int] = []
    inside: list[str] = []

    def start(tag: str, attributes: Attributes) -> None:
        inside.append(tag)
        if tag == "numFmt":
            codes[_whole(attributes.get("numFmtId", ""))] = attributes.get("formatCode", "")
        elif tag == "xf" and "cellXfs" in inside:
            formats.append(_whole(attributes.get("numFmtId", "")))

    parse(blocks, start, lambda _tag: inside.pop())
    dates = {number for number in formats if cell_values.is_date_format(number, codes.get(number, ""))}
    signs = {number: cell_values.shown_sign(code) for number, code in codes.items() if number not in dates}
    return (
        frozenset(str(style) for style, number in enumerate(formats) if number in dates),
        {str(style): sign for style, number in enumerate(formats) if (sign := signs.get(number))},
    )


def _load_texts(blocks: Iterator[bytes], texts: Texts) -> None:
    """Every shared text, its runs joined; readings of Asian characters (rPh) are no part of it."""
    collector = _TextCollector(texts)
    parse(blocks, collector.start, collector.end, collector.text)


class _TextCollector:
    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._parts: list[str] = []
        self._length = 0
        self._reading = self._phonetic = False

    def start(self, tag: str, _attributes: Attributes) -> None:
        if tag == "t":
            self._reading = not self._phonetic
        elif tag == "si":
            self._parts.clear()
            self._length = 0
        elif tag == "rPh":
            self._phonetic = True

    def end(self, tag: str) -> None:
        if tag == "t":
            self._reading = False
        elif tag == "si":
            self._texts.add("".join(self._parts))
        elif tag == "rPh":
            self._phonetic = False

    def text(self, data: str) -> None:
        if self._reading and self._length < LONGEST_TEXT:
            self._parts.append(data)
            self._length += len(data)


def _whole(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else 0
