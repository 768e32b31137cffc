"""What the cards of every survey's results share."""

import json
from collections.abc import Callable, Collection
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from analytics.reports import told, wording
from analytics.reports.columns import missing
from analytics.views import links
from analytics.views.answer import Answer, Record
from analytics.views.tables import table
from members.lib import display
from members.lib.widgets import Callout, ChartCard

Ask = Callable[..., Answer]
FEW = 30  # answers below which nothing is concluded


def known(row: Record | None, key: str = "nps") -> bool:
    """Whether a row has a figure that is neither unknown nor withheld."""
    return row is not None and not missing(row[key])


def skewed(mix: Answer) -> Record | None:
    """The tier whose share of the answers lies furthest from its share of the buyers, ten points or more."""
    rows = [row for row in mix.records() if known(row, "people_share") and known(row, "share")]
    far = max(rows, key=lambda row: abs(row["people_share"] - row["share"]), default=None)
    return far if far is not None and abs(far["people_share"] - far["share"]) >= 0.1 else None


def mix_said(mix: Answer) -> str:
    """Whether those who answered are like those who buy, and the score as if they were."""
    far, weighted = skewed(mix), mix.result.meta.get("weighted")
    said = []
    if far:
        said.append(
            _("Who did not answer: “%(tier)s” are %(buyers)s of the buyers, but %(answers)s of the answers.")
            % {
                "tier": told.words().get(str(far["part"]), str(far["part"])),
                "buyers": display.percent(float(far["people_share"]), 0),
                "answers": display.percent(float(far["share"]), 0),
            }
        )
    if weighted is not None and not missing(weighted):
        said.append(_("Weighted by tier the NPS is %(nps)s.") % {"nps": rounded(weighted)})
    return wording.sentences(*said)


def finding(claim: str, n: int, mix: Answer) -> Callout:
    """What the page claims of n answers, and whether those who gave them are like those who buy."""
    if n < FEW:
        return Callout(claim=claim, text=_("With fewer than 30 answers, conclude nothing yet."), tone="warn")
    return Callout(claim=claim, text=mix_said(mix), tone="warn" if skewed(mix) else "")


def sent(rates: Answer) -> str:
    """How many questions arrived, and how many were answered; "" when that is not known."""
    row = next(iter(rates.records()), None)
    if not known(row, "rate") or row is None:
        return ""
    return _("%(delivered)s arrived, %(answered)s answered (%(rate)s)") % {
        "delivered": display.number(int(row["delivered"])), "answered": display.number(int(row["answered"])),
        "rate": display.percent(float(row["rate"])),
    }  # fmt: skip


def plain_card(
    answer: Answer, slug: str, title: str, said: str, *, empty: str = "", without: Collection[str] = ()
) -> ChartCard:
    """An answer as its table, open and without some columns, under what was `said` of it; `empty`: without rows."""
    return card(answer, slug, title, said, None, "", empty=empty, open_table=bool(answer.records()), without=without)


def card(
    answer: Answer, slug: str, title: str, said: str, figure: go.Figure | None, label: str, *, empty: str = "",
    open_table: bool = False, without: Collection[str] = (),
) -> ChartCard:  # fmt: skip
    """An answer as its picture, called `label` for who cannot see it, with the table below; `empty`: without rows."""
    has_rows = bool(answer.records())
    return ChartCard(
        slug=slug, title=title, answer=said, figure=None if figure is None else json.loads(figure.to_json() or "{}"),
        label=label, table=table(answer.result, answer.page, answer.actor, without) if has_rows else None,
        csv_url=answer.csv_url(), note_link=links.definition(answer.slug), note=_("From finished answers only."),
        empty="" if open_table else empty or _("No answers yet."), open_table=open_table,
    )  # fmt: skip


def rounded(value: Any) -> str:
    """A score as the reader sees it, in whole points."""
    return display.NONE if missing(value) else display.number(round(float(value)))
