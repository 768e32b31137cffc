"""The cards of the Value page: what the members are worth, and whom to win back first."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.charts.value_bars import ClassText, TenthText, class_bars, tenth_bars
from analytics.reports import option_words, rfm, wording
from analytics.reports.columns import missing
from analytics.reports.page_query import PageQuery
from analytics.reports.report import Result
from analytics.views import links
from analytics.views.answer import Answer, Record
from analytics.views.tables import table
from members.lib import display
from members.lib.money import SCALE
from members.lib.registry import Link
from members.lib.widgets import Callout, ChartCard

SHADES = 5
AT_RISK = ("重要保持客户", "重要挽留客户")  # spent more than the mean, last came longer ago than the mean


@dataclass(frozen=True, slots=True)
class GridCell:
    """One group of the grid: people, what they spent, the link to them, how deep its colour is, what group it is."""

    people: str
    money: str
    url: str
    shade: int
    said: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Recency down, frequency across: the best customers stand in the upper right corner."""

    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[GridCell]]]


def callout(classes: Answer, tenths: Answer) -> Callout:
    """What they are worth and who is about to be lost, in words."""
    rows = tenths.records()
    if not rows or missing(rows[0]["share"]):
        return Callout(claim=_("Too few members to tell."), text=_("It takes five in every tenth of the members."))
    people = sum(int(row["members"]) for row in rows)
    worth = _("%(people)s have bought (%(when)s), for %(money)s together.") % {
        "people": _people(people),
        "when": _when(tenths.page),
        "money": _money(sum(int(row["gross"]) for row in rows), tenths.currency),
    }
    claim = _("The tenth of the members who spend most brings %(share)s of the sales.") % {
        "share": display.percent(float(rows[0]["share"]), 0)
    }
    lost = [row for row in classes.records() if row["segment8"] in AT_RISK and not missing(row["members"])]
    count = sum(int(row["members"]) for row in lost)
    risk = ngettext(
        "%(n)s of them spent more than the mean and has stayed away longer than the mean: %(money)s are at stake.",
        "%(n)s of them spent more than the mean and have stayed away longer than the mean: %(money)s are at stake.",
        count,
    ) % {"n": display.number(count), "money": _money(sum(int(row["monetary_sum"]) for row in lost), classes.currency)}
    names = rfm.segments()
    ways = [
        Link(_("See “%(name)s” (%(n)s)") % {"name": names[row["segment8"]], "n": display.number(row["members"])}, url)
        for row in lost
        if (url := classes.people_url(row))
    ]
    return Callout(claim=claim, text=wording.sentences(worth, risk if count else ""), links=ways if count else [])


def grid_card(answer: Answer) -> ChartCard:
    """The head, table and foot of the grid."""
    return ChartCard(
        slug="grid",
        title=_("How recently × how often"),
        answer=_("In each cell people and what they spent together; the best customers stand in the upper right"),
        table=table(answer.result, answer.page, answer.actor),
        csv_url=answer.csv_url(),
        note=wording.sentences(
            _("Days since the last purchase, counted to the end of the data."), *rfm.remarks(answer.result)
        ),
        note_link=links.definition("rfm"),
    )


def grid(answer: Answer) -> Grid:
    """The 25 groups."""
    by_scores = {(record["r"], record["f"]): record for record in answer.records()}
    most = max((0 if missing(row["members"]) else int(row["members"]) for row in by_scores.values()), default=0)
    recency, frequency = _recency_labels(answer.result), _frequency_labels(answer.result)

    def cell(r: int, f: int) -> GridCell:
        record = by_scores[r, f]
        if missing(record["members"]):
            said = _("fewer than five people, not shown")
            return GridCell(display.NONE, "", "", 0, said)
        people = int(record["members"])
        money = _money(int(record["monetary_sum"]), answer.currency) if people else ""
        said = f"{recency[5 - r]}, {frequency[f - 1]}"
        return GridCell(display.number(people), money, answer.people_url(record), _shade(people, most), said)

    scores = range(1, 6) if by_scores else ()
    return Grid(frequency, [(recency[5 - r], [cell(r, f) for f in scores]) for r in reversed(scores)])


def _shade(people: int, most: int) -> int:
    """By the square root: one group is often ten times another, and the rest would all look alike."""
    return math.ceil(SHADES * math.sqrt(people / most)) if people else 0


