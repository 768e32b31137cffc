"""Points in and out by period, and what is out by the month in which it expires."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme

PALE = "#9ec4e0"


@dataclass(frozen=True, slots=True)
class FlowText:
    """Translated texts. earned, redeemed, gone, closing: names of the series; points: the sentence of each period."""

    earned: str
    redeemed: str
    gone: str
    closing: str
    labels: Sequence[str]
    points: Sequence[str]


@dataclass(frozen=True, slots=True)
class LiabilityText:
    """Translated texts. spent, rest: names of the series; labels: of the months; points: the sentence of each."""

    spent: str
    rest: str
    labels: Sequence[str]
    points: Sequence[str]


def flow_bars(frame: pd.DataFrame, text: FlowText) -> go.Figure:
    """A `points-flow` frame: earned upwards, redeemed and expired downwards, the sum at the end as a line."""
    bars = [
        _bar(text.labels, frame["earned"], text.earned, theme.BLUE, text.points),
        _bar(text.labels, frame["redeemed"], text.redeemed, theme.GREEN, text.points),
        _bar(text.labels, frame["expired"], text.gone, theme.UNFINISHED, text.points, hatched=True),
    ]
    line = go.Scatter(
        x=list(text.labels), y=_plain(frame["closing"]), name=text.closing, mode="lines",
        line={"color": theme.INK, "width": 2}, hovertext=list(text.points), hoverinfo="text", yaxis="y2",
    )  # fmt: skip
    return theme.figure(
        [*bars, line],
        barmode="relative",
        margin={"l": 44, "r": 52, "t": 28, "b": 36},
        xaxis=theme.axis(showgrid=False, type="category"),
        yaxis=theme.axis(nticks=5, tickformat="~s", title=text.earned),
        yaxis2=theme.axis(
            overlaying="y", side="right", showgrid=False, nticks=5, tickformat="~s", rangemode="tozero",
            title=text.closing, tickmode="auto",
        ),
        bargap=0.3,
    )  # fmt: skip


def liability_bars(frame: pd.DataFrame, text: LiabilityText, links: Sequence[str]) -> go.Figure:
    """Months of a `points-liability` frame: points expected to be spent, and the rest on top of them."""
    points = [0.0 if each is None else each for each in _plain(frame["points"])]
    shares = _plain(frame["share"])
    spent = [each * (1.0 if share is None else share) for each, share in zip(points, shares, strict=True)]
    said = {"hovertext": list(text.points), "hoverinfo": "text", "customdata": list(links)}
    return theme.figure(
        [
            go.Bar(x=list(text.labels), y=spent, name=text.spent, marker={"color": theme.BLUE}, **said),
            go.Bar(
                x=list(text.labels), y=[a - b for a, b in zip(points, spent, strict=True)], name=text.rest,
                marker={"color": PALE}, **said,
            ),
        ],
        barmode="stack",
        margin={"l": 44, "r": 12, "t": 28, "b": 36},
        xaxis=theme.axis(showgrid=False, type="category"),
        yaxis=theme.axis(rangemode="tozero", nticks=5, tickformat="~s"),
        bargap=0.3,
    )  # fmt: skip


def _bar(
    labels: Sequence[str], values: "pd.Series[Any]", name: str, colour: str, points: Sequence[str], *,
    hatched: bool = False,
) -> go.Bar:  # fmt: skip
    marker: dict[str, Any] = {"color": colour}
    if hatched:
        marker["pattern"] = {"shape": "/", "fgcolor": theme.SLATE, "size": 6}
    return go.Bar(x=list(labels), y=_plain(values), name=name, marker=marker, hovertext=list(points), hoverinfo="text")


def _plain(values: "pd.Series[Any]") -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in values]
