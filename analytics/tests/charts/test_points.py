"""The pictures of points: what goes up, what goes down, and that nothing withheld is drawn."""

import pandas as pd

from analytics.charts.points import FlowText, LiabilityText, flow_bars, liability_bars

TEXT = FlowText("Earned", "Redeemed", "Expired", "At the end", ["Jan", "Feb"], ["one", "two"])


def flow(**columns: list[object]) -> pd.DataFrame:
    quiet: dict[str, list[object]] = {
        "earned": [150, 0], "redeemed": [-80, 0], "expired": [0, -20], "closing": [70, 50],
    }  # fmt: skip
    return pd.DataFrame(quiet | columns).astype("Int64")


def test_what_comes_in_stands_up_and_what_goes_out_hangs_down() -> None:
    earned, redeemed, expired, closing = flow_bars(flow(), TEXT).data
    assert (list(earned.y), list(redeemed.y), list(expired.y)) == ([150, 0], [-80, 0], [0, -20])
    assert list(closing.y) == [70, 50]
    assert closing.yaxis == "y2"


def test_what_is_withheld_is_not_drawn() -> None:
    _earned, _redeemed, _expired, closing = flow_bars(flow(closing=[pd.NA, pd.NA]), TEXT).data
    assert list(closing.y) == [None, None]


def test_expected_and_rest_are_all_points() -> None:
    frame = pd.DataFrame({"points": [100, 40], "share": [0.25, None]})
    text = LiabilityText("Spent", "Rest", ["Jan", "Feb"], ["one", "two"])
    spent, rest = liability_bars(frame, text, ["/a", "/b"]).data
    assert list(spent.y) == [25, 40]  # nothing is known of the second: no part of it is told apart
    assert list(rest.y) == [75, 0]
    assert list(spent.customdata) == ["/a", "/b"]
