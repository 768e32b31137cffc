"""Changes with their intervals, one under the other, around the line of no change."""

from collections.abc import Sequence

import plotly.graph_objects as go

from analytics.charts import theme

Span = tuple[float, ...]  # change, low, high


def forest(names: Sequence[str], spans: Sequence[Span], points: Sequence[str]) -> go.Figure:
    """A dot and a line for each change; hollow where the interval holds 0. The last one is what counts."""
    clear = [low > 0 or high < 0 for _change, low, high in spans]
    colours = [theme.SLATE] * (len(spans) - 1) + [theme.BLUE]
    dots = go.Scatter(
        x=[span[0] for span in spans], y=list(names), mode="markers", hovertext=list(points), hoverinfo="text",
        marker={
            "size": 12,
            "color": [colour if sure else theme.SURFACE for colour, sure in zip(colours, clear, strict=True)],
            "line": {"width": 2, "color": colours},
        },
        error_x={
            "type": "data", "symmetric": False, "array": [span[2] - span[0] for span in spans],
            "arrayminus": [span[0] - span[1] for span in spans], "color": theme.SLATE, "thickness": 2, "width": 6,
        },
    )  # fmt: skip
    dash = {"color": theme.AXIS_LINE, "width": 1, "dash": "dash"}
    return theme.figure(
        [dots],
        margin={"l": 130, "r": 16, "t": 8, "b": 32},
        xaxis=theme.axis(zeroline=False),
        yaxis=theme.axis(type="category", autorange="reversed", showgrid=False),
        showlegend=False,
        shapes=[{"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1, "line": dash}],
    )
