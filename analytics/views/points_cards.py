"""The cards of the points page."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.charts.points import FlowText, LiabilityText, flow_bars, liability_bars
from analytics.charts.sankey import Node, Sankey, sankey
from analytics.metrics import periods
from analytics.reports import report as reports
from analytics.reports import tier_words, wording
from analytics.reports.columns import missing
from analytics.reports.page_query import PageQuery
from analytics.reports.points_liability import ALL
from analytics.reports.points_liability import words as rows_that_are_no_month
from analytics.views import links
from analytics.views.answer import Answer, Record
from analytics.views.tables import table
from members.lib import display
from members.lib.actor import Actor
from members.lib.money import SCALE
from members.lib.registry import Link
from members.lib.roles import Right
from members.lib.widgets import Callout, ChartCard
from rewards.queries import expiring

SOON = (7, 30)


@dataclass(frozen=True, slots=True)
class MoveBand:
    """A band of the picture of moves: its shape, what it says, and the people behind it."""

    path: str
    direction: str
    said: str
    url: str


@dataclass(frozen=True, slots=True)
class Moves:
    """The picture of moves; `names`: of its nodes, in their order."""

    picture: Sankey
    bands: Sequence[MoveBand]
    nodes: Sequence[tuple[Node, str]]


def callout(actor: Actor, liable: Answer, today: dt.date) -> Callout:
    """How many points are out, what they may cost, and what goes soon."""
    total = _total(liable)
    if total is None or missing(total["points"]):
        return Callout(claim=_("Too few members to tell."), text="")
    points = int(total["points"])
    claim = ngettext("%(points)s point is out.", "%(points)s points are out.", points) % {
        "points": display.number(points)
    }
    held = _("%(people)s hold them.") % {"people": links.people(int(total["members"]))}
    return Callout(
        claim=wording.sentences(claim, _worth(total, liable.currency)),
        text=wording.sentences(held, _goes(liable, today)),
        links=_soon_links(actor, today),
    )


def _worth(total: Record, currency: str) -> str:
    if missing(total["gross"]):
        return ""
    gross = _money(total["gross"], currency)
    if missing(total["value"]):
        return _("If all were spent, they would cost %(gross)s.") % {"gross": gross}
    return _("They will cost about %(value)s (%(low)s to %(high)s), %(gross)s if all were spent.") % {
        "value": _money(total["value"], currency), "low": _money(total["value_low"], currency),
        "high": _money(total["value_high"], currency), "gross": gross,
    }  # fmt: skip


def _goes(liable: Answer, today: dt.date) -> str:
    label = periods.label(periods.period_of(periods.day_number(today), "month"), "month")
    rows = [row for row in liable.records() if row["expires"] == label and not missing(row["points"])]
    if not rows:
        return ""
    points = int(rows[0]["points"])
    return ngettext(
        "%(points)s point expires before the month is over.",
        "%(points)s points expire before the month is over.",
        points,
    ) % {"points": display.number(points)}


def _soon_links(actor: Actor, today: dt.date) -> list[Link]:
    if not actor.may(Right.SEE_MEMBERS):
        return []
    found = []
    for days in SOON:
        soon = expiring.soon(actor, today, today + dt.timedelta(days=days))
        if soon.people:
            label = ngettext(
                "%(people)s lose points within %(days)s day", "%(people)s lose points within %(days)s days", days
            ) % {"people": links.people(soon.people), "days": days}
            found.append(Link(label, f"{reverse('members:list')}?from=points-expiring&days={days}"))
    return found


def flow_card(answer: Answer) -> ChartCard:
    """What came in and went out."""
    records = answer.records()
    labels = [wording.span(str(row["period"])) for row in records]
    sentences = [
        _("%(period)s: %(earned)s earned, %(redeemed)s redeemed, %(expired)s expired, %(closing)s at the end")
        % {"period": label, **{name: _count(row[name]) for name in ("earned", "redeemed", "expired", "closing")}}
        for label, row in zip(labels, records, strict=True)
    ]
    text = FlowText(_("Earned"), _("Redeemed"), _("Expired"), _("At the end"), labels, sentences)
    return ChartCard(
        slug="flow",
        title=_("How many points come in, and where do they go?"),
        answer=_flow_said(records),
        figure=_json(flow_bars(answer.result.frame, text)) if records else None,
        label=_("Bars: points earned upwards, redeemed and expired downwards; line: points out at the end"),
        table=table(answer.result, answer.page, answer.actor),
        csv_url=answer.csv_url(),
        note=_("At the beginning and all moves make what is there at the end, to the point."),
        note_link=links.definition("points-flow"),
        empty=_("No points have moved in these days."),
    )


def _flow_said(records: Sequence[Record]) -> str:
    known = [row for row in records if not missing(row["earned"]) and not missing(row["redeemed"])]
    earned, redeemed = (abs(sum(int(row[name]) for row in known)) for name in ("earned", "redeemed"))
    if not earned:
        return ""
    return _("Of what was earned in these days, as many points as %(share)s were redeemed") % {
        "share": display.percent(redeemed / earned, 0)
    }


def liability_card(answer: Answer) -> ChartCard:
    """What is out, by the month in which it expires."""
    names = rows_that_are_no_month()
    frame = answer.result.frame
    months = frame[~frame["expires"].isin([ALL, "owed"])]
    records = [row for row in answer.records() if row["expires"] not in {ALL, "owed"}]
    labels = [names.get(str(row["expires"]), str(row["expires"])) for row in records]
    sentences = [
        _("%(month)s: %(points)s points of %(people)s; %(share)s will be spent")
        % {
            "month": label,
            "points": _count(row["points"]),
            "people": display.NONE if missing(row["members"]) else links.people(int(row["members"])),
            "share": display.percent(None if missing(row["share"]) else float(row["share"]), 0),
        }
        for label, row in zip(labels, records, strict=True)
    ]
    text = LiabilityText(_("Expected to be spent"), _("The rest"), labels, sentences)
    return ChartCard(
        slug="liability",
        title=_("When do the points that are out expire?"),
        answer=_("Dark is what will be spent, going by earlier points; a bar opens its people"),
        figure=_json(liability_bars(months, text, [answer.people_url(row) for row in records])) if records else None,
        label=_("Bars: points by the month in which they expire, and how many of them will be spent"),
        table=table(answer.result, answer.page, answer.actor),
        csv_url=answer.csv_url(),
        note=wording.sentences(*reports.get(answer.slug).remarks(answer.result))
        or _("What will be spent is read off points whose life is over."),
        note_link=links.definition("points-liability"),
        empty=_("No points are out."),
    )


def moves_card(answer: Answer) -> ChartCard:
    """The head, table and foot of the picture of moves."""
    return ChartCard(
        slug="moves",
        title=_("Who rose, who fell, and who stayed?"),
        answer=_moves_said(answer.records()),
        table=table(answer.result, answer.page, answer.actor),
        csv_url=answer.csv_url(),
        note=_("From the day before the first to the last of these days."),
        note_link=links.definition("tier-migration"),
        empty=_("Nobody has been in a tier yet."),
    )


def _moves_said(records: Sequence[Record]) -> str:
    ranks = {code: rank for rank, code in tier_words.codes().items()}
    known = [
        row for row in records if not missing(row["members"]) and row["before"] in ranks and ranks[row["before"]] >= 0
    ]
    up = sum(int(row["members"]) for row in known if ranks.get(row["after"], 0) > ranks[row["before"]])
    down = sum(int(row["members"]) for row in known if ranks.get(row["after"], 0) < ranks[row["before"]])
    return _("%(up)s rose, %(down)s fell") % {"up": links.people(up), "down": links.people(down)}


def moves(answer: Answer) -> Moves | None:
    """The picture; none while there are no tiers, or when cells are withheld, since bands must add up."""
    records = [row for row in answer.records() if not missing(row["members"])]
    codes = list(tier_words.codes().values())
    if len(codes) < 3 or len(records) < len(answer.records()) or not records:
        return None
    rows = [(str(row["before"]), str(row["after"]), int(row["members"])) for row in records]
    picture, names = sankey(rows, codes, new=codes[0]), tier_words.words()
    bands = []
    for band in picture.bands:
        before, after, members = rows[band.place]
        said = _("From %(before)s to %(after)s: %(people)s, %(share)s") % {
            "before": names[before], "after": names[after], "people": links.people(members),
            "share": display.percent(float(records[band.place]["share"])),
        }  # fmt: skip
        bands.append(MoveBand(band.path, band.direction, said, answer.people_url(records[band.place])))
    return Moves(picture, bands, [(node, names[node.code]) for node in picture.nodes])


def more(page: PageQuery) -> list[Link]:
    """The reports about rewards that have a page of their own."""
    found = [reports.get(slug) for slug in ("coupon-use", "benefit-cost")]
    return [
        Link(str(one.title), page.asking(one.choices).link(reverse("analytics:report", args=[one.slug])))
        for one in found
    ]


def _total(answer: Answer) -> Record | None:
    return next((row for row in answer.records() if row["expires"] == ALL), None)


def _count(value: Any) -> str:
    return display.NONE if missing(value) else display.number(abs(int(value)))


def _money(units: Any, currency: str) -> str:
    return display.money_short(int(units) / SCALE, currency)


def _json(figure: go.Figure) -> dict[str, Any]:
    drawn: dict[str, Any] = json.loads(figure.to_json() or "{}")
    return drawn
