"""Which batch of new members came back less: cohorts down, periods since the first purchase across."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme

LAST_AGE = 11
"""Columns that are drawn; the table behind has all of them."""

LEAST_MEMBERS = 10
"""A cohort of fewer members has no cells: one person would be ten points."""

FIRM_MEMBERS = 30
"""A cohort of fewer members has cells without colour, so that nobody ranks it."""

WITHHELD = "—"
"""Stands in a cell that this reader may not see, as in the tables."""

_ROW = 33  # pixels
_AROUND = 38


@dataclass(frozen=True, slots=True)
class HeatmapText:
    """Translated texts; the places in %(...)s are filled here.

    column: heading of a column, with %(age)s; on narrow screens the number alone. windows: the time an age stands for.
    cell, unfinished: the sentence on hovering, with %(cohort)s, %(window)s, %(rate)s, %(people)s.
    too_few: stands in the row of a cohort of fewer than 10 members.
    """

    column: str
    windows: Mapping[int, str]
    cell: str
    unfinished: str
    too_few: str


@dataclass(frozen=True, slots=True)
class _Grid:
    """Cells by row (cohort) and column (age); None where there is nothing to draw. measure: the column shown."""

    ages: list[int]
    rows: list[str]
    cells: list[list[dict[str, Any] | None]]
    measure: str
    compact: bool


def retention_heatmap(
    frame: pd.DataFrame,
    text: HeatmapText,
    *,
    selected: str | None = None,
    people: bool = False,
    compact: bool = False,
) -> go.Figure:
    """The heatmap of a `retention` frame (cohort, age, cohort_size, active, retention, mature), oldest on top.

    Age 0 is left out, it is 100 % by definition; so are cohorts that have nothing else yet. A finished cell is
    coloured, an unfinished one grey with "≥", a cell without a rate has a dash. `selected` is a cell key such as
    "2026-07:2"; the same keys stand in the customdata of every cell that can be opened. `people` shows how many
    came back instead of their share. `compact` is for narrow screens: six columns and short texts.
    """
    grid = _grid(frame, "active" if people else "retention", compact)
    bounds = _range([cell[grid.measure] for cell in _flat(grid) if cell["kind"] == "firm"])
    grey, white = ([(0.0, colour), (1.0, colour)] for colour in (theme.UNFINISHED, theme.SURFACE))
    traces = [
        _blocks(grid, "unfinished", text, grey, (0, 1)),
        _blocks(grid, "thin", text, white, (0, 1)),
        _blocks(grid, "firm", text, list(theme.SEQUENTIAL), bounds),
        _numbers(grid, text, bounds),
    ]
    heading = "%(age)s" if compact else text.column
    return theme.figure(
        traces,
        height=_AROUND + _ROW * max(len(grid.rows), 1),
        margin={"l": 52 if compact else 112, "r": 10, "t": 30, "b": 8},
        xaxis=theme.axis(
            side="top",
            tickvals=grid.ages,
            ticktext=[heading % {"age": age} for age in grid.ages],
            tickangle=0,
            showgrid=False,
            linewidth=0,
            range=[0.5, max(grid.ages, default=1) + 0.5],
        ),
        yaxis=theme.axis(autorange="reversed", showgrid=False, type="category"),
        shapes=_frame_around(grid, selected),
    )


def cell_key(cohort: str, age: int) -> str:
    """The name of a cell in addresses: 2026-07:2."""
    return f"{cohort}:{age}"


def _grid(frame: pd.DataFrame, measure: str, compact: bool) -> _Grid:
    cells = frame[(frame["age"] >= 1) & (frame["age"] <= (6 if compact else LAST_AGE))]
    ages = sorted(int(age) for age in cells["age"].unique())
    by_place = {(record["cohort"], record["age"]): record for record in cells.to_dict("records")}
    sizes = cells.groupby("cohort", sort=True)["cohort_size"].first()
    names = [
        cohort[2:] if compact else f"{cohort}  ({int(size):,})" if pd.notna(size) else cohort
        for cohort, size in zip(sizes.index.astype(str), sizes, strict=True)
    ]
    rows = [[_cell(by_place.get((cohort, age))) for age in ages] for cohort in sizes.index]
    return _Grid(ages, names, rows, measure, compact)


def _cell(record: dict[Any, Any] | None) -> dict[str, Any] | None:
    """The record with its kind and key, None where no such cell has begun."""
    if record is None:
        return None
    size, share = record["cohort_size"], record["retention"]
    if pd.isna(size) or (size >= LEAST_MEMBERS and pd.isna(share)):
        kind = "withheld"
    elif size < LEAST_MEMBERS:
        kind = "too_few"
    elif not record["mature"]:
        kind = "unfinished"
    else:
        kind = "firm" if size >= FIRM_MEMBERS else "thin"
    return {**record, "kind": kind, "key": cell_key(record["cohort"], int(record["age"]))}


def _flat(grid: _Grid) -> list[dict[str, Any]]:
    return [cell for row in grid.cells for cell in row if cell is not None]


def _range(values: list[float]) -> tuple[float, float]:
    """The values at the pale and at the deep end of the scale: a little air around those shown."""
    if not values:
        return 0.0, 1.0
    air = (max(values) - min(values)) * 0.2 or max(values) * 0.2 or 1.0
    return min(values) - air, max(values) + air / 2


def _blocks(
    grid: _Grid, kind: str, text: HeatmapText, scale: list[tuple[float, str]], bounds: tuple[float, float]
) -> go.Heatmap:
    """The cells of one kind as coloured blocks."""
    sentence = text.unfinished if kind == "unfinished" else text.cell

    def pick(value: Any) -> list[list[Any]]:
        return [[value(cell) if cell and cell["kind"] == kind else None for cell in row] for row in grid.cells]

    return go.Heatmap(
        name=kind,
        x=grid.ages,
        y=grid.rows,
        z=pick(lambda cell: cell[grid.measure]),
        customdata=pick(lambda cell: cell["key"]),
        hovertext=pick(lambda cell: sentence % _places(cell, text)),
        hoverinfo="text",
        hoverongaps=False,
        colorscale=scale,
        zmin=bounds[0],
        zmax=bounds[1],
        showscale=False,
        xgap=2,
        ygap=2,
    )


def _places(cell: dict[str, Any], text: HeatmapText) -> dict[str, str]:
    return {
        "cohort": cell["cohort"],
        "window": text.windows[int(cell["age"])],
        "rate": theme.percent(cell["retention"]),
        "people": f"{int(cell['active']):,}",
    }


def _numbers(grid: _Grid, text: HeatmapText, bounds: tuple[float, float]) -> go.Scatter:
    """What is written on the blocks; a cohort of too few has one remark instead."""
    written = [
        (age, name, _writing(cell, grid, text), _ink(cell, grid, bounds))
        for name, row in zip(grid.rows, grid.cells, strict=True)
        for age, cell in zip(grid.ages, row, strict=True)
        if cell is not None and (cell["kind"] != "too_few" or age == 1)
    ]
    return go.Scatter(
        name="numbers",
        mode="text",
        x=[place[0] for place in written],
        y=[place[1] for place in written],
        text=[place[2] for place in written],
        textfont={"size": theme.SIZE, "color": [place[3] for place in written]},
        hoverinfo="skip",
        showlegend=False,
    )


def _writing(cell: dict[str, Any], grid: _Grid, text: HeatmapText) -> str:
    if cell["kind"] == "too_few":
        return text.too_few
    if cell["kind"] == "withheld":
        return WITHHELD
    unfinished = cell["kind"] == "unfinished"
    if grid.measure == "active":
        value = f"{int(cell['active']):,}"
    else:
        value = theme.percent(cell["retention"])
        value = value.rstrip("%") if unfinished or grid.compact else value
    return f"≥{value}" if unfinished else value


def _ink(cell: dict[str, Any], grid: _Grid, bounds: tuple[float, float]) -> str:
    if cell["kind"] != "firm":
        return theme.MUTED
    position = (cell[grid.measure] - bounds[0]) / (bounds[1] - bounds[0])
    return theme.ink_on(theme.sequential(position))


def _frame_around(grid: _Grid, selected: str | None) -> list[dict[str, Any]]:
    """The frame around the selected cell, nothing when it is not in the picture."""
    for number, row in enumerate(grid.cells):
        for cell in row:
            if cell is not None and cell["key"] == selected:
                return [
                    {
                        "type": "rect",
                        "x0": cell["age"] - 0.5,
                        "x1": cell["age"] + 0.5,
                        "y0": number - 0.5,
                        "y1": number + 0.5,
                        "line": {"color": theme.VERMILLION, "width": 3},
                    }
                ]
    return []
