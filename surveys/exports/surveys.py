"""Surveys in words and as tables."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.lib import clock, display
from members.lib.display import in_language
from members.lib.widgets import Cell, Column, Row, Table
from surveys.models import Question, Survey

TONES = {"draft": "mut", "open": "good", "closed": "info"}


def table(found: Iterable[Survey], zone: str) -> Table:
    """Surveys that `queries.surveys.listed` gave."""
    columns = [
        Column(_("Survey")), Column(_("State")), Column(_("Asked"), numeric=True), Column(_("Of them answered")),
        Column(_("Answers in all"), numeric=True), Column(_("Last answer")),
    ]  # fmt: skip
    return Table(columns, [_row(survey, zone) for survey in found], _("Surveys"), cards=True, tight=False)


def _row(survey: Survey, zone: str) -> Row:
    asked, answered = survey.n_asked, survey.n_answered  # type: ignore[attr-defined]
    share = f"{display.number(answered)} ({display.percent(answered / asked, 0)})" if asked else display.NONE
    last = survey.last_answer  # type: ignore[attr-defined]
    in_all = survey.n_responses  # type: ignore[attr-defined]
    return Row(
        [
            Cell(survey.name, url=reverse("surveys:survey", args=[survey.pk])),
            Cell(survey.get_state_display(), tone=TONES[survey.state]),
            Cell(display.number(asked), value=str(asked)),
            Cell(share, value=str(answered)),
            Cell(display.number(in_all), value=str(in_all)),
            Cell(date_format(clock.local_date(last, zone)) if last else display.NONE),
        ]
    )


def asking(survey: Survey) -> str:
    """In one sentence whom it asks and when."""
    days = survey.trigger_days
    if survey.trigger == Survey.Trigger.NONE:
        return _("The desk asks nobody; people answer by the code in the shop or on paper.")
    when = {
        Survey.Trigger.ORDER: ngettext(
            "Members are asked %(n)s day after a purchase", "Members are asked %(n)s days after a purchase", days
        ),
        Survey.Trigger.CASE: ngettext(
            "Members are asked %(n)s day after their case was closed",
            "Members are asked %(n)s days after their case was closed", days,
        ),
        Survey.Trigger.PERIODIC: ngettext(
            "Members are asked every %(n)s day", "Members are asked every %(n)s days", days
        ),
    }[Survey.Trigger(survey.trigger)] % {"n": display.number(days)}  # fmt: skip
    share = _("%(n)s of 100 drawn by lot") % {"n": survey.sample_percent} if survey.sample_percent < 100 else _("all")
    return _("%(when)s: %(share)s, each at most once in %(rest)s days over all surveys.") % {
        "when": when, "share": share, "rest": display.number(survey.rest_days),
    }  # fmt: skip


def condition(question: Question, others: dict[str, Question]) -> str:
    """When it is asked, in a sentence; "" for always."""
    rule = question.shown_if
    if not rule:
        return ""
    on = others.get(rule["question"])
    name = in_language(on.text_zh, on.text_en) if on else rule["question"]
    if "any_of" in rule:
        known = {one["code"]: in_language(one["zh"], one["en"]) for one in on.options} if on else {}
        answers = _(", ").join(known.get(code, code) for code in rule["any_of"])
        return _("Only after “%(question)s”: %(answers)s") % {"question": name, "answers": answers}
    low, high = rule.get("at_least"), rule.get("at_most")
    band = f"{low}–{high}" if low is not None and high is not None else f"≤ {high}" if low is None else f"≥ {low}"
    return _("Only after “%(question)s”: %(answers)s") % {"question": name, "answers": band}
