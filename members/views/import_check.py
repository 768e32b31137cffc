"""The third step of an import: what was found, what can be decided about it, and what would be written."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from members import problems
from members.lib import display
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.money import from_units
from members.lib.roles import Right
from members.models import ImportBatch
from members.queries import imports as queries
from members.rules.imports import decisions
from members.rules.imports.problems import Refused
from members.services import imports
from members.services.imports import decide
from members.views import import_choices, import_columns, import_found
from members.views.import_choices import Choices

FIRST_COLUMNS = 9


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision that was taken, and what takes it back."""

    text: str
    rows: int
    part: str  # "values" or "codes"
    field: str
    about: str  # the written value, or the code


@dataclass(frozen=True, slots=True)
class Differing:
    """A column of members in which the file says something else than what is stored, and is not decided yet."""

    field: str
    title: str
    rows: int
    samples: list[dict[str, Any]]  # row, number, ours, theirs


@dataclass(frozen=True, slots=True)
class Creates:
    """Places of a kind that the import would create, and the ones they may be instead."""

    field: str
    title: str
    fresh: list[tuple[str, str, int]]  # written ("": no column names it), name, orders
    known: Choices

    @property
    def can_be_known(self) -> bool:
        return bool(self.known) and any(written for written, _name, _orders in self.fresh)


def context(actor: Actor, batch: ImportBatch, currency: str) -> dict[str, Any]:
    """What the page of a checked file shows beside its counts."""
    found = import_found.found(batch, currency)
    return found | {
        "columns": _columns(batch),
        "decided": _decided(actor, batch, currency),
        "differing": _differing(batch),
        "creates": _creates(actor, batch),
        "products": batch.summary.get("creates", {}).get("products", 0),
        "product_names": batch.summary.get("creates", {}).get("product_names", []),
        "member_names": batch.summary.get("creates", {}).get("member_names", []),
        "sentence": sentence(batch, currency),
        "will_change": batch.summary.get("changed", 0),
        "chosen": imports.chosen_for(batch),
    }


def _columns(batch: ImportBatch) -> dict[str, Any] | None:
    """How the columns are matched; None when the file cannot be read any more."""
    try:
        opened = imports.preview(batch)
    except (Refused, OSError):
        return None
    matching = import_columns.matching(opened)
    return {
        "matching": matching,
        "first": matching.lines[:FIRST_COLUMNS],
        "rest": matching.lines[FIRST_COLUMNS:],
        "opened": opened,
    }


def _creates(actor: Actor, batch: ImportBatch) -> list[Creates]:
    titles = {"store": _("New stores"), "channel": _("New channels")}
    told = batch.summary.get("creates") or {"stores": [[code, code, 0] for code in batch.summary.get("stores", [])]}
    return [
        Creates(field, titles[field], [(w, n, c) for w, n, c in told[f"{field}s"]], import_choices.places(actor, field))
        for field in decisions.PLACES
        if told.get(f"{field}s")
    ]


def _decided(actor: Actor, batch: ImportBatch, currency: str) -> list[Decided]:
    kept = imports.chosen_for(batch).decisions
    rows = {(each["field"], each["code"], each["value"]): each["rows"] for each in batch.summary.get("decided", [])}
    taken: list[Decided] = []
    for field, meant in kept.get("values", {}).items():
        known = import_choices.places(actor, field) if field in decisions.PLACES else []
        for written, value in meant.items():
            name = {"field": problems.field_name(field), "written": written}
            text = _("%(field)s “%(written)s” counts as “%(meant)s”") % (
                name | {"meant": import_choices.name_of(field, value, known)}
            )
            taken.append(Decided(text, rows.get((field, "", written), 0), "values", field, written))
    for key, action in kept.get("codes", {}).items():
        field, _colon, code = key.partition(":")
        taken.append(
            Decided(_settled(field, code, action, currency), rows.get((field, code, ""), 0), "codes", field, code)
        )
    for field, choice in kept.get("differing", {}).items():
        taken.append(Decided(_chosen(field, choice), _differing_rows(batch, field), "differing", field, ""))
    return taken


