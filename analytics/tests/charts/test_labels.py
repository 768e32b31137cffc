"""Names beside points: none on another, none outside, the first named first."""

from hypothesis import given
from hypothesis import strategies as st

from analytics.charts import labels

share = st.floats(0, 1)


def test_points_apart_are_all_named_above() -> None:
    assert labels.places([(0.3, 0.3), (0.7, 0.7)], ["Price", "Taste"]) == ["top center", "top center"]


def test_the_second_of_two_at_one_height_gives_way() -> None:
    first, second = labels.places([(0.5, 0.5), (0.55, 0.5)], ["Waiting", "Staff"])
    assert first == "top center"
    assert second == "bottom center"


def test_a_name_without_room_is_left_to_the_table() -> None:
    found = labels.places([(0.5, 0.5)] * 12, ["Waiting"] * 12)
    assert found[-1] == ""


def test_at_the_edge_it_stands_towards_the_middle() -> None:
    (place,) = labels.places([(0.02, 0.95)], ["下单方便"])
    assert place == "bottom right"


@given(st.lists(st.tuples(share, share), max_size=12))
def test_no_name_lies_on_another_or_outside(points: list[tuple[float, float]]) -> None:
    names = [f"名字 {number}" for number in range(len(points))]
    found = labels.places(points, names)
    boxes = [
        dict(labels._boxes(x, y, name))[place]
        for (x, y), name, place in zip(points, names, found, strict=True)
        if place
    ]
    assert not any(one.meets(other) for number, one in enumerate(boxes) for other in boxes[:number])
    assert all(box.left >= 0 and box.right <= 1 and box.bottom >= 0 and box.top <= 1 for box in boxes)
