"""Improvements on Today."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.lib import display
from members.lib.actor import Actor
from members.lib.registry import Link, Todo
from members.lib.roles import Right
from members.queries import people
from surveys.queries import actions


def todos(actor: Actor) -> Sequence[Todo]:
    """How many improvements are due."""
    n = actions.due(actor, people.today()).count() if actor.may(Right.CASES) else 0
    if not n:
        return []
    title = ngettext("%(n)s improvement is due", "%(n)s improvements are due", n) % {"n": display.number(n)}
    detail = _("Put it into effect, or close it with what came of it.")
    return [Todo(title, detail, Link(_("See them"), reverse("analytics:actions")), "warn", "check", 41)]
