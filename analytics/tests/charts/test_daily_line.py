import pandas as pd

from analytics.charts import theme
from analytics.charts.daily_line import LineText, daily_money

TEXT = LineText(now="Now", then="Before", symbol="¥", point="%(date)s: %(amount)s")


def days(first: str, *gross: int | None) -> pd.DataFrame:
    dates = pd.date_range(first, periods=len(gross)).strftime("%Y-%m-%d")
    return pd.DataFrame({"period": dates, "gross": gross})


def test_amounts_are_those_of_the_frame_in_currency_units() -> None:
    (line,) = daily_money(days("2026-11-20", 12_345_600, 0), TEXT).data
    assert list(zip(line.x, line.y, strict=True)) == [("2026-11-20", 1234.56), ("2026-11-21", 0.0)]
    assert line.line.color == theme.BLUE
    assert line.hovertext[0] == "2026-11-20: ¥1,235"


def test_what_we_compare_with_lies_under_it_day_by_day_and_keeps_its_own_dates() -> None:
    chart = daily_money(days("2026-11-20", 10_000, 20_000), TEXT, previous=days("2026-11-13", 30_000, 40_000, 50_000))
    then, now = chart.data
    assert then.x == now.x
    assert then.y == (3.0, 4.0)
    assert then.line.dash == "dash"
    assert then.hovertext[0] == "2026-11-13: ¥3"
    assert chart.layout.showlegend


def test_a_withheld_day_is_a_gap() -> None:
    (line,) = daily_money(days("2026-11-20", 10_000, None), TEXT).data
    assert line.y == (1.0, None)
