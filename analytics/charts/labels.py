"""Names beside points so that none lies on another: on the narrow screen, where there is least room."""

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

LETTER, LINE, REACH = 0.022, 0.09, 0.035
"""Shares of a plot of 290 by 190 pixels: half an ideograph's width, a line's height, from a point to its name."""


class Box(NamedTuple):
    """A rectangle in shares of the plot."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.bottom < other.top and other.bottom < self.top
        )


PLOT = Box(0, 0, 1, 1)


def places(points: Sequence[tuple[float, float]], names: Sequence[str]) -> list[str]:
    """Where each name stands, in Plotly's words; "" where there is no room for it beside those named before.

    `points`: in shares of the plot, the ones to be named first at the head.
    """
    marks = [_around(x, y) for x, y in points]
    taken: list[Box] = []
    found = []
    for number, ((x, y), name) in enumerate(zip(points, names, strict=True)):
        others = [*taken, *marks[:number], *marks[number + 1 :]]
        free = ((place, box) for place, box in _boxes(x, y, name) if _is_free(box, others))
        place, box = next(free, ("", None))
        found.append(place)
        taken += [box] if box else []
    return found


def _around(x: float, y: float) -> Box:
    half = REACH / 2
    return Box(x - half, y - half, x + half, y + half)


def _boxes(x: float, y: float, name: str) -> Iterator[tuple[str, Box]]:
    width = LETTER * sum(2 if ord(letter) > 0x2E7F else 1 for letter in name)
    heights = {"top": (y + REACH, y + REACH + LINE), "bottom": (y - REACH - LINE, y - REACH)}
    for side, (low, high) in heights.items():
        yield f"{side} center", Box(x - width / 2, low, x + width / 2, high)
    for (side, (low, high)), reach in itertools.product(heights.items(), ("right", "left")):
        near, far = (x, x + width) if reach == "right" else (x - width, x)
        yield f"{side} {reach}", Box(near, low, far, high)


def _is_free(box: Box, others: Sequence[Box]) -> bool:
    inside = box.left >= PLOT.left and box.right <= PLOT.right and box.bottom >= PLOT.bottom and box.top <= PLOT.top
    return inside and not any(box.meets(other) for other in others)
