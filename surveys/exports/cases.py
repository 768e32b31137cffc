"""Cases in words and as a table."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from members.exports import messages
from members.lib import clock, display
from members.lib.addresses import member_url
from members.lib.display import in_language
from members.lib.widgets import Cell, Column, Row, Table
from members.models import Approval
from members.rules import placeholders
from surveys.models import Case, CaseEntry, ReplyTemplate
from surveys.queries.cases import Line, clock_of
from surveys.services import compensation

SHORTENED = 60
SOON = dt.timedelta(hours=4)


def table(found: Iterable[Case], zone: str, *, shortened: bool = True) -> Table:
    """One row a case, with the clock that runs; what happened in a few words, or whole."""
    columns = [
        Column(pgettext("case", "What happened")), Column(_("Case")), Column(_("Clock")), Column(_("Priority")),
        Column(_("Cause")), Column(_("Member")), Column(_("Store")), Column(_("Owner")), Column(_("Opened")),
    ]  # fmt: skip
    longest = SHORTENED if shortened else None
    return Table(columns, [_row(case, zone, longest) for case in found], _("Cases"), cards=True, tight=False)


def _row(case: Case, zone: str, longest: int | None) -> Row:
    text, tone = pill(case)
    opened = case.opened_at.astimezone(ZoneInfo(zone))
    named = case.text if longest is None or len(case.text) <= longest else case.text[: longest - 1] + "…"
    who = Cell(display.NONE)
    if case.member:
        who = Cell(case.member.name or case.member.number, url=member_url(case.member.number, case.member.pk))
    return Row(
        [
            Cell(named.replace("\n", " "), url=reverse("surveys:case", args=[case.number])), Cell(case.number),
            Cell(text, tone=tone), Cell(str(case.get_priority_display())), Cell(cause_name(case) or display.NONE), who,
            Cell(case.store.name if case.store else display.NONE),
            Cell(str(case.owner.display_name or case.owner) if case.owner else _("nobody yet")),
            Cell(date_format(opened.date()), value=opened.isoformat()),
        ]
    )  # fmt: skip


def pill(case: Case) -> tuple[str, str]:
    """The clock in words, with its tone: how long there is, how long too late, or why it stands still."""
    running = clock_of(case)
    if running.state == "done":
        return str(case.get_state_display()), "good"
    if running.state == "waiting":
        return _("Waiting for the customer, paused"), "mut"
    left = running.left(clock.now())
    if left is None:
        return _("No clock: the store has no hours"), "mut"
    if left <= dt.timedelta(0):
        return _("%(time)s late") % {"time": span(-left)}, "bad"
    said = _("%(time)s left to answer") if running.state == "first" else _("%(time)s left to solve")
    return said % {"time": span(left)}, "warn" if left <= SOON else "info"


def span(length: dt.timedelta) -> str:
    """Days and hours, or hours and minutes: two units are enough."""
    minutes = int(length.total_seconds()) // 60
    days, hours, rest = minutes // 1_440, minutes % 1_440 // 60, minutes % 60
    parts = [
        ngettext("%(n)s day", "%(n)s days", days) % {"n": display.number(days)} if days else "",
        ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours} if hours else "",
        ngettext("%(n)s minute", "%(n)s minutes", rest) % {"n": rest} if rest and not days else "",
    ]
    return " ".join(filter(None, parts)) or ngettext("%(n)s minute", "%(n)s minutes", 0) % {"n": 0}


def cause_name(case: Case) -> str:
    return in_language(case.cause.name_zh, case.cause.name_en) if case.cause else ""


def told(line: Line) -> str:
    """An entry of the log in words, beside its text."""
    sentence = _TOLD.get(CaseEntry.Kind(line.entry.kind))
    return sentence(line) if sentence else ""


def _state(line: Line) -> str:
    states = {value: str(label) for value, label in Case.State.choices}
    before, after = (states.get(line.entry.detail.get(name, ""), "") for name in ("from", "to"))
    return _("%(from)s → %(to)s") % {"from": before, "to": after}


def _way(line: Line) -> str:
    return str(dict(CaseEntry.Way.choices).get(line.entry.detail.get("way", ""), ""))


def _came_in(line: Line) -> str:
    return str(dict(Case.Intake.choices).get(line.entry.detail.get("intake", ""), ""))


def _late(line: Line) -> str:
    first = line.entry.detail.get("clock") == "first"
    return _("the first answer is late") if first else _("the solution is late")


def _assigned(line: Line) -> str:
    return str(line.entry.detail.get("to", "")) or _("nobody")


def _noted(line: Line) -> str:
    return _("the customer is a member") if "member" in line.entry.detail else ""


def _compensated(line: Line) -> str:
    detail = line.entry.detail
    gift = compensation.said(detail.get("points", 0), detail.get("coupon", ""))
    return _("%(gift)s, asked for") % {"gift": gift} if "asked" in detail else gift


_TOLD: Mapping[CaseEntry.Kind, Callable[[Line], str]] = {
    CaseEntry.Kind.OPENED: _came_in, CaseEntry.Kind.REPLY: _way, CaseEntry.Kind.NOTE: _noted,
    CaseEntry.Kind.STATE: _state, CaseEntry.Kind.ASSIGNED: _assigned, CaseEntry.Kind.ESCALATED: _late,
    CaseEntry.Kind.COMPENSATED: _compensated,
}  # fmt: skip


def became(line: Line) -> tuple[str, str]:
    """What became of the message an entry sent, or of what it asked for, with its tone; "" for neither."""
    if line.message:
        state, why = line.message.get_state_display(), messages.REASONS.get(line.message.reason)
        said = _("%(state)s: %(why)s") % {"state": state, "why": why} if why else str(state)
        return said, messages.TONES[line.message.state]
    if line.asked:
        state = line.asked.standing
        tone = {"approved": "good", "declined": "bad", "open": "warn"}.get(state, "mut")
        return str(dict(Approval.State.choices)[state]), tone
    return "", ""


def begun(template: ReplyTemplate, case: Case, shop: str) -> str:
    """The words of a template for this customer: its language is the reader's, and names are filled in."""
    name = case.member.name if case.member else ""
    values = {"name": name, "shop": shop, "case": case.number}
    return placeholders.filled(in_language(template.text_zh, template.text_en), values)
