"""The ledger as one would keep it on paper: no database, no locks, no hurry. What the real one must agree with."""

import datetime as dt
from dataclasses import dataclass, field

FOREVER = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass
class PaperLot:
    record: int
    line: int
    left: int
    opens: dt.datetime
    ends: dt.datetime
    is_open: bool


@dataclass
class Line:
    """An entry: its points with their sign, what it moved (lot number, points), what was undone of it since.

    `is_of_order`: what becomes of it is the order's to say.
    """

    record: int
    points: int
    moved: list[tuple[int, int]]
    undone: int = 0
    is_of_order: bool = False


class NotAllowed(Exception):
    pass


@dataclass
class Paper:
    """`owner`: record -> the record it counts for. Records are numbered in the order of their accounts."""

    owner: dict[int, int]
    lots: list[PaperLot] = field(default_factory=list)
    owed: dict[int, int] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def records(self, record: int) -> list[int]:
        """Those of the person, the one named first."""
        owner = self.owner[record]
        return [record, *(each for each in self.owner if self.owner[each] == owner and each != record)]

    def live(self, record: int) -> list[int]:
        theirs = self.records(record)
        numbers = [number for number, lot in enumerate(self.lots) if lot.record in theirs and lot.left]
        return sorted(numbers, key=lambda number: (self.lots[number].ends, number))

    def figures(self, record: int) -> tuple[int, int, int]:
        lots = [self.lots[number] for number in self.live(record)]
        return (
            sum(lot.left for lot in lots if lot.is_open),
            sum(lot.left for lot in lots if not lot.is_open),
            sum(self.owed.get(each, 0) for each in self.records(record)),
        )

    def settle(self, record: int, now: dt.datetime) -> None:
        self._bring(self.live(record), now)
        owed = sum(self.owed.get(each, 0) for each in self.records(record))
        paid = sum(points for _number, points in self._out(self._unopened_first(record), owed))
        self._pay(record, paid)

    def _bring(self, numbers: list[int], now: dt.datetime) -> None:
        """What time has brought."""
        for number in numbers:
            lot = self.lots[number]
            lot.is_open = lot.is_open or lot.opens <= now
            if lot.ends <= now:
                lot.left = 0

    def give(self, record: int, points: int, opens: dt.datetime, ends: dt.datetime, now: dt.datetime) -> None:
        self.settle(record, now)
        line = Line(record, points, [])
        rest = points - self._pay(record, points)
        if rest:
            self.lots.append(PaperLot(record, len(self.lines), rest, opens, ends, opens <= now))
        self.lines.append(line)

    def spend(self, record: int, points: int, now: dt.datetime) -> None:
        self.settle(record, now)
        if self.figures(record)[0] < points:
            raise NotAllowed
        opened = [number for number in self.live(record) if self.lots[number].is_open]
        self.lines.append(Line(record, -points, self._out(opened, points)))

    def refund(self, number: int, points: int, policy: str, now: dt.datetime) -> None:
        line = self.lines[number]
        self.settle(line.record, now)
        self._undo(line, points)
        own = [each for each in self.live(line.record) if self.lots[each].line == number]
        others = [each for each in self._unopened_first(line.record) if each not in own]
        if policy == "pending":
            others = [each for each in others if not self.lots[each].is_open]
        taken = sum(part for _lot, part in self._out(own + others, points))
        if policy == "debt":
            self.owed[line.record] = self.owed.get(line.record, 0) + points - taken
        self.lines.append(Line(line.record, 0, []))

    def cancel(self, number: int, points: int, now: dt.datetime) -> None:
        """Each lot gets back what it gave, whoever its record counts for by now; an account that owes pays first."""
        line = self.lines[number]
        self.settle(line.record, now)
        self._undo(line, points)
        rest = points
        for place in reversed(range(len(line.moved))):
            lot, spent = line.moved[place]
            part = min(spent, rest)
            paid = min(self.owed.get(self.lots[lot].record, 0), part)
            self.owed[self.lots[lot].record] = self.owed.get(self.lots[lot].record, 0) - paid
            self.lots[lot].left += part - paid
            line.moved[place] = (lot, spent - part + paid)
            rest -= part
        self.lines.append(Line(line.record, 0, []))
        records = self.came_from(number)
        self._bring([each for each, lot in enumerate(self.lots) if lot.record in records], now)
        self.settle(line.record, now)

    def came_from(self, number: int) -> set[int]:
        """The records whose lots a line was paid from."""
        return {self.lots[lot].record for lot, _spent in self.lines[number].moved}

    def _undo(self, line: Line, points: int) -> None:
        if points > abs(line.points) - line.undone:
            raise NotAllowed
        line.undone += points

    def _unopened_first(self, record: int) -> list[int]:
        return sorted(self.live(record), key=lambda number: self.lots[number].is_open)

    def _out(self, numbers: list[int], points: int) -> list[tuple[int, int]]:
        moved = []
        for number in numbers:
            part = min(self.lots[number].left, points)
            self.lots[number].left -= part
            points -= part
            if part:
                moved.append((number, part))
        return moved

    def _pay(self, record: int, points: int) -> int:
        paid = 0
        for each in self.records(record):
            part = min(self.owed.get(each, 0), points - paid)
            self.owed[each] = self.owed.get(each, 0) - part
            paid += part
        return paid
