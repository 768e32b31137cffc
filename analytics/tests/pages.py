"""A page as a test reads it: its tables with the exact figures, and the addresses they lead to."""

import csv
import io
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client


@dataclass
class Cell:
    """`value` is the exact figure a cell carries ("" when it carries none), `text` what is shown."""

    value: str = ""
    text: str = ""
    href: str = ""


@dataclass
class Table:
    caption: str = ""
    head: list[str] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)

    def values(self) -> list[list[str]]:
        return [[cell.value for cell in row] for row in self.rows]

    def links(self) -> list[Cell]:
        return [cell for row in self.rows for cell in row if cell.href]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: list[Table] = []
        self.links: list[Cell] = []
        self._where = ""
        self._link: Cell | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "table":
            self.tables.append(Table())
        elif tag in {"caption", "thead", "tbody"}:
            self._where = tag
        elif tag == "tr" and self._where == "tbody":
            self.tables[-1].rows.append([])
        elif tag in {"th", "td"} and self._where == "tbody":
            self.tables[-1].rows[-1].append(Cell(given.get("data-value", "")))
        elif tag == "th" and self._where == "thead":
            self.tables[-1].head.append("")
        elif tag == "a":
            self._link = Cell(href=given.get("href", ""))
            self.links.append(self._link)
            if self._where == "tbody" and self.tables[-1].rows:
                self.tables[-1].rows[-1][-1].href = given.get("href", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"caption", "thead", "tbody"}:
            self._where = ""
        elif tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        if self._link is not None:
            self._link.text += data
        if self._where == "caption":
            self.tables[-1].caption += data
        elif self._where == "thead" and self.tables[-1].head:
            self.tables[-1].head[-1] += data.strip()
        elif self._where == "tbody" and self.tables[-1].rows and self.tables[-1].rows[-1]:
            self.tables[-1].rows[-1][-1].text += data


@dataclass
class Page:
    tables: list[Table]
    links: list[Cell]
    text: str

    def table(self, caption: str) -> Table:
        (found,) = [table for table in self.tables if table.caption == caption]
        return found


def read(client: Client, url: str, status: int = 200) -> Page:
    """The page at an address, which must answer with this status."""
    response = client.get(url)
    text = response.content.decode()
    assert response.status_code == status, f"{url}: {response.status_code} {text[:500]}"
    reader = _Reader()
    reader.feed(text)
    return Page(reader.tables, reader.links, text)


def csv_rows(text: str) -> list[list[str]]:
    """The rows of a CSV, heading first, without its byte-order mark."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def download(client: Client, url: str) -> list[list[str]]:
    """The rows of a CSV at an address."""
    response: Any = client.get(url)
    assert response.status_code == 200, f"{url}: {response.status_code}"
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return csv_rows(content.decode())


def params(url: str) -> dict[str, str]:
    """The query string of an address."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query, keep_blank_values=True).items()}
