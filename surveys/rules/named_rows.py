"""A file with headings as rows of named values: which column is which, whatever language it is headed in."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from typing import Any

Names = Mapping[str, Collection[str]]


class Unreadable(ValueError):
    """The file as a whole cannot be read; the code says why: "encoding", "empty", "columns", "quotes" or "long".

    Whoever reads a file may have codes of its own, and a value beside them.
    """


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8 or GB 18030. Raises Unreadable."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("encoding")


def named(text: str, names: Names, needed: Collection[Collection[str]]) -> Iterator[tuple[int, dict[str, str]]]:
    """Every row below the headings that holds anything: its line, and its values by name, "" for none.

    Of each set in `needed` one column must be there. Raises Unreadable, before the first row unless quotes are broken.
    """
    rows = _cells(text)
    try:
        places = _places(next(rows, None), names)
        if not all(places.keys() & one for one in needed):
            raise Unreadable("columns")
        for row in rows:
            if any(cell.strip() for cell in row):
                yield (
                    rows.line_num,
                    {
                        name: row[places[name]].replace("\0", "").strip()
                        if places.get(name, len(row)) < len(row)
                        else ""
                        for name in names
                    },
                )
    except csv.Error as error:
        raise Unreadable("quotes") from error


def titled(text: str) -> list[str]:
    """The headings, as they are compared. Raises Unreadable."""
    try:
        return [title.strip().casefold() for title in next(_cells(text), [])]
    except csv.Error as error:
        raise Unreadable("quotes") from error


def _cells(text: str) -> Any:  # a reader of csv, whose class has no public name
    head = text.splitlines()[0] if text.strip() else ""
    return csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))


def _places(titles: list[str] | None, names: Names) -> dict[str, int]:
    if not titles:
        raise Unreadable("empty")
    known = {title: name for name, titles_ in names.items() for title in titles_}
    places: dict[str, int] = {}
    for place, title in enumerate(titles):
        name = known.get(title.strip().casefold())
        if name:
            places.setdefault(name, place)
    return places
