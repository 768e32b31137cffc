"""Cases on the pages of the ground floor: those of a member, and those late or due on Today."""

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.lib import clock, display
from members.lib.actor import Actor
from members.lib.registry import Link, Panel, Todo
from members.lib.roles import Right
from members.models import Member
from surveys.exports import cases as words
from surveys.queries import cases

LINES = 3
DAY = dt.timedelta(days=1)


def of_member(actor: Actor, member: Member) -> Panel | None:
    """The latest cases, each with its clock."""
    if not actor.may(Right.CASES):
        return None
    found = [(case, *words.pill(case)) for case in cases.of_member(actor, member)[:LINES]]
    return Panel("surveys/case_panel.html", {"member": member, "cases": found, "may_open": member.erased_at is None})


def todos(actor: Actor) -> Sequence[Todo]:
    """Late cases above all, else those due within a day."""
    if not actor.may(Right.CASES):
        return []
    late = cases.late(actor).count()
    if late:
        title = ngettext("%(n)s case is late", "%(n)s cases are late", late) % {"n": display.number(late)}
        link = Link(_("Answer"), reverse("surveys:cases") + "?show=late")
        return [Todo(title, _("Customers have waited longer than promised."), link, "bad", "warn", 90)]
    soon = cases.due(actor, clock.now() + DAY).count()
    if not soon:
        return []
    title = ngettext("%(n)s case is due within a day", "%(n)s cases are due within a day", soon)
    link = Link(_("Answer"), reverse("surveys:cases"))
    return [Todo(title % {"n": display.number(soon)}, _("None is late yet."), link, "warn", "warn", 58)]
