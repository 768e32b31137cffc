"""Improvements: what was planned, when it is due, and whether what was changed helped."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from analytics.charts.effects import forest
from analytics.facts.door import NoData
from analytics.reports import action_effect, page_query, wording
from analytics.reports import report as reports
from analytics.reports.columns import Kind, missing
from analytics.views import links
from analytics.views.answer import Answer, Record
from analytics.views.tables import table
from members.lib import display, listing
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.display import in_language
from members.lib.roles import Right
from members.lib.widgets import Callout, Cell, ChartCard, Choice, Column, Row, Table
from members.queries import merchants, people
from surveys.forms.actions import BeginForm, CloseForm
from surveys.models import Action
from surveys.queries import actions as queries
from surveys.queries import labels, scope

SHOWS = {"open": queries.OPEN, "done": (Action.State.DONE,), "dropped": (Action.State.DROPPED,)}
TONES = {"better": "good", "worse": "bad", "unclear": "mut", "few": "mut"}
SLUG = action_effect.REPORT.slug


@needs(Right.CASES)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All improvements of a state, the next due on top, each with what it did so far."""
    actor, today = actor_of(request), people.today()
    show = request.GET.get("show", "")
    show = show if show in SHOWS else "open"
    listed = queries.every(actor).filter(state__in=SHOWS[show])
    shown = Paginator(listed, listing.PER_PAGE).get_page(request.GET.get("page"))
    effects = _effects(actor)
    names = {"open": pgettext("improvements", "Open"), "done": _("Done"), "dropped": _("Given up")}
    context = {
        "answer": _answer(actor, today, effects),
        "table": Table(_columns(), _rows(shown, today, effects), _("Improvements"), cards=True, tight=False),
        "page_obj": shown,
        "shows": [Choice(key, names[key], key == show, f"?show={key}" if key != "open" else "?") for key in SHOWS],
        "csv_url": reverse("analytics:report-csv", args=[SLUG]),
    }
    return render(request, "analytics/actions.html", context)


def _read(actor: Actor, action: Action | None = None) -> Answer | None:
    """What there is to be told of one improvement, or of all; None before the first publish."""
    given = {"action": [str(action.pk)]} if action else {}
    asked = page_query.read(actor, given, action_effect.REPORT.choices, "all")
    try:
        return Answer(asked, actor, reports.frame(SLUG, actor, asked.query), merchants.current().currency)
    except NoData:
        return None


def _effects(actor: Actor) -> dict[str, list[Record]]:
    """The rows that tell of each improvement."""
    found = _read(actor)
    by_action: dict[str, list[Record]] = {}
    for row in found.records() if found else []:
        by_action.setdefault(str(row["action"]), []).append(row)
    return by_action


def _answer(actor: Actor, today: dt.date, effects: Mapping[str, list[Record]]) -> str:
    late = queries.due(actor, today).filter(due_on__lt=today).count()
    verdicts = [str(rows[-1]["verdict"]) for rows in effects.values()]
    better, worse = verdicts.count("better"), verdicts.count("worse")
    if not verdicts:
        said = _("No improvement has been in effect for a week yet.")
    else:
        said = ngettext(
            "Of %(n)s improvement in effect, %(better)s made the figure better and %(worse)s worse; of the others it"
            " cannot be told.",
            "Of %(n)s improvements in effect, %(better)s made the figure better and %(worse)s worse; of the others it"
            " cannot be told.", len(verdicts),
        ) % {"n": len(verdicts), "better": better, "worse": worse}  # fmt: skip
    if not late:
        return said
    overdue = ngettext("%(n)s is overdue.", "%(n)s are overdue.", late) % {"n": late}
    return wording.sentences(said, overdue)


def _columns() -> list[Column]:
    return [
        Column(_("Improvement")), Column(_("What should change")), Column(_("State")), Column(_("Owner")),
        Column(_("Due")), Column(_("Before and after")), Column(_("Effect")),
    ]  # fmt: skip


def _rows(shown: Iterable[Action], today: dt.date, effects: Mapping[str, list[Record]]) -> list[Row]:
    names = labels.drivers()
    return [_row(one, today, effects, names) for one in shown]


