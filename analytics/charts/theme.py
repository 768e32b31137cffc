"""The one look of every chart: colours with a fixed meaning, plain axes, no library defaults.

Numbers and texts come in finished; a chart only places them.
"""

import itertools
from typing import Any

import plotly.graph_objects as go

INK = "#14202e"
INK_SECOND = "#3b4857"
MUTED = "#566273"
GRID = "#e9edf1"
AXIS_LINE = "#b9c2cd"
SURFACE = "#ffffff"
UNFINISHED = "#e6e9ed"
BLUE = "#0072b2"  # us, now
VERMILLION = "#d55e00"  # worse, at risk, chosen
SLATE = "#5b6675"  # what we compare with
GREEN = "#009e73"
PINK = "#cc79a7"
ORANGE = "#e69f00"
SKY = "#56b4e9"

SEQUENTIAL = ((0.0, "#eaf3fa"), (0.3, "#b5d3ea"), (0.55, "#6aaad6"), (0.8, "#2474b5"), (1.0, "#08306b"))
"""Few to many: (position from 0 to 1, colour)."""

FONT = (
    'Inter, system-ui, -apple-system, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei",'
    ' "Noto Sans CJK SC", sans-serif'
)
SIZE = 12

_BLACK_OR_WHITE = 0.179  # luminance at which black and white text have the same contrast


def figure(traces: list[Any], **layout: Any) -> go.Figure:
    """A figure in our look; `layout` is laid over it, axes through `axis()`."""
    chart = go.Figure(data=traces, layout={"template": {}})
    chart.update_layout(
        font={"family": FONT, "size": SIZE, "color": INK},
        margin={"l": 8, "r": 12, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        colorway=[BLUE, VERMILLION, GREEN, PINK, ORANGE, SKY],
        hovermode="closest",
        hoverlabel={
            "bgcolor": INK,
            "bordercolor": INK,
            "font": {"family": FONT, "size": SIZE, "color": SURFACE},
        },
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"size": SIZE, "color": INK_SECOND},
        },
        xaxis=axis(),
        yaxis=axis(),
    )
    return chart.update_layout(layout)


def axis(**settings: Any) -> dict[str, Any]:
    """An axis in our look; `title` may be a plain text."""
    title = settings.pop("title", None)
    plain: dict[str, Any] = {
        "gridcolor": GRID,
        "linecolor": AXIS_LINE,
        "zeroline": False,
        "tickfont": {"size": SIZE, "color": INK_SECOND},
        "automargin": True,
        "fixedrange": True,
    }
    if title:
        plain["title"] = {"text": title, "font": {"size": SIZE, "color": MUTED}, "standoff": 6}
    return plain | settings


def sequential(position: float) -> str:
    """The colour at a position from 0 to 1 of the sequential scale, as #rrggbb."""
    place = min(max(position, 0.0), 1.0)
    for (start, pale), (stop, deep) in itertools.pairwise(SEQUENTIAL):
        if place <= stop:
            mix = (place - start) / (stop - start)
            channels = zip(_channels(pale), _channels(deep), strict=True)
            return "#" + "".join(f"{round(low + mix * (high - low)):02x}" for low, high in channels)
    return SEQUENTIAL[-1][1]


def ink_on(colour: str) -> str:
    """Pure black or pure white, whichever reads better on the colour (#rrggbb)."""
    return "#000" if luminance(colour) > _BLACK_OR_WHITE else "#fff"


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb as WCAG 2 defines it."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def percent(share: float, digits: int = 1) -> str:
    """0.2349 -> 23.5%"""
    return f"{share:.{digits}%}"


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
