"""How soon they buy again: the share that has done so, rising day by day, with its interval."""

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme

LAST_DAY = 180
"""The axis ends here; the table has the days beyond."""

_HEIGHT = 376  # pixels
_BAND = "rgba(0,114,178,0.15)"  # theme.BLUE, pale


@dataclass(frozen=True, slots=True)
class WaitingText:
    """Translated texts. now, then: names of the two groups. x_title: under the axis.

    point: the sentence on hovering, with %(group)s, %(days)s, %(rate)s.
    """

    now: str
    then: str
    x_title: str
    point: str


def waiting_curve(
    frame: pd.DataFrame, text: WaitingText, *, seen: int, previous: pd.DataFrame | None = None
) -> go.Figure:
    """The steps of a `kaplan_meier` frame (t, survival, low, high) turned round: those who no longer wait.

    seen: days for which the longest-known member has been watched, where the line ends. `previous`: the frame of the
    group to compare with, a dashed line. Rows withheld from this reader are left out, with all that come after them.
    """
    own = _told(frame)
    end = min(seen, LAST_DAY) if len(own) == len(frame) else int(own["t"].max()) if len(own) else 0
    traces: list[go.Scatter] = []
    if len(own):
        traces += [
            *_band(own, end),
            _line(own, end, text, text.now, {"color": theme.BLUE, "width": 2.5, "shape": "hv"}),
        ]
    if previous is not None and len(_told(previous)):
        look = {"color": theme.SLATE, "width": 2, "dash": "dash", "shape": "hv"}
        traces.append(_line(_told(previous), LAST_DAY, text, text.then, look))
    return theme.figure(
        traces,
        height=_HEIGHT,
        margin={"l": 42, "r": 14, "t": 28, "b": 38},
        showlegend=len(traces) > 3,
        xaxis=theme.axis(title=text.x_title, range=[0, LAST_DAY], dtick=30, showgrid=False),
        yaxis=theme.axis(tickformat=".0%", rangemode="tozero", nticks=6),
    )


def _told(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["survival"].notna()]


def _steps(frame: pd.DataFrame, column: str, end: int) -> tuple[list[int], list[float]]:
    """x and y from day 0 to the end; 1 - NaN (no upper end of the interval) counts as nothing known: 0."""
    inside = frame[frame["t"] <= end]
    days = [0, *inside["t"].astype(int).tolist(), end]
    done = [0.0, *(1 - inside[column]).fillna(0).tolist()]
    return days, [*done, done[-1]]


def _band(frame: pd.DataFrame, end: int) -> list[go.Scatter]:
    """The interval: an unseen upper line, and a lower one filled up to it."""
    plain = {"mode": "lines", "hoverinfo": "skip", "showlegend": False}
    edges = [_steps(frame, column, end) for column in ("low", "high")]
    line = {"width": 0, "shape": "hv"}
    (x_top, top), (x_bottom, bottom) = edges
    return [
        go.Scatter(x=x_top, y=top, line=line, **plain),
        go.Scatter(x=x_bottom, y=bottom, line=line, fill="tonexty", fillcolor=_BAND, **plain),
    ]


def _line(frame: pd.DataFrame, end: int, text: WaitingText, name: str, look: dict[str, object]) -> go.Scatter:
    days, done = _steps(frame, "survival", end)
    sentences = [
        text.point % {"group": name, "days": day, "rate": theme.percent(share)}
        for day, share in zip(days, done, strict=True)
    ]
    return go.Scatter(name=name, mode="lines", x=days, y=done, line=look, hovertext=sentences, hoverinfo="text")