def _differing(batch: ImportBatch) -> list[Differing]:
    open_columns = batch.summary.get("differing", [])
    decided = imports.chosen_for(batch).decisions.get("differing", {})
    return [
        Differing(each["field"], problems.field_name(each["field"]), each["rows"], each["samples"])
        for each in open_columns
        if each["field"] not in decided
    ]


def _differing_rows(batch: ImportBatch, field: str) -> int:
    return sum(each["rows"] for each in batch.summary.get("differing", []) if each["field"] == field)


def _chosen(field: str, choice: str) -> str:
    texts = {
        decide.KEEP: _("%(field)s: where they differ, ours stays"),
        decide.TAKE: _("%(field)s: where they differ, the file’s is taken"),
    }
    return texts[choice] % {"field": problems.field_name(field)}


def _settled(field: str, code: str, action: str, currency: str) -> str:
    said = {"what": problems.title(code), "field": problems.field_name(field), "zero": display.money(0, currency)}
    texts = {
        decisions.ZERO: _("%(what)s (%(field)s): counts as %(zero)s"),
        decisions.BLANK: _("%(what)s (%(field)s): comes in without it"),
        decisions.SKIP: _("%(what)s (%(field)s): stays out"),
    }
    return texts[action] % said


def sentence(batch: ImportBatch, currency: str) -> str:
    """What will be written, in one sentence."""
    rows = import_found.taken(batch.counts)
    summary = batch.summary
    parts = _of_members(summary) if batch.kind == "members" else _parts(summary.get("writes", {}), currency)
    if not parts:
        return ngettext("Writes %(rows)s row.", "Writes %(rows)s rows.", rows) % {"rows": display.number(rows)}
    said = {"rows": display.number(rows), "parts": _(", ").join(parts)}
    return ngettext("Writes %(rows)s row: %(parts)s.", "Writes %(rows)s rows: %(parts)s.", rows) % said


def _parts(writes: dict[str, int], currency: str) -> list[str]:
    orders, members, refunds = (writes.get(name, 0) for name in ("orders", "members", "refunds"))
    gross, back = (display.money(from_units(writes.get(name, 0)), currency, 2) for name in ("gross", "refunded"))
    told = [
        (orders, ngettext("%(n)s order with %(money)s", "%(n)s orders with %(money)s", orders), gross),
        (members, ngettext("bought by %(n)s member", "bought by %(n)s members", members), ""),
        (refunds, ngettext("%(n)s refund of %(money)s", "%(n)s refunds of %(money)s", refunds), back),
    ]
    return [text % {"n": display.number(count), "money": money} for count, text, money in told if count]


def _of_members(summary: dict[str, Any]) -> list[str]:
    new, changed = summary.get("members", 0), summary.get("changed", 0)
    told = [
        (new, ngettext("%(n)s new member", "%(n)s new members", new)),
        (changed, ngettext("%(n)s member changed", "%(n)s members changed", changed)),
    ]
    return [text % {"n": display.number(count)} for count, text in told if count]


@needs(Right.IMPORT)
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision about a group of problems: written values, an action, or a choice for a column of members."""
    actor = actor_of(request)
    batch = get_object_or_404(queries.visible(actor), pk=pk)
    field, data = request.POST.get("field", ""), request.POST
    try:
        if "differing" in data:
            decide.choose(batch, field, data["differing"], by=actor)
        elif "action" in data:
            decide.settle(batch, field, data.get("code", ""), data["action"], by=actor)
        else:
            pairs = zip(data.getlist("written"), data.getlist("meant"), strict=False)
            decide.read_as(batch, field, {decisions.written(written): meant for written, meant in pairs}, by=actor)
    except decide.UnknownDecision as unknown:
        raise BadRequest from unknown
    return redirect("members:import", batch.pk)
