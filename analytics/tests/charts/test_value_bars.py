import pandas as pd

from analytics.charts import theme
from analytics.charts.value_bars import REST, ClassText, TenthText, class_bars, tenth_bars


def test_classes_are_as_long_as_people_and_as_deep_as_what_one_spends() -> None:
    frame = pd.DataFrame(
        {"segment8": ["a", "b", "c"], "members": [10, 40, None], "monetary_mean": [200.0, 100.0, None]}
    )
    text = ClassText({"a": "A", "b": "B", "c": "C"}, ["10", "40", "—"], ["A: 10", "B: 40", "C: —"], ["10", "40", "—"])
    (bars,) = class_bars(frame, text, ["/a", "/b", ""]).data
    assert bars.y == ("A", "B", "C")
    assert bars.x == (10, 40, None)
    assert bars.marker.color == (theme.sequential(1), theme.sequential(0.5), theme.UNFINISHED)
    assert bars.customdata == ("/a", "/b", "")


def test_the_first_tenth_stands_out() -> None:
    frame = pd.DataFrame({"decile": [1, 2, 3], "share": [0.5, 0.3, 0.2]})
    (bars,) = tenth_bars(frame, TenthText(["50%", "30%", "20%"], ["", "", ""], "Tenths"), ["/1", "/2", "/3"]).data
    assert bars.y == (0.5, 0.3, 0.2)
    assert bars.marker.color == (theme.BLUE, REST, REST)
