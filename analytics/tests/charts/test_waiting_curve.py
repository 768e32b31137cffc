import pandas as pd
import pytest

from analytics.charts import theme
from analytics.charts.waiting_curve import WaitingText, waiting_curve

TEXT = WaitingText("Newcomers", "A year earlier", "Days", "%(group)s, within %(days)s days: %(rate)s bought again")
FRAME = pd.DataFrame(
    [(2, 0.8, 0.6, 0.9), (10, 0.6, 0.4, 0.75), (200, 0.5, 0.3, 0.7)], columns=["t", "survival", "low", "high"]
)


def test_the_line_rises_as_they_buy_again_and_ends_with_what_was_seen() -> None:
    *_band, line = waiting_curve(FRAME, TEXT, seen=90).data
    assert list(line.x) == [0, 2, 10, 90]
    assert list(line.y) == pytest.approx([0, 0.2, 0.4, 0.4])
    assert (line.line.shape, line.line.color, line.line.dash) == ("hv", theme.BLUE, None)
    assert line.hovertext[1] == "Newcomers, within 2 days: 20.0% bought again"


def test_the_band_is_filled_between_the_ends_of_the_interval() -> None:
    top, bottom, _line = waiting_curve(FRAME, TEXT, seen=90).data
    assert list(top.y) == pytest.approx([0, 0.4, 0.6, 0.6])
    assert list(bottom.y) == pytest.approx([0, 0.1, 0.25, 0.25])
    assert bottom.fill == "tonexty"


def test_a_year_earlier_is_a_dashed_line_in_the_colour_of_comparisons() -> None:
    *_own, earlier = waiting_curve(FRAME, TEXT, seen=400, previous=FRAME).data
    assert (earlier.name, earlier.line.dash, earlier.line.color) == ("A year earlier", "dash", theme.SLATE)
    assert earlier.x[-1] == 180


def test_what_is_withheld_is_not_drawn_nor_guessed() -> None:
    told = FRAME.assign(survival=[0.8, None, None], low=[0.6, None, None], high=[0.9, None, None])
    *_band, line = waiting_curve(told, TEXT, seen=90).data
    assert list(line.x) == [0, 2, 2]


def test_an_empty_frame_is_an_empty_picture() -> None:
    assert not waiting_curve(FRAME.head(0), TEXT, seen=90).data
