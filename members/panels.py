"""What this app puts on Today; read once, when the apps are ready."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.lib import registry
from members.lib.actor import Actor
from members.lib.registry import Link, Todo
from members.lib.roles import Right
from members.models import ImportBatch
from members.queries import imports


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
    rejected = int(batch.counts.get("rejected", 0))
    detail = ngettext("%(n)s row cannot be taken", "%(n)s rows cannot be taken", rejected) % {"n": rejected}
    title = _("%(file)s is checked and waits for your go-ahead") % {"file": batch.file_name}
    return Todo(title, detail, Link(_("Decide"), url), "warn", "upload", 60)


registry.todos.append(import_todos)
