"""Who brings the money: the eight classes of members, and members in tenths by what they spent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme

REST = "#9ec4e0"  # the tenths after the first
_BAR = 42  # pixels
_AROUND = 44


@dataclass(frozen=True, slots=True)
class ClassText:
    """Translated texts. names: of the classes, by code; beside: at the end of each bar; points: on hovering.

    The sequences stand in the order of the frame.
    """

    names: Mapping[str, str]
    beside: Sequence[str]
    points: Sequence[str]
    short: Sequence[str]  # beside, where there is little room


@dataclass(frozen=True, slots=True)
class TenthText:
    """Translated texts. beside: on top of each bar; points: the sentence on hovering; x_title: under the axis."""

    beside: Sequence[str]
    points: Sequence[str]
    x_title: str


def class_bars(frame: pd.DataFrame, text: ClassText, links: Sequence[str]) -> go.Figure:
    """The classes of an `rfm` frame by segment8, the first on top: length is people, colour what one of them spent."""
    classes = frame["segment8"].tolist()
    people = _plain(frame["members"])
    bars = go.Bar(
        orientation="h",
        y=[text.names[code] for code in classes],
        x=people,
        marker={"color": _shades(_plain(frame["monetary_mean"]))},
        **_said(text, links),
    )
    phone = {"layout": {"margin": {"l": 8, "r": 56, "t": 8, "b": 24}}, "data": [{"text": list(text.short)}]}
    return theme.figure(
        [bars],
        meta={"phone": phone},
        height=_AROUND + _BAR * len(classes),
        margin={"l": 8, "r": 150, "t": 8, "b": 24},  # room for the words behind the longest bar
        xaxis=theme.axis(rangemode="tozero", nticks=4, tickformat="~s"),
        yaxis=theme.axis(autorange="reversed", showgrid=False),
        bargap=0.28,
    )


def tenth_bars(frame: pd.DataFrame, text: TenthText, links: Sequence[str]) -> go.Figure:
    """The tenths of a `value-deciles` frame by their share, the first in our colour."""
    bars = go.Bar(
        x=frame["decile"].tolist(),
        y=_plain(frame["share"]),
        marker={"color": [theme.BLUE, *[REST] * (len(frame) - 1)]},
        **_said(text, links),
    )
    return theme.figure(
        [bars],
        margin={"l": 44, "r": 12, "t": 24, "b": 40},
        xaxis=theme.axis(title=text.x_title, dtick=1, showgrid=False),
        yaxis=theme.axis(rangemode="tozero", tickformat=".0%", nticks=5),
        bargap=0.25,
    )


def _said(text: ClassText | TenthText, links: Sequence[str]) -> dict[str, Any]:
    """What stands outside each bar, is said on hovering, and opens on a click."""
    return {
        "text": list(text.beside),
        "textposition": "outside",
        "cliponaxis": False,
        "hovertext": list(text.points),
        "hoverinfo": "text",
        "customdata": list(links),
    }


def _plain(values: "pd.Series[Any]") -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in values]


def _shades(values: Sequence[float | None]) -> list[str]:
    """From pale (the least) to deep; grey where there is no value."""
    known = [value for value in values if value is not None]
    most = max(known, default=0.0) or 1.0
    return [theme.UNFINISHED if value is None else theme.sequential(value / most) for value in values]
