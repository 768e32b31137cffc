"""What orders earn and give back, worked out on paper: a point a yuan, so many at most; a point pays a yuan."""

import datetime as dt
from dataclasses import dataclass, field

from rewards.tests.ledger_model import Paper

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
DAY = dt.timedelta(days=1)
CAP, LIFE, WAIT = 150, 40, 3  # points for an order at most; days that points last, and for which they wait


@dataclass
class PaperOrder:
    """A sale of so many cents on a business date, `spent` yuan of it by points (`pay` is that line)."""

    record: int
    cents: int
    day: dt.date
    spent: int = 0
    pay: int | None = None
    back: dict[int, int] = field(default_factory=dict)  # refund -> cents that stand as given back
    returned: int = 0  # points that paid and came back
    is_void: bool = False
    is_seen: bool = False
    earned: list[int] = field(default_factory=list)  # lines by which it earned

    @property
    def money(self) -> int:
        """Cents that were paid with money."""
        return self.cents - 100 * self.spent

    @property
    def worth(self) -> int:
        return min(self.money // 100, CAP)

    def left(self, points: int) -> int:
        """The share of points that its refunds leave, rounded down."""
        back = sum(self.back.values())
        if self.is_void:
            return 0
        return points if not back else points * max(self.money - back, 0) // self.money if self.money else 0

    def due(self) -> int:
        """How many of the points that paid are to be back."""
        if self.is_void:
            return self.spent
        if not self.money:
            return 0
        return self.spent * min(sum(self.back.values()), self.money) // self.money


@dataclass
class OrderBook:
    """Orders beside a ledger on paper, which their points go through."""

    paper: Paper
    orders: list[PaperOrder] = field(default_factory=list)

    def pay(self, order: PaperOrder, payer: int, now: dt.datetime) -> None:
        """NotAllowed when there are too few points."""
        self.paper.spend(payer, order.spent, now)
        order.pay = self._last_of_an_order()

    def look(self, order: PaperOrder, now: dt.datetime) -> None:
        """Bring the points of an order to what it should have."""
        self.paper.settle(order.record, now)
        if order.is_void and not order.is_seen:
            return
        more = order.left(order.worth) - sum(map(self._left, order.earned))
        order.is_seen = True
        if more > 0:
            self._give(order, more, now)
        for line in reversed(order.earned):
            part = min(self._left(line), -more)
            if part > 0:
                self.paper.refund(line, part, "debt", now)
                self._last_of_an_order()
                more += part

    def give_back(self, order: PaperOrder, now: dt.datetime) -> None:
        """Return points that paid, as far as more is due than is back."""
        more = order.due() - order.returned
        if order.pay is not None and more > 0:
            self.paper.cancel(order.pay, more, now)
            self._last_of_an_order()
            order.returned += more

    def qualifying(self, record: int) -> int:
        """What the person earned, whatever was spent of it since."""
        theirs = self.paper.records(record)
        return sum(line.points - line.undone for line in self.paper.lines if line.points > 0 and line.record in theirs)

    def _give(self, order: PaperOrder, points: int, now: dt.datetime) -> None:
        opens = dt.datetime.combine(order.day + WAIT * DAY, dt.time(0), SHANGHAI)
        ends = dt.datetime.combine(order.day + (LIFE + 1) * DAY, dt.time(0), SHANGHAI)
        self.paper.give(order.record, points, opens, ends, now)
        order.earned.append(self._last_of_an_order())
        self.paper.settle(order.record, now)

    def _left(self, line: int) -> int:
        return self.paper.lines[line].points - self.paper.lines[line].undone

    def _last_of_an_order(self) -> int:
        self.paper.lines[-1].is_of_order = True
        return len(self.paper.lines) - 1
