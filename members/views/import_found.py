"""What the check of a file found, or an import did, ready to be drawn: figures, groups of problems, money."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members import problems
from members.lib import display, masking
from members.lib.money import from_units
from members.models import ImportBatch
from members.rules.imports import decisions
from members.rules.imports.problems import Level, Problem
from members.views import import_choices

MARKS = {Level.REJECT: ("x", "bad"), Level.FIX: ("check", "good"), Level.DUPLICATE: ("info", "muted")}
CONTACTS = frozenset({"phone", "email"})
CONFLICT = "identifiers_conflict"
OTHER_NAME = "other_name"


@dataclass(frozen=True, slots=True)
class Group:
    """Rows with the same problem: what it is, where, and what can be done about all of them at once.

    `actions`: (action, label, what it does); `spellings`: (written value, rows); `choices`: what they may stand for.
    """

    level: Level
    code: str
    field: str
    rows: int
    samples: list[Problem]
    actions: list[tuple[str, str, str]]
    spellings: list[tuple[str, int]]
    choices: list[tuple[str, str]]

    @property
    def title(self) -> str:
        return problems.title(self.code)

    @property
    def field_name(self) -> str:
        return problems.field_name(self.field)

    @property
    def mark(self) -> str:
        return "warn" if self.actions else MARKS[self.level][0]

    @property
    def tone(self) -> str:
        return "warn" if self.actions else MARKS[self.level][1]

    @property
    def numbers(self) -> str:
        return _(", ").join(f"{sample.row:,}" for sample in self.samples)

    @property
    def has_more(self) -> bool:
        return self.rows > len(self.samples)

    @property
    def value(self) -> str:
        return shown(self.samples[0].field, self.samples[0].value)

    @property
    def mend(self) -> str:
        return problems.mend(self.code, self.samples[0].params)

    @property
    def is_rejected(self) -> bool:
        return self.level == Level.REJECT

    @property
    def is_conflict(self) -> bool:
        return self.code == CONFLICT

    @property
    def counts_as_duplicate(self) -> bool:
        """Another name is said besides of rows that are duplicates already."""
        return self.level == Level.DUPLICATE and self.code != OTHER_NAME


@dataclass(frozen=True, slots=True)
class Fix:
    """One kind of thing put right by itself, with the first values as they stood in the file."""

    title: str
    rows: int
    samples: list[tuple[int, str, str]]  # row, field, value


def found(batch: ImportBatch, currency: str) -> dict[str, Any]:
    """The context of the check's and the result's page."""
    summary, counts = batch.summary, batch.counts
    groups = [read(batch.kind, group, currency) for group in summary.get("groups", [])]
    return {
        "counts": counts,
        "summary": summary,
        "taken": taken(counts),
        "problems": [group for group in groups if group.level != Level.FIX and group.code != "skipped"],
        "fixes": [_fix(group) for group in groups if group.level == Level.FIX and group.code != "decided"],
        "months": _money_rows(summary.get("by_month", [])),
        "stores": _money_rows(summary.get("by_store", [])),
        "seen_before": counts.get("duplicates", 0) - sum(group.rows for group in groups if group.counts_as_duplicate),
        "conflict_rows": sum(group.rows for group in groups if group.is_conflict),
        "to_decide": summary.get("decidable", 0),
        "left_behind": max(counts.get("rejected", 0) - summary.get("decidable", 0), 0),
        "matched": _matched(summary.get("matched", {})),
    }


def taken(counts: dict[str, Any]) -> int:
    """Rows that are in, or would be: as they were, or put right."""
    rows: int = counts.get("accepted", 0) + counts.get("fixed", 0)
    return rows


def read(kind: str, group: dict[str, Any], currency: str) -> Group:
    """A group as the summary keeps it -> with what can be decided about it."""
    level, code, name, rows = Level(group["level"]), group["code"], group["field"], group["rows"]
    samples = [Problem(s["row"], level, code, name, s["value"], s["params"]) for s in group["samples"]]
    offered = decisions.actions(kind, name, code) if level == Level.REJECT else ()
    spellings = [(value, count) for value, count in group.get("values", [])]
    return Group(
        level,
        code,
        name,
        rows,
        samples,
        [(action, *_said(action, rows, currency)) for action in offered],
        spellings,
        import_choices.of(name) if spellings else [],
    )


def _said(action: str, rows: int, currency: str) -> tuple[str, str]:
    """The words of a button, and what it does."""
    count = {"rows": display.number(rows), "zero": display.money(0, currency)}
    if action == decisions.ZERO:
        effect = ngettext("%(rows)s row counts as %(zero)s", "%(rows)s rows count as %(zero)s", rows)
        return _("Use 0"), effect % count
    if action == decisions.BLANK:
        effect = ngettext("%(rows)s row comes in without it", "%(rows)s rows come in without it", rows)
        return _("Leave it blank"), effect % count
    return _("Leave them out"), ngettext("%(rows)s row stays out", "%(rows)s rows stay out", rows) % count


def shown(field: str, value: str) -> str:
    """A value of the file; contacts are masked."""
    kind = field.rstrip("234")  # of a second phone or e-mail too
    return masking.masked(kind, value) if kind in CONTACTS else value


def _fix(group: Group) -> Fix:
    samples = [(each.row, problems.field_name(each.field), shown(each.field, each.value)) for each in group.samples]
    return Fix(group.title, group.rows, samples)


def _matched(counts: dict[str, int]) -> list[tuple[str, int]]:
    labels = {
        "account": _("Marketplace account"),
        "number": _("Member number"),
        "phone": _("Phone"),
        "email": _("E-mail"),
        "guest": _("Nobody: a guest"),
    }
    return [(label, counts[key]) for key, label in labels.items() if counts.get(key)]


def _money_rows(rows: list[list[Any]]) -> list[tuple[str, int, Decimal, int, Decimal]]:
    return [(key, orders, from_units(gross), refunds, from_units(back)) for key, orders, gross, refunds, back in rows]
