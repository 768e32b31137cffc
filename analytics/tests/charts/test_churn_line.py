import pandas as pd
import pytest

from analytics.charts import theme
from analytics.charts.churn_line import ChurnText, churn_line

TEXT = ChurnText("%(month)s: %(rate)s stayed away (%(people)s people)")
FRAME = pd.DataFrame(
    [("2026-01", 100, 40, 0.4, 0.31, 0.5), ("2026-02", 20, 5, 0.25, 0.1, 0.47), ("2026-03", 9, 5, 0.56, 0.3, 0.8)],
    columns=["period", "active", "churned", "rate", "low", "high"],
)


def test_points_and_their_intervals_are_those_of_the_frame() -> None:
    (line,) = churn_line(FRAME, TEXT).data
    assert list(zip(line.x, line.y, strict=True)) == [("2026-01", 0.4), ("2026-02", 0.25)]
    assert list(line.error_y.array) == pytest.approx([0.1, 0.22])
    assert list(line.error_y.arrayminus) == pytest.approx([0.09, 0.15])
    assert line.hovertext[0] == "2026-01: 40.0% stayed away (40 people)"


def test_few_people_are_hollow_and_fewer_than_ten_no_point() -> None:
    (line,) = churn_line(FRAME, TEXT).data
    assert list(line.marker.color) == [theme.BLUE, theme.SURFACE]
    assert not churn_line(FRAME.tail(1), TEXT).data
