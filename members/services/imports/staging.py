"""File -> stage: read, clean, group, and judge each order as a whole."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from members.rules.imports import decisions, files, layouts, pieces, records
from members.rules.imports.decisions import Decisions
from members.rules.imports.instants import Clock
from members.rules.imports.layouts import Layout, Wish
from members.rules.imports.order_lines import Grouper
from members.rules.imports.problems import Level, Problem, Refused
from members.rules.imports.rows import Cleaner, Rules
from members.services.imports.stage import Stage, head_of, piece_of

BATCH = 2_000
SAMPLES = 200  # records looked at to match columns
LATEST = dt.timedelta(days=1)  # tills in zones ahead of ours are no future

Beat = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read. `zone` is that of its naive times ("" = the preset's, else the merchant's)."""

    wish: Wish
    currency: str
    merchant_zone: str
    now: dt.datetime
    encoding: str = ""
    zone: str = ""
    decided: Decisions = decisions.NONE


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is a table, and how its columns were matched."""

    shape: files.Shape
    header: list[str]
    layout: Layout


def open_table(path: Path, reading: Reading) -> Opened:
    """Recognise the file and match its columns. Refused when it is no table."""
    shape = files.recognise(path, reading.encoding)
    beginning = itertools.islice(records.read(path, shape), SAMPLES + 1)
    header = next(beginning, (0, []))[1]
    layout = layouts.match(header, [cells for _, cells in beginning], reading.wish)
    return Opened(shape, header, layout)


def fill(stage: Stage, path: Path, opened: Opened, reading: Reading, beat: Beat) -> int:
    """Read the whole file onto the stage; `beat` is told the records read so far. Returns their number."""
    layouts.checked(opened.layout, opened.header)
    cleaner = Cleaner(opened.layout, Rules(reading.currency, _clock(opened.layout, reading), reading.decided))
    source = records.read(path, opened.shape)
    next(source)
    counted = _Counted(source, beat)
    products: pieces.Products = {}
    if opened.layout.kind == "lines":
        found = Grouper(cleaner, opened.layout, products).pieces(counted)
    else:
        found = pieces.of_rows(cleaner.rows(counted), opened.layout.kind)
    while batch := list(itertools.islice(found, BATCH)):
        stage.add_heads(head_of(piece) for piece, _ in batch if piece is not None)
        stage.add_problems(problem for _, problems in batch for problem in problems)
    stage.add_products((sku, *said) for sku, said in products.items())
    _settle(stage, opened.layout.kind)
    return counted.count


def _clock(layout: Layout, reading: Reading) -> Clock:
    zone = reading.zone or (layout.preset.zone if layout.preset else "") or reading.merchant_zone
    try:
        return Clock(ZoneInfo(zone), reading.now + LATEST, layout.serial_dates)
    except (KeyError, ValueError, OSError) as error:
        raise Refused("zone_unknown", zone=zone) from error


class _Counted:
    """Records on their way, counted; says so every few thousand."""

    def __init__(self, source: Iterator[records.Record], beat: Beat) -> None:
        self.count = 0
        self._source = source
        self._beat = beat

    def __iter__(self) -> Iterator[records.Record]:
        beat, next_beat = self._beat, BATCH
        count = 0
        for record in self._source:
            count += 1
            if count == next_beat:
                beat(count)
                next_beat += BATCH
            yield record
        self.count = count


def _settle(stage: Stage, kind: str) -> None:
    """Bring together what shares a number, then judge every order as a whole."""
    for group in stage.repeated():
        if kind == "lines":
            whole = pieces.joined(piece_of(group[0]), map(piece_of, group[1:]))
            stage.replace_heads([head.id for head in group], [head_of(whole)])
        else:
            first, *rest = group
            same = [head for head in rest if head.hash == first.hash]
            others = [head for head in rest if head.hash != first.hash]
            stage.replace_heads([head.id for head in rest])
            stage.add_problems(_again(head.id, first.id) for head in same)
            stage.add_problems(_conflict(head.id, first.id, head.number, kind) for head in others)
    for head in stage.doubtful():
        stage.add_problems(pieces.judged(piece_of(head)))
        stage.replace_heads([head.id])


def _again(row: int, first: int) -> Problem:
    return Problem(row, Level.DUPLICATE, "same_row", params={"row": str(first)})


def _conflict(row: int, first: int, number: str, kind: str) -> Problem:
    name = "refund_no" if kind == "refunds" else "order_no"
    return Problem(row, Level.REJECT, "number_conflict", name, number, {"row": str(first)})
