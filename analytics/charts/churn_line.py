"""Does it get worse: the churn rate of each month, with its interval."""

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme

LEAST_MEMBERS = 10
"""A point of fewer members is not drawn: one person would move it by ten."""

FEW_MEMBERS = 30
"""Under this a point is hollow."""


@dataclass(frozen=True, slots=True)
class ChurnText:
    """Translated texts. point: the sentence on hovering, with %(month)s, %(rate)s, %(people)s."""

    point: str


def churn_line(frame: pd.DataFrame, text: ChurnText) -> go.Figure:
    """A `churn_3m` frame (period, active, churned, rate, low, high); withheld rows are left out."""
    points = frame[frame["rate"].notna() & (frame["active"] >= LEAST_MEMBERS)]
    hover = [
        text.point % {"month": row["period"], "rate": theme.percent(row["rate"]), "people": f"{int(row['churned']):,}"}
        for row in points.to_dict("records")
    ]
    hollow = [theme.SURFACE if few else theme.BLUE for few in points["active"] < FEW_MEMBERS]
    trace = go.Scatter(
        mode="lines+markers",
        x=points["period"].tolist(),
        y=points["rate"].tolist(),
        error_y={
            "type": "data",
            "array": (points["high"] - points["rate"]).tolist(),
            "arrayminus": (points["rate"] - points["low"]).tolist(),
            "color": theme.SLATE,
            "thickness": 1.5,
            "width": 3,
        },
        line={"color": theme.BLUE, "width": 2},
        marker={"size": 7, "color": hollow, "line": {"color": theme.BLUE, "width": 2}},
        hovertext=hover,
        hoverinfo="text",
    )
    return theme.figure(
        [trace] if len(points) else [],
        margin={"l": 42, "r": 14, "t": 14, "b": 30},
        showlegend=False,
        xaxis=theme.axis(type="category", showgrid=False, nticks=6, tickangle=0),
        yaxis=theme.axis(tickformat=".0%", rangemode="tozero", nticks=6),
    )
