"""What there is to do with the data that came in."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.lib import display
from members.lib.actor import Actor
from members.lib.registry import Link, Todo
from members.lib.roles import Right
from members.models import ImportBatch
from members.queries import approvals as approval_queries
from members.queries import imports, quality
from members.services import approvals


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


def conflict_todos(actor: Actor) -> Sequence[Todo]:
    """Rows that point to two members, left out until somebody decides."""
    n = quality.open_conflicts(actor).count()
    if not n:
        return ()
    title = ngettext("%(n)s row points to two members", "%(n)s rows point to two members", n)
    detail = _("Left out until you say whether the two are one person.")
    link = Link(_("Decide"), reverse("members:conflicts"))
    return (Todo(title % {"n": display.number(n)}, detail, link, "warn", "users", 50),)


def store_todos(actor: Actor) -> Sequence[Todo]:
    """Stores that sent nothing of yesterday or today; when that is all of them, the shop's data are old."""
    if not actor.may(Right.SEE_MEMBERS):
        return ()
    stores = quality.stores(actor)
    late = [store for store in stores if store.late]
    if not late:
        return ()
    link = Link(_("Look"), reverse("members:quality") + "#stores")
    if len(late) == len(stores):
        newest = max((store.last for store in late if store.last), default=None)
        if newest is None:  # nothing was ever sent: the empty page says what to do
            return ()
        detail = _("The last sales are of %(date)s. Import what came since.") % {
            "date": date_format(newest, "DATE_FORMAT")
        }
        return (Todo(_("The data are out of date"), detail, link, "warn", "clock", 70),)
    title = ngettext("%(n)s store sent nothing yesterday", "%(n)s stores sent nothing yesterday", len(late))
    detail = _(", ").join(store.name for store in late[:3])
    return (Todo(title % {"n": display.number(len(late))}, detail, link, "warn", "store", 65),)


def approval_todos(actor: Actor) -> Sequence[Todo]:
    """What others ask for and wait to hear about."""
    kinds = approvals.decided_by(actor)
    n = approval_queries.waiting(actor, kinds).count() if kinds else 0
    if not n:
        return ()
    title = ngettext("%(n)s request waits for your decision", "%(n)s requests wait for your decision", n)
    detail = _("Somebody else asked for it, and it is done only when you agree.")
    link = Link(_("Decide"), reverse("approvals:list"))
    return (Todo(title % {"n": display.number(n)}, detail, link, "warn", "check", 75),)
