"""Bands of moves: their heights add up on both sides, the best tier stands on top."""

import pytest

from analytics.charts.sankey import HEIGHT, sankey

ORDER = ["new", "basic", "gold"]
ROWS = [("basic", "basic", 60), ("basic", "gold", 20), ("gold", "basic", 10), ("new", "basic", 10)]


def test_nodes_hold_all_members_of_both_sides_and_fit() -> None:
    picture = sankey(ROWS, ORDER, new="new")
    left, right = picture.nodes[:3], picture.nodes[3:]
    assert [(node.code, node.members) for node in left] == [("gold", 10), ("basic", 80), ("new", 10)]
    assert [(node.code, node.members) for node in right] == [("gold", 20), ("basic", 80)]
    assert left[-1].y + left[-1].height == pytest.approx(HEIGHT)
    assert left[1].height == pytest.approx(8 * left[0].height, rel=0.01)


def test_each_band_says_which_way_it_goes() -> None:
    picture = sankey(ROWS, ORDER, new="new")
    assert {ROWS[band.place][:2]: band.direction for band in picture.bands} == {
        ("basic", "basic"): "same", ("basic", "gold"): "up", ("gold", "basic"): "down", ("new", "basic"): "new",
    }  # fmt: skip


def test_a_side_begins_where_the_band_before_ended() -> None:
    picture = sankey(ROWS, ORDER, new="new")
    basic = next(node for node in picture.nodes if node.code == "basic")
    starts = [float(band.path.split(",")[1].split("C")[0]) for band in picture.bands if ROWS[band.place][0] == "basic"]
    assert starts == pytest.approx([basic.y, basic.y + basic.height / 4], abs=0.2)


def test_nothing_is_nothing() -> None:
    picture = sankey([], ORDER, new="new")
    assert (list(picture.bands), list(picture.nodes)) == ([], [])
