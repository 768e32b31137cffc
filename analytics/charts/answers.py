"""Scores from 0 to 10, the recommendation by month, and what it hangs on."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme
from analytics.charts.labels import places

PASSIVE = "#c3cad3"
FIRST = "rgba(213, 94, 0, 0.10)"


@dataclass(frozen=True, slots=True)
class DriverText:
    """Translated texts: names of the parts, a sentence for each, the axes, and the two corners."""

    names: Sequence[str]
    points: Sequence[str]
    importance: str
    score: str
    first: str
    keep: str


def score_bars(frame: pd.DataFrame, axis: str) -> go.Figure:
    """An `nps-scores` frame: detractors, passives and promoters in colours of their own."""
    colours = [theme.VERMILLION] * 7 + [PASSIVE] * 2 + [theme.BLUE] * 2
    counts = _plain(frame["n"])
    bars = go.Bar(
        x=list(frame["score"]), y=counts, marker={"color": colours}, hoverinfo="skip", textposition="outside",
        text=["" if each is None else f"{each:.0f}" for each in counts], cliponaxis=False,
    )  # fmt: skip
    return theme.figure(
        [bars],
        margin={"l": 12, "r": 12, "t": 20, "b": 40},
        xaxis=theme.axis(type="category", showgrid=False, title=axis),
        yaxis=theme.axis(visible=False, rangemode="tozero"),
        showlegend=False,
        bargap=0.15,
    )


MOST_NAMED = 4  # months that have room for their name on a phone


def trend_line(frame: pd.DataFrame, labels: Sequence[str], points: Sequence[str]) -> go.Figure:
    """Months of an `nps` frame with their intervals; the line leaves out months of fewer than 30 answers."""
    score, half = _plain(frame["nps"]), _plain(frame["half"])
    enough = [each is not None and each >= 30 for each in _plain(frame["n"])]
    dots = go.Scatter(
        x=list(labels), y=score, mode="markers", hovertext=list(points), hoverinfo="text",
        marker={"size": 9, "color": [theme.BLUE if one else theme.UNFINISHED for one in enough],
                "line": {"width": 1, "color": theme.BLUE}},
        error_y={"type": "data", "array": half, "color": theme.SLATE, "thickness": 1.5, "width": 6},
    )  # fmt: skip
    line = go.Scatter(
        x=list(labels), y=[one if sure else None for one, sure in zip(score, enough, strict=True)], mode="lines",
        line={"color": theme.BLUE, "width": 2}, hoverinfo="skip",
    )  # fmt: skip
    named = list(labels)[:: -max(1, math.ceil(len(labels) / MOST_NAMED))]  # from the last: upright, and none on another
    return theme.figure(
        [line, dots],
        margin={"l": 36, "r": 12, "t": 12, "b": 44},
        xaxis=theme.axis(type="category", showgrid=False, tickangle=0, tickvals=named[::-1]),
        yaxis=theme.axis(nticks=5),
        showlegend=False,
    )


def driver_matrix(frame: pd.DataFrame, text: DriverText, importance: float, score: float) -> go.Figure:
    """A `drivers` frame: importance with its interval by average score; what comes first lies shaded below right.

    The least important go without a name where there is no room; hover and table name them.
    """
    sure = frame["verdict"] != "unclear"
    first = frame["verdict"] == "first"
    points, low, high = (frame[name].astype("float64") for name in ("importance", "low", "high"))
    right = max([0.1, *(each for each in _plain(high) if each is not None)]) + 0.05
    left = min([0.0, *(each for each in _plain(low) if each is not None)])
    scores = [each for each in _plain(frame["mean"]) if each is not None]
    bottom, top = max(min([*scores, score]) - 0.4, 0.8), min(max([*scores, score]) + 0.4, 7.2)
    across, up = (points.fillna(left) - left) / (right - left), (frame["mean"] - bottom) / (top - bottom)
    beside = places(list(zip(across, up, strict=True)), text.names)
    dots = go.Scatter(
        x=_plain(points), y=_plain(frame["mean"]), mode="markers+text",
        text=[name if place else "" for name, place in zip(text.names, beside, strict=True)],
        textposition=[place or "top center" for place in beside],
        hovertext=list(text.points), hoverinfo="text", cliponaxis=False,
        marker={
            "size": [13 if one else 10 for one in first],
            "symbol": ["diamond" if one else "circle" for one in first],
            "color": [
                theme.VERMILLION if one else theme.BLUE if clear else theme.UNFINISHED
                for one, clear in zip(first, sure, strict=True)
            ],
            "line": {"width": 1, "color": theme.SLATE},
        },
        error_x={
            "type": "data", "symmetric": False, "array": _plain(high - points), "arrayminus": _plain(points - low),
            "color": theme.AXIS_LINE, "thickness": 1.5, "width": 0,
        },
    )  # fmt: skip
    dash = {"color": theme.AXIS_LINE, "width": 1, "dash": "dash"}
    return theme.figure(
        [dots],
        margin={"l": 44, "r": 12, "t": 12, "b": 44},
        xaxis=theme.axis(title=_two_lines(text.importance), range=[left, right]),
        yaxis=theme.axis(title=text.score, range=[bottom, top]),
        showlegend=False,
        shapes=[
            {"type": "rect", "x0": importance, "x1": right, "y0": bottom, "y1": score, "fillcolor": FIRST,
             "line": {"width": 0}, "layer": "below"},
            {"type": "line", "x0": importance, "x1": importance, "y0": bottom, "y1": top, "line": dash},
            {"type": "line", "x0": left, "x1": right, "y0": score, "y1": score, "line": dash},
        ],
        annotations=[
            _corner(text.first, 0.01, theme.VERMILLION), _corner(text.keep, 0.99, theme.BLUE),
        ],
    )  # fmt: skip


def _two_lines(title: str) -> str:
    """What stands in brackets goes below: a phone has no room for both in a line."""
    return re.sub(r"\s*([(\uff08])", r"<br>\1", title, count=1)


def _corner(text: str, y: float, colour: str) -> dict[str, Any]:
    return {
        "text": text, "x": 0.99, "y": y, "xref": "paper", "yref": "paper", "xanchor": "right", "showarrow": False,
        "yanchor": "bottom" if y < 0.5 else "top", "font": {"size": theme.SIZE, "color": colour},
    }  # fmt: skip


def _plain(values: "pd.Series[Any]") -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in values]
