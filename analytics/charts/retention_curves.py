"""Is it a lasting gap: the pooled curve of earlier members against that of recent ones."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme

LEAST_MEMBERS = 10
"""A point of fewer members is not drawn: one person would move it by ten."""


@dataclass(frozen=True, slots=True)
class CurvesText:
    """Translated texts. before, recent: names of the two groups. x_title: under the axis.

    point: the sentence on hovering, with %(group)s, %(age)s, %(rate)s, %(people)s.
    """

    before: str
    recent: str
    x_title: str
    point: str


def retention_curves(frame: pd.DataFrame, text: CurvesText) -> go.Figure:
    """The curves of a `cohort_groups` frame (group, age, members, active, retention, partial).

    Earlier members are slate squares, recent ones vermillion dots; points that rest on few cohorts are hollow and
    joined by dots. Points of fewer than 10 members are left out, and those withheld from this reader. Age 0 is not in
    the frame: it is 100 % by definition.
    """
    looks = [
        ("before", text.before, theme.SLATE, "square", 6),
        ("recent", text.recent, theme.VERMILLION, "circle", 7),
    ]
    traces = []
    for group, name, colour, symbol, size in looks:
        shown = (frame["group"] == group) & (frame["members"] >= LEAST_MEMBERS) & frame["active"].notna()
        points = frame[shown].sort_values("age")
        traces += _curve(points, text.point, {"name": name, "colour": colour, "symbol": symbol, "size": size})
    highest = frame["retention"].max() if len(frame) else 0.0
    return theme.figure(
        traces,
        margin={"l": 42, "r": 14, "t": 28, "b": 38},
        xaxis=theme.axis(title=text.x_title, dtick=1, showgrid=False),
        yaxis=theme.axis(tickformat=".0%", range=[0, max(0.1, highest * 1.15)], nticks=5),
    )


def _curve(points: pd.DataFrame, sentence: str, look: dict[str, Any]) -> list[go.Scatter]:
    """The firm part, and the partial part drawn on from the last firm point."""
    firm, partial = points[~points["partial"]], points[points["partial"]]
    traces = []
    if len(firm):
        marker = {"size": look["size"], "symbol": look["symbol"], "color": look["colour"]}
        traces.append(_line(firm, sentence, look, marker=marker, line={"width": 2.5, "color": look["colour"]}))
    if len(partial):
        marker = {
            "size": 6,
            "symbol": look["symbol"],
            "color": theme.SURFACE,
            "line": {"color": look["colour"], "width": 2},
        }
        line = {"width": 2, "dash": "dot", "color": look["colour"]}
        joined = pd.concat([firm.tail(1), partial])
        trace = _line(joined, sentence, look, marker=marker, line=line)
        if len(firm):
            # The join is drawn a second time, under the firm point it starts from.
            trace.update(showlegend=False, marker_opacity=[0] + [1] * len(partial))
        traces.append(trace)
    return traces


def _line(points: pd.DataFrame, sentence: str, look: dict[str, Any], **style: Any) -> go.Scatter:
    hover = [
        sentence
        % {
            "group": look["name"],
            "age": row["age"],
            "rate": theme.percent(row["retention"]),
            "people": f"{int(row['active']):,}",
        }
        for row in points.to_dict("records")
    ]
    return go.Scatter(
        name=look["name"],
        mode="lines+markers",
        x=points["age"].tolist(),
        y=points["retention"].tolist(),
        hovertext=hover,
        hoverinfo="text",
        **style,
    )
