import pandas as pd
import plotly.graph_objects as go
import pytest

from analytics.charts import theme
from analytics.charts.retention_heatmap import HeatmapText, cell_key, retention_heatmap

TEXT = HeatmapText(
    column="Month %(age)s",
    windows={age: f"month {age}" for age in range(1, 12)},
    cell="%(cohort)s, %(window)s: %(rate)s (%(people)s people)",
    unfinished="%(cohort)s, %(window)s: not over, %(rate)s so far (%(people)s people)",
    too_few="Too few",
)

FRAME = pd.DataFrame(
    [
        ("2026-06", 0, 2150, 2150, 1.0, True),
        ("2026-06", 1, 2150, 632, 632 / 2150, True),
        ("2026-06", 2, 2150, 538, 538 / 2150, True),
        ("2026-06", 3, 2150, 258, 258 / 2150, False),
        ("2026-07", 0, 29, 29, 1.0, True),
        ("2026-07", 1, 29, 9, 9 / 29, True),
        ("2026-07", 2, 29, 2, 2 / 29, False),
        ("2026-08", 0, 9, 9, 1.0, True),
        ("2026-08", 1, 9, 3, 3 / 9, False),
        ("2026-09", 0, 700, 700, 1.0, False),
    ],
    columns=["cohort", "age", "cohort_size", "active", "retention", "mature"],
)


def trace(chart: go.Figure, name: str) -> go.Heatmap | go.Scatter:
    return next(found for found in chart.data if found.name == name)


def drawn(chart: go.Figure, name: str, field: str = "z") -> dict[str, object]:
    """What a trace holds, by cell key."""
    layer = trace(chart, name)
    pairs = zip(layer.customdata, layer[field], strict=True)
    return {key: value for keys, values in pairs for key, value in zip(keys, values, strict=True) if key is not None}


def written(chart: go.Figure) -> dict[tuple[str, int], str]:
    numbers = trace(chart, "numbers")
    return {(y, x): text for x, y, text in zip(numbers.x, numbers.y, numbers.text, strict=True)}


def test_values_are_those_of_the_frame() -> None:
    chart = retention_heatmap(FRAME, TEXT)
    shown = drawn(chart, "firm") | drawn(chart, "thin") | drawn(chart, "unfinished")
    cells = FRAME[(FRAME.age > 0) & (FRAME.cohort_size >= 10)]
    assert shown == {cell_key(row["cohort"], row["age"]): row["retention"] for row in cells.to_dict("records")}


def test_finished_unfinished_few_and_too_few_look_different() -> None:
    chart = retention_heatmap(FRAME, TEXT)
    assert set(drawn(chart, "firm")) == {"2026-06:1", "2026-06:2"}
    assert set(drawn(chart, "thin")) == {"2026-07:1"}
    assert set(drawn(chart, "unfinished")) == {"2026-06:3", "2026-07:2"}
    assert written(chart) == {
        ("2026-06  (2,150)", 1): "29.4%",
        ("2026-06  (2,150)", 2): "25.0%",
        ("2026-06  (2,150)", 3): "≥12.0",
        ("2026-07  (29)", 1): "31.0%",
        ("2026-07  (29)", 2): "≥6.9",
        ("2026-08  (9)", 1): "Too few",
    }


def test_newest_at_the_bottom_and_a_cohort_with_nothing_after_its_first_month_is_left_out() -> None:
    chart = retention_heatmap(FRAME, TEXT)
    assert trace(chart, "firm").y == ("2026-06  (2,150)", "2026-07  (29)", "2026-08  (9)")
    assert chart.layout.yaxis.autorange == "reversed"
    assert chart.layout.xaxis.ticktext == ("Month 1", "Month 2", "Month 3")


def test_hovering_gives_one_sentence() -> None:
    chart = retention_heatmap(FRAME, TEXT)
    assert drawn(chart, "firm", "hovertext")["2026-06:2"] == "2026-06, month 2: 25.0% (538 people)"
    sentence = drawn(chart, "unfinished", "hovertext")["2026-06:3"]
    assert sentence == "2026-06, month 3: not over, 12.0% so far (258 people)"


def test_people_instead_of_shares() -> None:
    chart = retention_heatmap(FRAME, TEXT, people=True)
    assert drawn(chart, "firm") == {"2026-06:1": 632, "2026-06:2": 538}
    assert written(chart)["2026-06  (2,150)", 3] == "≥258"


@pytest.mark.parametrize(("selected", "place"), [("2026-07:2", (2, 1)), ("2026-06:1", (1, 0))])
def test_the_selected_cell_is_framed(selected: str, place: tuple[int, int]) -> None:
    (frame,) = retention_heatmap(FRAME, TEXT, selected=selected).layout.shapes
    assert ((frame.x0 + frame.x1) / 2, (frame.y0 + frame.y1) / 2) == place
    assert frame.line.color == theme.VERMILLION


@pytest.mark.parametrize("selected", [None, "2020-01:1", "2026-06:0", "nonsense"])
def test_nothing_is_framed_that_is_not_in_the_picture(selected: str | None) -> None:
    assert not retention_heatmap(FRAME, TEXT, selected=selected).layout.shapes


def test_withheld_cells_have_a_dash_and_lead_nowhere() -> None:
    frame = FRAME.astype({"cohort_size": "float64", "active": "float64"})
    frame.loc[1, ["active", "retention"]] = None
    frame.loc[5:6, ["cohort_size", "active", "retention"]] = None
    chart = retention_heatmap(frame, TEXT)
    assert set(drawn(chart, "firm")) == {"2026-06:2"}
    dashes = {place for place, value in written(chart).items() if value == "—"}
    assert dashes == {("2026-06  (2,150)", 1), ("2026-07", 1), ("2026-07", 2)}


def test_narrow_screens_get_six_columns_and_short_texts() -> None:
    rows = [("2026-01", age, 100, 20, 0.2, True) for age in range(12)]
    chart = retention_heatmap(pd.DataFrame(rows, columns=list(FRAME)), TEXT, compact=True)
    assert chart.layout.xaxis.ticktext == ("1", "2", "3", "4", "5", "6")
    assert written(chart)["26-01", 1] == "20.0"


def test_at_most_eleven_periods_are_shown() -> None:
    rows = [("2026-01", age, 100, 20, 0.2, True) for age in range(20)]
    chart = retention_heatmap(pd.DataFrame(rows, columns=list(FRAME)), TEXT)
    assert trace(chart, "firm").x == tuple(range(1, 12))


def test_an_empty_frame_is_an_empty_picture() -> None:
    chart = retention_heatmap(FRAME.head(0), TEXT)
    assert not written(chart)
