"""Taking an import back: what it would do, or why it cannot be done."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.lib import display
from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.models import ImportBatch
from members.queries import imports as queries
from members.services.imports import options, undo

Effects = list[tuple[int, str]]  # how many, of what


@needs(Right.IMPORT)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """What undoing would do, to be confirmed; a POST begins it."""
    actor = actor_of(request)
    batch = get_object_or_404(queries.visible(actor), pk=pk)
    if batch.state not in undo.UNDOABLE:
        messages.info(request, _("This import cannot be undone in its present state."))
        return redirect("members:import", batch.pk)
    if request.method == "POST":
        undo.start(batch, by=actor)
        return redirect("members:import", batch.pk)
    found = undo.preview(batch)
    context = {
        "batch": batch,
        "effects": effects(_counts(found)),
        "reasons": [reason(each.code, each.count, each.samples) for each in found.reasons],
    }
    return render(request, "members/imports/undo.html", context)


def _counts(found: undo.Preview) -> dict[str, int]:
    names = ("orders", "refunds", "restored", "guests", "members", "fields")
    return {name: getattr(found, name) for name in names}


def effects(counts: dict[str, Any]) -> Effects:
    """What an undo does, or did, kind by kind; nothing for what it does not touch."""
    words = {
        "orders": _("Orders withdrawn"),
        "refunds": _("Refunds withdrawn"),
        "restored": _("Earlier versions restored"),
        "guests": _("Orders given back to guests"),
        "members": _("Members withdrawn"),
        "fields": _("Fields of members restored"),
    }
    return [(counts[name], label) for name, label in words.items() if counts.get(name)]


def told(batch: ImportBatch) -> dict[str, Any]:
    """For the result's page: what was undone, or why the last try was refused."""
    return {
        "undone": effects(batch.undo) if batch.state == ImportBatch.State.UNDONE else [],
        "undo_refused": [
            reason(each["code"], each["count"], each["samples"]) for each in batch.undo.get("reasons", [])
        ],
        "may_undo": batch.state in undo.UNDOABLE,
        "has_file": options.file_path(batch).exists(),
    }


def reason(code: str, count: int, samples: list[str]) -> tuple[str, str]:
    """Why an import cannot be undone: a sentence, and the first numbers it is about."""
    more = "…" if count > len(samples) else ""
    return _sentence(code, count) % {"n": display.number(count)}, _(", ").join(samples) + more


def _sentence(code: str, n: int) -> str:
    return {
        "later_orders": ngettext(
            "A later import has changed %(n)s order again.", "Later imports have changed %(n)s orders again.", n
        ),
        "later_refunds": ngettext(
            "A later import has changed %(n)s refund again.", "Later imports have changed %(n)s refunds again.", n
        ),
        "refunds_of_orders": ngettext(
            "%(n)s refund of another import belongs to orders of this one.",
            "%(n)s refunds of other imports belong to orders of this one.",
            n,
        ),
        "orders_of_members": ngettext(
            "%(n)s order of another import belongs to members that this one created.",
            "%(n)s orders of other imports belong to members that this one created.",
            n,
        ),
        "refunds_of_members": ngettext(
            "%(n)s refund of another import belongs to members that this one created.",
            "%(n)s refunds of other imports belong to members that this one created.",
            n,
        ),
        "recognised_by": ngettext(
            "%(n)s later order found its member by what this import had brought.",
            "%(n)s later orders found their members by what this import had brought.",
            n,
        ),
        "identifiers_of_members": ngettext(
            "%(n)s contact or number of another import belongs to members that this one created.",
            "%(n)s contacts or numbers of other imports belong to members that this one created.",
            n,
        ),
        "merged_members": ngettext(
            "%(n)s member of this import is merged with another one. Part them first.",
            "%(n)s members of this import are merged with others. Part them first.",
            n,
        ),
        "excluded_members": ngettext(
            "%(n)s member of this import has days that do not count. Withdraw these first.",
            "%(n)s members of this import have days that do not count. Withdraw these first.",
            n,
        ),
        "edited_members": ngettext(
            "A later import has changed %(n)s field of a member again.",
            "Later imports have changed %(n)s fields of members again.",
            n,
        ),
    }[code]
