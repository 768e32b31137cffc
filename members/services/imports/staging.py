"""File -> stage: read, clean, group, and judge each order as a whole."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from members.rules.imports import decisions, doubts, files, layouts, pieces, records, time_apart
from members.rules.imports.decisions import Decisions
from members.rules.imports.instants import Clock
from members.rules.imports.layout import Layout
from members.rules.imports.layouts import Wish
from members.rules.imports.order_lines import Grouper
from members.rules.imports.presets import Preset
from members.rules.imports.problems import Level, Problem, Refused
from members.rules.imports.rows import Cleaner, Rules
from members.rules.imports.shop_orders import Assembler
from members.services.imports import member_staging
from members.services.imports.stage import Head, Stage, head_of, piece_of

BATCH = 2_000
SAMPLES = 200  # records looked at to match columns
MOST_RECORDS = 5_000_000
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


def open_table(path: Path, reading: Reading, name: str = "") -> Opened:
    """Recognise the file, uploaded as `name`, and match its columns. Refused when it is no table."""
    shape = files.recognise(path, reading.encoding, name)
    beginning = itertools.islice(records.read(path, shape), SAMPLES + 1)
    header = next(beginning, (0, []))[1]
    if len(header) > files.MOST_COLUMNS:
        raise Refused("too_many_columns", columns=len(header), limit=files.MOST_COLUMNS)
    layout = layouts.match(header, [cells for _, cells in beginning], reading.wish)
    return Opened(shape, header, layout)


def fill(stage: Stage, path: Path, opened: Opened, reading: Reading, beat: Beat) -> int:
    """Read the whole file onto the stage; `beat` is told the records read so far. Returns their number."""
    layout = doubts.checked(opened.layout, opened.header)
    clock = clock_of(reading, layout.preset, serials=layout.serial_dates)
    cleaner = Cleaner(layout, Rules(reading.currency, clock, reading.decided))
    source = records.read(path, opened.shape)
    next(source)
    if layout.time_of_day is not None:
        source = time_apart.joined(
            source, layout.positions["refunded_at" if layout.kind == "refunds" else "ordered_at"], layout.time_of_day
        )
    counted = _Counted(source, beat)
    if layout.kind == "members":
        member_staging.fill(stage, counted, cleaner, layout)
        return counted.count
    products: pieces.Products = {}
    grouper = Grouper(cleaner, layout, products) if _is_grouped(layout) else None
    found = grouper.pieces(counted) if grouper else _pieces(cleaner, layout, products, counted)
    while batch := list(itertools.islice(found, BATCH)):
        stage.add_heads(head_of(piece) for piece, _ in batch if piece is not None)
        stage.add_problems(problem for _, problems in batch for problem in problems)
        stage.add_products((sku, *said) for sku, said in products.items())
        products.clear()
    if grouper is not None and grouper.strays:
        _place_strays(stage)
    _settle(stage, layout)
    if not opened.shape.ended and counted.last:
        stage.add_problems([Problem(counted.last, Level.FIX, "no_line_end")])
    return counted.count


def _is_grouped(layout: Layout) -> bool:
    """Whether the rows are lines, and those of one number an order."""
    return layout.kind == "lines" and not (layout.preset is not None and layout.preset.whole)


def _pieces(
    cleaner: Cleaner, layout: Layout, products: pieces.Products, source: Iterable[records.Record]
) -> Iterator[pieces.Found]:
    if layout.preset is not None and layout.preset.whole:
        return Assembler(cleaner, layout, layout.preset, products).pieces(source)
    return pieces.of_rows(cleaner.rows(source), layout.kind)


def clock_of(reading: Reading, preset: Preset | None = None, *, serials: bool = False) -> Clock:
    """How times are read: naive ones in the zone that was asked for, else the preset's, else the merchant's."""
    zone = reading.zone or (preset.zone if preset else "") or reading.merchant_zone
    try:
        return Clock(ZoneInfo(zone), reading.now + LATEST, serials)
    except (KeyError, ValueError, OSError) as error:
        raise Refused("zone_unknown", zone=zone) from error


class _Counted:
    """Records on their way, counted; says so every few thousand."""

    def __init__(self, source: Iterator[records.Record], beat: Beat) -> None:
        self.count = self.last = 0  # how many, and the number of the last
        self._source = source
        self._beat = beat

    def __iter__(self) -> Iterator[records.Record]:
        beat, next_beat = self._beat, BATCH
        count, record = 0, (0, [""])
        for record in self._source:
            count += 1
            if count == next_beat:
                if count > MOST_RECORDS:
                    raise Refused("too_many_rows", limit=f"{MOST_RECORDS:,}")
                beat(count)
                next_beat += BATCH
            yield record
        self.count, self.last = count, record[0]


def _place_strays(stage: Stage) -> None:
    """A row that cannot be read makes an order incomplete: that of its number, else those beside it.

    Refused when rows of orders lie apart: then it may belong to any of them.
    """
    lost = stage.lost()
    if lost and stage.lies_apart():
        raise Refused("row_of_unknown_order", record=lost[0])
    while lost:
        for row in lost:
            stage.doubt_neighbours(row)
        lost = stage.lost()


def _settle(stage: Stage, layout: Layout) -> None:
    """Bring together what shares a number, then judge every order as a whole."""
    whole = layout.preset.whole if layout.preset is not None else ""
    for group in stage.repeated():
        if layout.kind == "lines" and not whole:
            joined = pieces.joined(piece_of(group[0]), map(piece_of, group[1:]))
            stage.replace_heads([head.id for head in group], [head_of(joined)])
        elif not group[0].is_derived:
            _keep_first(stage, group, layout.kind, apart=whole == "repeated_rows")
    for head in stage.doubtful():
        stage.add_problems(pieces.judged(piece_of(head)))
        stage.replace_heads(_with_its_refund(head))


def _keep_first(stage: Stage, group: list[Head], kind: str, *, apart: bool) -> None:
    """Of orders with one number the first stands; the same again is a duplicate, another one a conflict.

    `apart`: they are parts of one order that do not lie together; it is not whole, so none of them is taken.
    """
    first, *rest = group
    same = [head for head in rest if head.hash == first.hash]
    others = [head for head in rest if head.hash != first.hash]
    gone = group if apart and others else rest
    stage.replace_heads(number for head in gone for number in _with_its_refund(head))
    stage.add_problems(_again(row, first.first) for head in same for row in head.records)
    stage.add_problems(_conflict(row, first.first, head.number, kind) for head in others for row in head.records)
    if apart and others:
        stage.add_problems(_conflict(row, others[0].first, first.number, kind) for row in first.records)


def _with_its_refund(head: Head) -> tuple[int, int]:
    return head.id, head.id + 1


def _again(row: int, first: int) -> Problem:
    return Problem(row, Level.DUPLICATE, "same_row", params={"row": str(first)})


def _conflict(row: int, first: int, number: str, kind: str) -> Problem:
    name = "refund_no" if kind == "refunds" else "order_no"
    return Problem(row, Level.REJECT, "number_conflict", name, number, {"row": str(first)})
