"""What this app contributes to shared pages: to-dos, groups, places to find; read once, when the apps are ready."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.filters import in_segment
from members.lib import display, registry
from members.lib.actor import Actor
from members.lib.registry import Group, Link, Place, PlaceKind, Todo
from members.lib.roles import Right
from members.models import ImportBatch
from members.queries import imports, segments


def import_todos(actor: Actor) -> Sequence[Todo]:
    """Imports that wait for a decision, and those that did not get through."""
    if not actor.may(Right.IMPORT):
        return ()
    return [_todo(batch) for batch in imports.waiting(actor)]


def _todo(batch: ImportBatch) -> Todo:
    url = reverse("members:import", args=[batch.pk])
    if batch.state == ImportBatch.State.FAILED:
        title = _("The import of %(file)s did not get through") % {"file": batch.file_name}
        detail = _("What was written stays; continue to complete it.")
        return Todo(title, detail, Link(_("Look"), url), "bad", "warn", 90)
    detail = _found(batch.counts)
    title = _("%(file)s is checked and waits for your go-ahead") % {"file": batch.file_name}
    return Todo(title, detail, Link(_("Decide"), url), "warn", "upload", 60)


def _found(counts: Mapping[str, Any]) -> str:
    """What can be written; what cannot is said only where there is some."""
    rows, rejected = counts.get("accepted", 0) + counts.get("fixed", 0), counts.get("rejected", 0)
    can = ngettext("%(n)s row can be written", "%(n)s rows can be written", rows) % {"n": display.number(rows)}
    if not rejected:
        return can
    cannot = ngettext("%(n)s row cannot be taken", "%(n)s rows cannot be taken", rejected)
    return _("%(can)s, %(cannot)s") % {"can": can, "cannot": cannot % {"n": display.number(rejected)}}


def actions(actor: Actor) -> Sequence[Place]:
    """What can be done with members and orders."""
    found: list[Place] = []

    def offer(right: Right, label: str, view: str, words: str, icon: str) -> None:
        if actor.may(right):
            found.append(Place(PlaceKind.ACTION, label, reverse(view), words, icon))

    exporting = _("export download csv")
    offer(Right.IMPORT, _("Import a file"), "members:import-new", _("upload sales orders members csv excel"), "upload")
    offer(Right.LOOK_UP, _("Find by the whole number"), "members:look-up", _("look up phone card scan"), "search")
    offer(Right.IMPORT, _("Decide who is the same person"), "members:conflicts", _("merge duplicates"), "users")
    offer(Right.SEE_MEMBERS, _("Save the member list as a file"), "members:list-csv", exporting, "dl")
    offer(Right.SEE_MEMBERS, _("Save the order list as a file"), "members:orders-csv", exporting, "dl")
    return found


def segment_group(actor: Actor, key: str) -> Group | None:
    """A segment by its id, or by its name, with those of its members whom the actor may list."""
    segment = segments.named(actor, key)
    if segment is None:
        return None
    ids = in_segment(actor, segment).order_by().values_list("pk", flat=True)
    return Group(str(segment.pk), segment.name, list(ids))


registry.todos.append(import_todos)
registry.groups.append(segment_group)
registry.places.append(actions)