def class_card(answer: Answer) -> ChartCard:
    """The eight classes."""
    records, names = answer.records(), rfm.segments()
    texts = [_class_text(record, answer.currency) for record in records]
    points = [f"{names[row['segment8']]}{_(': ')}{beside}" for row, beside in zip(records, texts, strict=True)]
    short = [display.NONE if missing(row["members"]) else display.number(int(row["members"])) for row in records]
    text = ClassText(names, texts, points, short)
    return ChartCard(
        slug="classes",
        title=_("What kinds of members are there? (RFM)"),
        answer=_("Length is people; the deeper the colour, the more each of them spent"),
        figure=_json(class_bars(answer.result.frame, text, [answer.people_url(record) for record in records])),
        label=_("Bars: people in each of the eight classes, coloured by what each of them spent"),
        height="l",
        table=table(answer.result, answer.page, answer.actor),
        csv_url=answer.csv_url(),
        note=_(
            "Important: spent more than the mean. Valuable: came lately and often; to develop: lately but seldom;"
            " to keep: often but not lately; to win back: neither. Each against its mean."
        ),
        note_link=links.definition("rfm"),
    )


def tenth_card(answer: Answer) -> ChartCard:
    """Members in tenths by what they spent."""
    records = answer.records()
    known = [record for record in records if not missing(record["share"])]
    shares = [display.NONE if missing(row["share"]) else display.percent(float(row["share"])) for row in records]
    points = [
        _("Tenth %(tenth)s: %(people)s, %(share)s of the sales")
        % {"tenth": row["decile"], "people": _people(row["members"]), "share": share}
        for row, share in zip(records, shares, strict=True)
    ]
    text = TenthText(shares, points, _("Members from those who spent most, in ten equal parts"))
    return ChartCard(
        slug="tenths",
        title=_("How much do the best customers bring?"),
        answer=_tenths_said(known),
        figure=_json(tenth_bars(answer.result.frame, text, [answer.people_url(record) for record in records]))
        if known
        else None,
        label=_("Bars: the share of sales of each tenth of the members, from those who spent most"),
        table=table(answer.result, answer.page, answer.actor),
        csv_url=answer.csv_url(),
        note=_("Orders refunded in full do not count; other refunds are not taken off."),
        note_link=links.definition("value-deciles"),
        empty=_("Too few members to tell."),
    )


def _tenths_said(known: Sequence[Record]) -> str:
    if len(known) < 5:
        return ""
    return _("The top tenth (%(people)s) brings %(first)s, the top half %(half)s") % {
        "people": _people(known[0]["members"]),
        "first": display.percent(float(known[0]["share"])),
        "half": display.percent(float(known[4]["cum_share"])),
    }


def _class_text(record: Record, currency: str) -> str:
    if missing(record["members"]):
        return display.NONE
    people = _people(record["members"])
    if missing(record["monetary_mean"]):
        return people
    return _("%(people)s · %(money)s each") % {"people": people, "money": _money(record["monetary_mean"], currency)}


def _recency_labels(result: Result) -> list[str]:
    """The five groups from the most recent, as the cut points have them."""
    cuts = result.meta.get("cuts")
    if not cuts:
        return [_("score %(score)s") % {"score": 5 - place} for place in range(5)]
    labels = []
    for low, high in _bands(cuts["recency"], 0):
        if high is None:
            labels.append(_("over %(days)s days ago") % {"days": low - 1})
        elif low > high:
            labels.append(display.NONE)
        elif low == 0:
            labels.append(_("within %(days)s days") % {"days": high})
        else:
            labels.append(_("%(first)s–%(last)s days ago") % {"first": low, "last": high})
    return labels


def _frequency_labels(result: Result) -> list[str]:
    """The five groups from the fewest orders."""
    cuts = result.meta.get("cuts")
    if not cuts:
        return [_("score %(score)s") % {"score": place + 1} for place in range(5)]
    labels = []
    for low, high in _bands(cuts["frequency"], 1):
        if high is None:
            labels.append(_("%(orders)s or more orders") % {"orders": low})
        elif low > high:
            labels.append(display.NONE)
        elif low == high:
            labels.append(ngettext("%(orders)s order", "%(orders)s orders", low) % {"orders": low})
        else:
            labels.append(_("%(first)s–%(last)s orders") % {"first": low, "last": high})
    return labels


def _bands(cuts: Sequence[float], least: int) -> list[tuple[int, int | None]]:
    """The whole numbers from `least` on that lie between the cut points; a band that no number lies in is reversed."""
    edges = [math.floor(cut) for cut in cuts]
    lows = [least, *(edge + 1 for edge in edges)]
    return list(zip(lows, [*edges, None], strict=True))


def _people(count: Any) -> str:
    if missing(count):
        return display.NONE
    return links.people(int(count))


def _money(units: float, currency: str) -> str:
    return display.money_short(units / SCALE, currency)


def _when(page: PageQuery) -> str:
    return option_words.choice(page.query.option("lookback"), "lookback")


def _json(figure: go.Figure) -> dict[str, Any]:
    drawn: dict[str, Any] = json.loads(figure.to_json() or "{}")
    return drawn
