"""The second step of an import: which column holds which field."""

import dataclasses
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from members import problems
from members.lib import masking
from members.rules.imports.fields import FIELDS, MEMBER_FIELDS, key
from members.rules.imports.layout import KINDS, Column, Sure
from members.services.imports import Opened, Options

ENCODINGS = ("", "utf-8", "gb18030", "big5", "utf-16")
_TONES = {Sure.YES: "good", Sure.ASK: "warn", Sure.SKIP: "mut"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the matching table."""

    column: Column
    samples: str
    tone: str
    word: str
    is_named: bool  # an unnamed column, or the second of a name, cannot be chosen


@dataclass(frozen=True, slots=True)
class Matching:
    """The whole step: rows, fields to choose from, and how many columns are sure."""

    lines: list[Line]
    fields: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    sure: int
    to_confirm: int
    left_out: int
    missing: list[str]


def kind_names() -> dict[str, str]:
    return {
        "orders": _("One row per order"),
        "lines": _("One row per order line"),
        "refunds": _("Refunds"),
        "members": _("Members"),
    }


def matching(opened: Opened) -> Matching:
    """What the page shows of a recognised file."""
    columns = opened.layout.columns
    counted = [sum(1 for column in columns if column.sure is sure) for sure in (Sure.YES, Sure.ASK, Sure.SKIP)]
    return Matching(
        _lines(columns),
        [(name, problems.field_name(name)) for name in (MEMBER_FIELDS if opened.layout.kind == "members" else FIELDS)],
        [(kind, kind_names()[kind]) for kind in KINDS],
        sure=counted[0],
        to_confirm=counted[1],
        left_out=counted[2],
        missing=[problems.field_name(name) for name in opened.layout.missing],
    )


def _lines(columns: tuple[Column, ...]) -> list[Line]:
    words = {Sure.YES: _("Matched"), Sure.ASK: _("Please confirm"), Sure.SKIP: _("Left out")}
    lines, seen = [], set()
    for column in columns:
        name = key(column.header)
        lines.append(
            Line(column, _samples(column), _TONES[column.sure], words[column.sure], bool(name) and name not in seen)
        )
        seen.add(name)
    return lines


def _samples(column: Column) -> str:
    """The first two values that are not blank, contacts masked."""
    values = [value.strip() for value in column.samples if value.strip()][:2]
    if (kind := column.field.rstrip("234")) in {"phone", "email"}:
        values = [masking.masked(kind, value) for value in values]
    return " / ".join(value[:40] for value in values) or "—"


def doubled(data: QueryDict) -> list[str]:
    """Fields for which two columns were chosen, in the reader's words."""
    chosen = [str(value) for name, value in data.items() if name.startswith("column-") and value]
    return [problems.field_name(name) for name in dict.fromkeys(chosen) if chosen.count(name) > 1]


def read(data: QueryDict, opened: Opened, before: Options) -> Options:
    """The options as the form says; what it does not know stays as it was."""
    columns = {"*": ""}
    for column in opened.layout.columns:
        name = data.get(f"column-{column.position}", "")
        if name in FIELDS or name in MEMBER_FIELDS:
            columns[name] = column.header
    kind = data.get("kind", "")
    if (kind == "members") != (opened.layout.kind == "members"):
        columns = {}  # the fields are others: match anew
    return dataclasses.replace(
        before,
        kind=kind if kind in KINDS else opened.layout.kind,
        columns=columns,
        timezone=data.get("timezone", "").strip(),
        store=data.get("store", "").strip()[:60],
        source=data.get("source", "").strip()[:60],
        contacts="guests" if data.get("contacts") == "guests" else "members",
    )
