"""Calls on the pages of the ground floor: those of a member, and those due on Today."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.lib import display
from members.lib.actor import Actor
from members.lib.registry import Link, Panel, Todo, Told
from members.lib.roles import Right
from members.models import Member
from members.queries import people
from surveys.models import Call
from surveys.queries import follow_ups

LINES = 3


def of_member(actor: Actor, member: Member) -> Panel | None:
    """The latest calls, and a button to plan one."""
    if not actor.may(Right.CASES):
        return None
    calls = list(follow_ups.of_member(actor, member)[:LINES])
    may_plan = member.erased_at is None
    return Panel("surveys/follow_up_panel.html", {"member": member, "calls": calls, "may_plan": may_plan})


def todos(actor: Actor) -> Sequence[Todo]:
    """How many calls are due."""
    today = people.today()
    due = follow_ups.due(actor, today)
    n = due.count() if actor.may(Right.CASES) else 0
    if not n:
        return []
    late = due.filter(due_on__lt=today).count()
    title = ngettext("%(n)s follow-up call is due", "%(n)s follow-up calls are due", n) % {"n": display.number(n)}
    said = ngettext("%(n)s of them is late.", "%(n)s of them are late.", late) % {"n": display.number(late)}
    detail = said if late else _("Whom, why and what to say stands with each.")
    link = Link(_("Call them"), reverse("surveys:follow-ups"))
    return [Todo(title, detail, link, "bad" if late else "warn", "phone", 55 if late else 42)]


def told(call: Call) -> Told:
    """A call on the timeline: what came of it, why it was made, who made it."""
    who = _("%(reason)s · %(who)s") % {"reason": call.follow_up.reason, "who": call.called_by}
    return Told(
        _("Call: %(outcome)s") % {"outcome": call.get_outcome_display()}, "phone",
        url=reverse("surveys:follow-up", args=[call.follow_up_id]), detail=who,
    )  # fmt: skip
