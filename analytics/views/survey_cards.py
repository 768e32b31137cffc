"""The cards of a survey's results: each is a report about the survey."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.charts.answers import DriverText, driver_matrix, score_bars, trend_line
from analytics.metrics.drivers import averages
from analytics.reports import drivers as drivers_report
from analytics.reports import funnel, told, wording
from analytics.reports.columns import missing
from analytics.views import survey_groups, survey_satisfied
from analytics.views.answer import Answer, Record
from analytics.views.survey_card_parts import FEW, Ask, card, finding, known, mix_said, plain_card, rounded, sent
from members.lib import display
from members.lib.registry import Link
from members.lib.roles import Right
from members.lib.widgets import Callout, ChartCard
from surveys.queries import labels


def cards(ask: Ask, by: str) -> dict[str, Any]:
    """Everything of the page that is reckoned, with groups of people told apart `by`. Raises NoData before the first
    publish."""
    whole, mix, rates = ask("nps", by="all"), ask("answer-mix"), ask("response-rate", by="all")
    total = next(iter(whole.records()), None)
    if total is None and (satisfied := ask("satisfaction", by="all")).records():
        return survey_satisfied.cards(ask, satisfied, mix, rates, by)
    months, stores, drivers = ask("nps", by="month"), ask("store-comparison"), ask("drivers")
    return {
        "callout": replace(_callout(total, mix), links=_to_improve(drivers)),
        "sent": sent(rates),
        "score": _score(total),
        "parts": _parts(total),
        "nps": _nps_card(ask("nps-scores"), total),
        "drivers": _drivers_card(drivers),
        "trend": trend_card(months),
        "stores": _stores_card(stores),
        "groups": survey_groups.nps_card(ask, by),
        "mix": plain_card(mix, "mix", _("Who answered and who did not?"), mix_said(mix)),
        "rates": plain_card(ask("response-rate"), "rates", _("Who answers?"), ""),
        "themes": plain_card(ask("themes"), "themes", _("What do they write about?"), ""),
        "csv_url": whole.csv_url(),
    }


def _callout(total: Record | None, mix: Answer) -> Callout:
    """The finding: the score with its error, and whether those who answered are like those who buy."""
    if total is None or not known(total):
        return Callout(claim=_("There are too few answers to tell."), text="")
    claim = _("NPS %(nps)s ± %(half)s from %(n)s answers.") % {
        "nps": rounded(total["nps"]), "half": rounded(total["half"]), "n": display.number(int(total["n"])),
    }  # fmt: skip
    return finding(claim, int(total["n"]), mix)


def _to_improve(drivers: Answer) -> list[Link]:
    """A way to plan an improvement of what matters much and scores low."""
    if not drivers.actor.may(Right.CASES):
        return []
    names, survey = labels.drivers(), drivers.page.query.survey
    first = [str(row["driver"]) for row in drivers.records() if row["verdict"] == "first"]
    return [
        Link(
            _("Plan an improvement: %(part)s") % {"part": names.get(code, code)},
            f"{reverse('surveys:action-new')}?{urlencode({'metric': 'driver', 'driver': code, 'survey': survey})}",
        )
        for code in first
    ]


def _score(total: Record | None) -> dict[str, str] | None:
    if total is None or not known(total) or total["n"] < FEW:
        return None
    return {"nps": rounded(total["nps"]), "half": rounded(total["half"])}


def _parts(total: Record | None) -> list[tuple[str, str, str, str]]:
    """(what, count, share, tone) of detractors, passives and promoters."""
    if total is None or not known(total, "promoters") or total["n"] < FEW:
        return []
    names = (
        ("detractors", _("Detractors"), "bad"),
        ("passives", _("Passives"), "mut"),
        ("promoters", _("Promoters"), "info"),
    )
    return [
        (name, display.number(int(total[key])), display.percent(int(total[key]) / int(total["n"]), 0), tone)
        for key, name, tone in names
    ]


def _nps_card(scores: Answer, total: Record | None) -> ChartCard:
    answered = bool(known(total, "n"))
    return card(
        scores, "scores", _("Would they recommend us? (NPS)"),
        _("The numbers are people") if answered else "",
        score_bars(scores.result.frame, _("Score from 0 to 10")) if answered else None,
        _("Bars: how many gave each score from 0 to 10"),
    )  # fmt: skip


def trend_card(months: Answer) -> ChartCard:
    """The recommendation month by month, of an answer to `nps` by month."""
    records = months.records()
    labels_ = [wording.span(str(row["part"])) for row in records]
    points = [
        _("%(month)s: NPS %(nps)s ± %(half)s, %(n)s answers") % {
            "month": label, "nps": rounded(row["nps"]), "half": rounded(row["half"]), "n": _count(row["n"]),
        }
        for label, row in zip(labels_, records, strict=True)
    ]  # fmt: skip
    ticks = [f"{label}<br>{_count(row['n'])}" for label, row in zip(labels_, records, strict=True)]
    return card(
        months, "trend", _("Does it change?"), _changed(records),
        trend_line(months.result.frame, ticks, points) if records else None,
        _("Line: NPS by month with its 95 % interval; below each month the number of answers"),
    )  # fmt: skip


def _changed(records: Sequence[Record]) -> str:
    last = records[-1] if records else None
    if last is None or not known(last, "change") or int(last["n"]) < FEW:
        return _("The upright lines are 95 % intervals; months with fewer than 30 answers stand pale")
    points = rounded(abs(last["change"]))
    if last["change_low"] <= 0 <= last["change_high"]:
        return _("%(points)s points from the month before: within the error, conclude nothing") % {"points": points}
    if last["change"] > 0:
        return _("%(points)s points more than the month before, more than chance explains") % {"points": points}
    return _("%(points)s points less than the month before, more than chance explains") % {"points": points}


def _drivers_card(answer: Answer) -> ChartCard:
    frame = answer.result.frame
    drawn = frame[frame["importance"].notna() & frame["mean"].notna() & (frame["n"].fillna(0) >= FEW)].reset_index(
        drop=True
    )
    names = labels.drivers()
    shown = [names.get(str(code), str(code)) for code in drawn["driver"]]
    said = [
        _("%(part)s: importance %(r)s (%(low)s to %(high)s), average %(mean)s, %(n)s answers") % {
            "part": name, "r": _two(row["importance"]), "low": _two(row["low"]), "high": _two(row["high"]),
            "mean": _two(row["mean"]), "n": _count(row["n"]),
        }
        for name, row in zip(shown, drawn.to_dict("records"), strict=True)
    ]  # fmt: skip
    first = [name for name, verdict in zip(shown, drawn["verdict"], strict=True) if verdict == "first"]
    importance, score = averages(frame)
    text = DriverText(
        shown, said, _("Importance for recommending us → (lines are 95 % intervals)"), _("Average score"),
        drivers_report.verdicts()["first"], drivers_report.verdicts()["keep"],
    )  # fmt: skip
    claim = _("%(parts)s: matters much and scores low") % {"parts": _(", ").join(first)} if first else ""
    return card(
        answer, "drivers", _("What should we improve first?"), claim or _("Nothing stands out clearly"),
        driver_matrix(drawn, text, importance, score) if len(drawn) and not missing(importance) else None,
        _("Points: what was scored, by importance (across) and average score (upwards)"),
        empty=_("It takes 100 answers that score something beside the recommendation."),
    )  # fmt: skip


def _stores_card(stores: Answer) -> ChartCard:
    worse = [row for row in stores.records() if row["verdict"] == "far_below"]
    words = told.words()
    claim = _("Fewer than 30 answers are not judged")
    if worse:
        names = _(", ").join(words.get(str(row["part"]), str(row["part"])) for row in worse)
        claim = _("%(stores)s: clearly below the others") % {"stores": names}
    return plain_card(stores, "stores", _("Store by store"), claim, without=funnel.LIMITS)


def _two(value: Any) -> str:
    return display.NONE if missing(value) else f"{float(value):.2f}"


def _count(value: Any) -> str:
    return display.NONE if missing(value) else display.number(int(value))
