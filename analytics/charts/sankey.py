"""Moves between tiers as bands from left to right: plain shapes, drawn by the server, so that each band is a link."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 320
_NODE, _GAP = 12, 10  # width of a node, space between two


@dataclass(frozen=True, slots=True)
class Band:
    """So many members from one node to another; `is_up`, `is_down`: to a better or a worse tier."""

    path: str
    place: int  # in the rows given
    direction: str  # "up", "down", "same", "new"


@dataclass(frozen=True, slots=True)
class Node:
    """A tier on one side: its rectangle, and where its name stands."""

    code: str
    members: int
    x: float
    y: float
    height: float
    text_x: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Sankey:
    bands: Sequence[Band]
    nodes: Sequence[Node]
    width: int = WIDTH
    height: int = HEIGHT
    node: int = _NODE


def sankey(rows: Sequence[tuple[str, str, int]], order: Sequence[str], *, new: str) -> Sankey:
    """`rows`: (before, after, members), `order`: the codes from the lowest; the best stand on top. Bands add up."""
    codes = list(reversed(order))
    total = sum(members for _before, _after, members in rows) or 1
    sides = [[code for code in codes if any(row[side] == code for row in rows)] for side in (0, 1)]
    scale = (HEIGHT - _GAP * (max(map(len, sides), default=1) - 1)) / total
    left, right = (_nodes(rows, side, sides[side], scale) for side in (0, 1))
    used = {(0, code): 0.0 for code in sides[0]} | {(1, code): 0.0 for code in sides[1]}
    bands = []
    in_order = sorted(range(len(rows)), key=lambda at: (codes.index(rows[at][0]), codes.index(rows[at][1])))
    for at in in_order:
        before, after, members = rows[at]
        thick = members * scale
        top, end = left[before].y + used[0, before], right[after].y + used[1, after]
        used[0, before] += thick
        used[1, after] += thick
        bands.append(Band(_band(top, end, thick), at, _direction(codes, before, after, new)))
    return Sankey(bands, [*left.values(), *right.values()])


def _nodes(rows: Sequence[tuple[str, str, int]], side: int, codes: Sequence[str], scale: float) -> dict[str, Node]:
    found, y = {}, 0.0
    x = 0.0 if side == 0 else float(WIDTH - _NODE)
    for code in codes:
        members = sum(row[2] for row in rows if row[side] == code)
        text_x = x + _NODE + 8 if side == 0 else x - 8
        found[code] = Node(
            code, members, x, round(y, 1), round(members * scale, 1), text_x, "start" if side == 0 else "end"
        )
        y += members * scale + _GAP
    return found


def _band(top: float, end: float, thick: float) -> str:
    first, last, middle = _NODE, WIDTH - _NODE, WIDTH / 2
    return (
        f"M{first},{top:.1f}C{middle},{top:.1f} {middle},{end:.1f} {last},{end:.1f}"
        f"V{end + thick:.1f}C{middle},{end + thick:.1f} {middle},{top + thick:.1f} {first},{top + thick:.1f}Z"
    )


def _direction(codes: Sequence[str], before: str, after: str, new: str) -> str:
    if before == new:
        return "new"
    step = codes.index(before) - codes.index(after)  # the best stands first
    return "same" if not step else "up" if step > 0 else "down"
