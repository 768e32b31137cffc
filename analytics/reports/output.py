"""A result as CSV and JSON."""

import json
from typing import Any

from analytics.reports.columns import Kind
from analytics.reports.query import as_given
from analytics.reports.report import Result
from members.lib import safe_csv

_AS_NUMBER = {Kind.COUNT: int, Kind.RATE: float, Kind.MEAN: float, Kind.CHANGE: float}


def csv_text(result: Result, *, keys: bool, bom: bool) -> str:
    """CSV with stable keys as headings, or with headings in the reader's language."""
    columns = result.columns
    header = [column.key if keys else str(column.heading) for column in columns]
    rows = ([row[column.key] for column in columns] for row in result.rows())
    return "".join(safe_csv.lines(header, rows, bom=bom))


def as_json(result: Result) -> dict[str, Any]:
    """{report, query, meta, rows}: counts and rates as numbers, money as exact text, withheld cells null."""
    columns = result.columns
    return {
        "report": result.report.slug,
        "query": as_given(result.query),
        "meta": dict(result.meta),
        "rows": [
            {column.key: _value(row[column.key], column.kind_in(row)) for column in columns} for row in result.rows()
        ],
    }


def json_text(result: Result) -> str:
    return json.dumps(as_json(result), ensure_ascii=False, indent=2) + "\n"


def _value(text: str, kind: Kind) -> Any:
    if text == "":
        return None
    if kind == Kind.FLAG:
        return text == "true"
    return _AS_NUMBER.get(kind, str)(text)
