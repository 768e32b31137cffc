"""How it went day by day: one line for now, one dashed line for what we compare with."""

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme

_UNIT = 10_000  # ten-thousandths in one currency unit


@dataclass(frozen=True, slots=True)
class LineText:
    """Translated texts. now, then: names of the two lines. symbol: of the currency, stands before amounts.

    point: the sentence on hovering, with %(date)s and %(amount)s. dates: format of dates on the axis (d3).
    """

    now: str
    then: str
    symbol: str
    point: str
    dates: str = "%m-%d"


def daily_money(
    frame: pd.DataFrame, text: LineText, *, column: str = "gross", previous: pd.DataFrame | None = None
) -> go.Figure:
    """A money column of a `kpi` frame of grain day.

    The rows of `previous` (the same columns) are drawn under the rows of `frame` at the same place, first under
    first: whoever aligns weekdays hands in days that are aligned.
    """
    days = frame["period"].tolist()
    traces = []
    if previous is not None and len(previous):
        look = {"color": theme.SLATE, "width": 2, "dash": "dash"}
        traces.append(_line(days, previous.head(len(days)), column, text, text.then, look))
    traces.append(_line(days, frame, column, text, text.now, {"color": theme.BLUE, "width": 2}))
    return theme.figure(
        traces,
        margin={"l": 44, "r": 14, "t": 24, "b": 24},
        showlegend=len(traces) > 1,
        xaxis=theme.axis(type="date", tickformat=text.dates, showgrid=False, nticks=8),
        yaxis=theme.axis(rangemode="tozero", tickprefix=text.symbol, tickformat="~s", nticks=5),
    )


def _line(
    days: list[str], frame: pd.DataFrame, column: str, text: LineText, name: str, look: dict[str, object]
) -> go.Scatter:
    amounts = [None if pd.isna(money) else money / _UNIT for money in frame[column].tolist()]
    sentences = [
        "" if amount is None else text.point % {"date": date, "amount": f"{text.symbol}{amount:,.0f}"}
        for date, amount in zip(frame["period"].tolist(), amounts, strict=True)
    ]
    return go.Scatter(
        name=name,
        mode="lines",
        x=days[: len(amounts)],
        y=amounts,
        line=look,
        hovertext=sentences,
        hoverinfo="text",
    )