def _row(action: Action, today: dt.date, effects: Mapping[str, list[Record]], names: Mapping[str, str]) -> Row:
    rows = effects.get(str(action.pk), [])
    is_late = action.state in queries.OPEN and action.due_on < today
    return Row(
        [
            Cell(action.title, url=reverse("analytics:action", args=[action.pk])),
            Cell(_aim(action, names)),
            Cell(action.get_state_display(), tone="info" if action.state == Action.State.RUNNING else "mut"),
            Cell((action.owner.display_name or action.owner.username) if action.owner else _("nobody yet")),
            Cell(date_format(action.due_on), tone="bad" if is_late else "", value=str(action.due_on)),
            Cell(_both_sides(rows[0]) if rows else display.NONE),
            _verdict(rows[-1]) if rows else Cell(_("Nothing to be told yet"), tone="mut"),
        ]
    )


def _aim(action: Action, names: Mapping[str, str]) -> str:
    """What should change, and of what. `names`: of the drivers."""
    metric = action.get_metric_display()
    about = {
        Action.Metric.DRIVER: names.get(action.driver, action.driver),
        Action.Metric.THEME: in_language(action.theme.name_zh, action.theme.name_en) if action.theme else "",
        Action.Metric.COMPLAINTS: in_language(action.cause.name_zh, action.cause.name_en) if action.cause else "",
    }.get(Action.Metric(action.metric), "")
    return _("%(metric)s: %(about)s") % {"metric": metric, "about": about} if about else metric


def _both_sides(row: Record) -> str:
    metric = str(row["metric"])
    return _("%(before)s → %(after)s") % {
        "before": _figure(row["before"], metric), "after": _figure(row["after"], metric),
    }  # fmt: skip


def _verdict(row: Record) -> Cell:
    if missing(row["verdict"]):
        return Cell(display.NONE)
    verdict = str(row["verdict"])
    return Cell(action_effect.verdicts()[verdict], tone=TONES[verdict], value=verdict)


def _figure(value: Any, metric: str) -> str:
    if missing(value):
        return display.NONE
    if action_effect.VALUE[metric] is Kind.RATE:
        return display.percent(float(value))
    return display.number(float(value), 0 if metric == "nps" else 1 if metric == "complaints" else 2)


def _change(value: Any, metric: str) -> str:
    if missing(value):
        return display.NONE
    if action_effect.GAP[metric] is Kind.POINTS:
        return display.points(float(value))
    return display.signed(float(value), 0 if metric == "nps" else 1 if metric == "complaints" else 2)


@needs(Right.CASES)
@require_safe
def one(request: HttpRequest, action_id: int) -> HttpResponse:
    """One improvement: what was to change, and what did."""
    actor = actor_of(request)
    action = get_object_or_404(queries.every(actor), pk=action_id)
    may_change = scope.may_change_action(actor, action)
    is_open = action.state in queries.OPEN
    found = _read(actor, action) if action.began_on else None
    context = {
        "action": action,
        "aim": _aim(action, labels.drivers() if action.driver else {}),
        "is_late": is_open and action.due_on < people.today(),
        "callout": _callout(action, found.records() if found else []),
        "card": _card(found, action) if found else None,
        "may_change": may_change and is_open,
        "begin_form": BeginForm(initial={"began_on": people.today()}) if action.state == "planned" else None,
        "close_form": CloseForm(),
        "cause": in_language(action.cause.name_zh, action.cause.name_en) if action.cause else "",
        "theme": in_language(action.theme.name_zh, action.theme.name_en) if action.theme else "",
    }
    return render(request, "analytics/action.html", context)


