"""Calls as a table: the page draws it, the file holds the same cells."""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.lib import display
from members.lib.addresses import member_url
from members.lib.widgets import Cell, Column, Row, Table
from surveys.models import FollowUp

TONES = {"done": "good", "dropped": "mut"}


def table(found: Iterable[FollowUp], today: dt.date) -> Table:
    """One row a call; the first cell leads to it."""
    columns = [
        Column(_("Why")), Column(_("Member")), Column(_("When")), Column(_("Store")),
        Column(_("Calls made"), numeric=True),
    ]  # fmt: skip
    return Table(columns, [_row(one, today) for one in found], _("Follow-up calls"), cards=True, tight=False)


def _row(one: FollowUp, today: dt.date) -> Row:
    text, tone = when(one, today)
    number = one.member.number
    return Row(
        [
            Cell(one.reason, url=reverse("surveys:follow-up", args=[one.pk])),
            Cell(one.member.name or number, url=member_url(number, one.member_id)),
            Cell(text, tone=tone, value=one.due_on.isoformat()),
            Cell(one.store.name if one.store else display.NONE),
            Cell(display.number(one.calls_made), value=str(one.calls_made)),
        ]
    )


def when(one: FollowUp, today: dt.date) -> tuple[str, str]:
    """When it is due, or how it ended, with its tone."""
    if one.state != FollowUp.State.WAITING:
        return one.get_state_display(), TONES[one.state]
    late = (today - one.due_on).days
    if late > 0:
        return ngettext("%(n)s day late", "%(n)s days late", late) % {"n": display.number(late)}, "bad"
    return (_("today"), "warn") if late == 0 else (date_format(one.due_on), "mut")
