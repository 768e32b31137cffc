import pandas as pd

from analytics.charts import theme
from analytics.charts.retention_curves import CurvesText, retention_curves

TEXT = CurvesText("Dec to May", "Jun to Sep", "Months", "%(group)s, month %(age)s: %(rate)s (%(people)s people)")

FRAME = pd.DataFrame(
    [
        ("before", 1, 1000, 344, 0.344, False),
        ("before", 2, 900, 250, 0.25, False),
        ("recent", 1, 800, 235, 0.294, False),
        ("recent", 2, 500, 120, 0.24, True),
        ("recent", 3, 100, 20, 0.2, True),
        ("recent", 4, 9, 1, 0.1, True),
    ],
    columns=["group", "age", "members", "active", "retention", "partial"],
)


def test_points_are_those_of_the_frame() -> None:
    before, firm, partial = retention_curves(FRAME, TEXT).data
    assert list(zip(before.x, before.y, strict=True)) == [(1, 0.344), (2, 0.25)]
    assert list(zip(firm.x, firm.y, strict=True)) == [(1, 0.294)]
    assert list(zip(partial.x, partial.y, strict=True)) == [(1, 0.294), (2, 0.24), (3, 0.2)]


def test_old_and_new_differ_in_shape_and_colour() -> None:
    before, recent, _ = retention_curves(FRAME, TEXT).data
    assert (before.marker.symbol, before.line.color, before.name) == ("square", theme.SLATE, "Dec to May")
    assert (recent.marker.symbol, recent.line.color, recent.name) == ("circle", theme.VERMILLION, "Jun to Sep")


def test_few_cohorts_are_hollow_dotted_and_named_once_in_the_legend() -> None:
    _, _, partial = retention_curves(FRAME, TEXT).data
    assert partial.line.dash == "dot"
    assert partial.marker.color == theme.SURFACE
    assert partial.showlegend is False


def test_a_curve_of_few_cohorts_only_keeps_its_place_in_the_legend() -> None:
    (only,) = retention_curves(FRAME[FRAME.partial], TEXT).data
    assert only.showlegend is None
    assert only.x == (2, 3)


def test_hovering_gives_one_sentence() -> None:
    assert retention_curves(FRAME, TEXT).data[0].hovertext[1] == "Dec to May, month 2: 25.0% (250 people)"


def test_an_empty_frame_is_an_empty_picture() -> None:
    assert not retention_curves(FRAME.head(0), TEXT).data