def _callout(action: Action, rows: list[Record]) -> Callout:
    """The finding in words: how much it changed, against what, and whether that is more than chance."""
    if not action.began_on:
        return Callout(
            claim=_("Not in effect yet."), text=_("Say since when it holds; before and after count from it.")
        )
    if not rows:
        waits = _("The days after are compared week by week; “bought again” needs 60 days more.")
        return Callout(claim=_("It is too early to tell."), text=waits)
    here, metric = rows[0], str(rows[0]["metric"])
    if missing(here["verdict"]) or missing(here["before"]):
        return Callout(claim=_("Too few people to tell."), text="", tone="warn")
    claim = _("%(before)s before, %(after)s after (%(change)s).") % {
        "before": _figure(here["before"], metric), "after": _figure(here["after"], metric),
        "change": _change(here["change"], metric),
    }  # fmt: skip
    said = [_told(rows[-1], metric, compared=len(rows) > 1), _target(action, here)]
    verdict = str(rows[-1]["verdict"])
    tone = {"better": "good", "worse": "bad"}.get(verdict, "warn" if verdict == "few" else "")
    return Callout(claim=claim, text=wording.sentences(*(text for text in said if text)), tone=tone)


def _told(row: Record, metric: str, *, compared: bool) -> str:
    given = {
        "change": _change(row["change"], metric), "low": _change(row["low"], metric),
        "high": _change(row["high"], metric),
    }  # fmt: skip
    verdict = str(row["verdict"])
    if verdict == "few":
        return _("Fewer than 30 observations on a side: conclude nothing yet.")
    if not compared:
        return _(
            "Between %(low)s and %(high)s with 95 %% certainty; there is nothing to compare with, so the season may"
            " have done it."
        ) % given  # fmt: skip
    if verdict == "unclear":
        return _(
            "Against the comparison it is %(change)s, between %(low)s and %(high)s: that may be chance."
        ) % given  # fmt: skip
    return _(
        "Against the comparison it is %(change)s, between %(low)s and %(high)s: more than chance explains."
    ) % given  # fmt: skip


def _target(action: Action, here: Record) -> str:
    """Whether it is where it should be."""
    if action.target is None or missing(here["after"]):
        return ""
    is_share = action_effect.VALUE[action.metric] is Kind.RATE
    after = float(here["after"]) * (100 if is_share else 1)
    goal = float(action.target)
    less = action.metric in {Action.Metric.THEME, Action.Metric.COMPLAINTS}
    is_met = after <= goal if less else after >= goal
    shown = display.percent(goal / 100) if is_share else display.number(goal, 2)
    return (_("The target of %(goal)s is reached.") if is_met else _("The target of %(goal)s is not reached.")) % {
        "goal": shown
    }


def _card(answer: Answer, action: Action) -> ChartCard:
    """The changes with their intervals, and all figures as a table whose counts open."""
    rows = [row for row in answer.records() if not missing(row["change"])]
    names = {"here": _("where it was done"), "there": _comparison(action), "difference": _("difference")}
    scale = 100 if action_effect.GAP[action.metric] is Kind.POINTS else 1
    said = [
        _("%(place)s: %(change)s (%(low)s to %(high)s)") % {
            "place": names[str(row["place"])], "change": _change(row["change"], action.metric),
            "low": _change(row["low"], action.metric), "high": _change(row["high"], action.metric),
        }
        for row in rows
    ]  # fmt: skip
    spans = [tuple(scale * float(row[key]) for key in ("change", "low", "high")) for row in rows]
    figure = forest([names[str(row["place"])] for row in rows], spans, said) if rows else None
    days = int(rows[0]["days"]) if rows else 0
    text = ngettext(
        "%(n)s day before against %(n)s day after", "%(n)s days before against %(n)s days after", days
    ) % {"n": days} if days else ""  # fmt: skip
    return ChartCard(
        slug="effect", title=_("What changed since?"), answer=text,
        figure=None if figure is None else json.loads(figure.to_json() or "{}"),
        label=_("Points: after less before, with 95 % intervals; the dashed line is no change"),
        height="s",
        table=table(answer.result, answer.page, answer.actor) if rows else None,
        csv_url=answer.csv_url(), note_link=links.definition(SLUG),
        note=_("Whole weeks on both sides, so that weekdays match."), empty=_("A week has to be over first."),
    )  # fmt: skip


def _comparison(action: Action) -> str:
    return _("other stores, same weeks") if action.stores.all() else _("a year before, same weeks")
