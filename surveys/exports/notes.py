"""Notes as a table: the page draws it, the file holds the same cells."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from members.lib import display
from members.lib.addresses import member_url
from members.lib.display import in_language
from members.lib.widgets import Cell, Column, Row, Table
from surveys.models import Note

SHOWN = 160  # signs of a text in the table


def table(found: Iterable[Note], *, may_change: bool, whole: bool = False) -> Table:
    """One row a note; its title leads to it for who may change it. `whole`: all of its text, for a file."""
    columns = [
        Column(_("Day")), Column(_("Kind")), Column(_("Title")), Column(_("What was learnt")), Column(_("Themes")),
        Column(_("Store")), Column(_("Member")), Column(_("By")),
    ]  # fmt: skip
    rows = [_row(one, may_change=may_change, whole=whole) for one in found]
    return Table(columns, rows, _("Interviews and market"), cards=True, tight=False)


def _row(note: Note, *, may_change: bool, whole: bool) -> Row:
    text = note.text if whole or len(note.text) <= SHOWN else f"{note.text[:SHOWN]}…"
    named = _(", ").join(
        in_language(mark.theme.name_zh, mark.theme.name_en)
        for mark in note.named  # type: ignore[attr-defined]
    )
    member = note.member
    return Row(
        [
            Cell(date_format(note.business_date), value=note.business_date.isoformat()),
            Cell(note.get_kind_display()),
            Cell(note.title, url=reverse("surveys:note", args=[note.pk]) if may_change else ""),
            Cell(text),
            Cell(named or display.NONE),
            Cell(note.store.name if note.store else display.NONE),
            Cell(member.name or member.number, url=member_url(member.number, member.pk))
            if member
            else Cell(display.NONE),
            Cell(note.made_by),
        ]
    )
