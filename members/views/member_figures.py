"""The head of the member page in words: six figures, the rhythm of the purchases, what is liked best."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.lib import display
from members.lib.money import plain, to_units
from members.lib.widgets import Cell, Column, Row, Table
from members.queries import history
from members.queries.history import Often, Product, Purchase
from members.queries.people import Person
from members.rules.rhythm import Rhythm

SHOWN_GAPS = 24
TOP = 3
TABLE_ROWS = 10
HEIGHT, STEP, BAR = 100, 10, 7  # of the drawing of the intervals


@dataclass(frozen=True, slots=True)
class Fact:
    """One of the six: what it is, the figure, a second fact, how it is counted, which entries stand behind it."""

    label: str
    value: str
    note: str
    meaning: str
    show: str = "purchases"  # of the timeline


@dataclass(frozen=True, slots=True)
class Bar:
    """One interval of the drawing."""

    x: int
    y: float
    height: float
    says: str
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Gaps:
    """The last intervals as bars, the open one beside them, and the band from the usual to the mostly kept one."""

    bars: Sequence[Bar]
    width: int
    low: float | None  # heights of the band, measured from the top
    high: float | None
    table: Table

    @property
    def band(self) -> float:
        return round((self.low or 0) - (self.high or 0), 1)


def facts(person: Person, bought: Sequence[Purchase], rhythm: Rhythm, currency: str) -> list[Fact]:
    """The six figures. Money and purchases are those of the member list; days are those of the reports."""
    kept = [each for each in bought if each.kept]
    first = kept[0] if kept else None
    average = person.gross / person.orders if person.orders else None
    return [
        Fact(
            _("Since the last purchase"), _days(rhythm.since), date_format(rhythm.days[-1]) if rhythm.days else "",
            _("Days from the last purchase to %(date)s, the last day with data. Orders refunded in full and days that "
              "do not count are left out.") % {"date": date_format(rhythm.as_of)},
        ),
        Fact(
            _("Purchase days"), display.number(len(rhythm.days)),
            ngettext("%(n)s purchase", "%(n)s purchases", person.orders) % {"n": display.number(person.orders)},
            _("Days with at least one purchase, by the date of the store; orders refunded in full and days that do "
              "not count are left out. Purchases are all paid orders of more than nothing."),
        ),
        Fact(
            _("Spent less refunds"), display.money(person.net, currency, 2),
            _("%(paid)s paid, %(back)s given back")
            % {"paid": display.money(person.gross, currency, 2), "back": display.money(person.refunds, currency, 2)},
            _("Revenue of all purchases less all refunds, as in the list of members."),
            "money",
        ),
        Fact(
            _("Average purchase"), display.money(average, currency, 2), _("before refunds") if person.orders else "",
            _("Revenue of all purchases divided by their number."),
        ),
        Fact(
            _("Usual interval"), _days(rhythm.usual), _next(rhythm),
            _("The middle one of all the member's own intervals between purchase days, once there are three; the "
              "next purchase is expected so long after the last."),
        ),
        Fact(
            _("First purchase"), date_format(first.day) if first else display.NONE,
            f"{first.store} · {first.channel}" if first else "",
            _("The first purchase that was not refunded in full, with its store and channel: the reports count the "
              "member among the newcomers of that day, store and channel."),
        ),
    ]  # fmt: skip


def _days(days: int | None) -> str:
    if days is None:
        return display.NONE
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": display.number(days)}


def _next(rhythm: Rhythm) -> str:
    if rhythm.next_on is None:
        return _("too few purchases to tell")
    return _("next around %(date)s") % {"date": date_format(rhythm.next_on)}


def verdict(rhythm: Rhythm, bought: Sequence[Purchase]) -> str:
    """Whether the next purchase is early, due or late, in a sentence."""
    said = {"since": _days(rhythm.since), "usual": _days(rhythm.usual), "mostly": _days(rhythm.mostly)}
    if rhythm.state == "none" and bought:
        return _("No purchase counts: each was refunded in full or made on a day that does not count.")
    if rhythm.state == "none":
        return _("No purchase yet.")
    if rhythm.state == "few":
        return _("%(since)s since the last purchase. There are too few intervals yet to tell a habit.") % said
    if rhythm.state == "early":
        return _("Not due yet: %(since)s since the last purchase, usually it takes %(usual)s.") % said
    if rhythm.state == "due":
        return (
            _("Due now: %(since)s since the last purchase; usually it takes %(usual)s, four of five times at most "
              "%(mostly)s.")
            % said
        )  # fmt: skip
    return (
        _("Later than usual: %(since)s since the last purchase; usually it takes %(usual)s, four of five times at "
          "most %(mostly)s.")
        % said
    )  # fmt: skip


def gaps(rhythm: Rhythm) -> Gaps | None:
    """The drawing; None when there is no interval to draw."""
    ended = [*pairwise(rhythm.days)][-SHOWN_GAPS:]
    if not ended or rhythm.since is None:
        return None
    lengths = [(later - earlier).days for earlier, later in ended]
    top = max(*lengths, rhythm.since, rhythm.mostly or 0, 1)
    spans = [*zip(ended, lengths, strict=True), ((rhythm.days[-1], rhythm.as_of), rhythm.since)]
    bars = [
        Bar(
            x=number * STEP,
            y=_down(length, top),
            height=round(length / top * HEIGHT, 1),
            says=f"{date_format(start)} – {date_format(end)}{_(': ')}{_days(length)}",
            is_open=number == len(ended),
        )
        for number, ((start, end), length) in enumerate(spans)
    ]
    has_band = rhythm.usual is not None and rhythm.mostly is not None
    return Gaps(
        bars,
        width=len(bars) * STEP - (STEP - BAR),
        low=_down(rhythm.usual or 0, top) if has_band else None,
        high=_down(rhythm.mostly or 0, top) if has_band else None,
        table=_gap_table(spans),
    )


def _down(days: int, top: int) -> float:
    return round(HEIGHT - days / top * HEIGHT, 1)


def _gap_table(spans: Sequence[tuple[tuple[dt.date, dt.date], int]]) -> Table:
    """The newest first; the open interval has no end yet."""
    rows = [
        Row(
            [
                Cell(date_format(start), value=start.isoformat()),
                Cell(_("still open") if number == 0 else date_format(end)),
                Cell(display.number(length), value=str(length)),
            ],
            marked=number == 0,
        )
        for number, ((start, end), length) in enumerate(reversed(spans))
    ]
    columns = [Column(_("Purchase")), Column(_("Next purchase")), Column(_("Days"), numeric=True)]
    return Table(columns, rows, label=_("Days between purchases"))


def favourites(bought: Iterable[Purchase], products: Sequence[Product], currency: str) -> list[tuple[str, str]]:
    """What is liked best, as pairs of a question and its answer; only what is known."""
    kept = [each for each in bought if each.kept]
    by_pieces = sorted(products, key=lambda each: (-each.quantity, -each.amount, each.name))[:TOP]
    categories: dict[str, int] = {}
    for one in products:
        if one.category:
            categories[one.category] = categories.get(one.category, 0) + one.orders
    said = [
        (_("Most pieces"), _listed(f"{one.name} ×{plain(to_units(one.quantity), 0)}" for one in by_pieces)),
        (
            _("Most money"),
            _listed(f"{one.name} {display.money(one.amount, currency)}" for one in products[:TOP]),
        ),
        (_("Categories"), _listed(sorted(categories, key=lambda name: -categories[name])[:TOP])),
        (_("Store"), _often(history.often([each.store for each in kept]))),
        (_("Channel"), _often(history.often([each.channel for each in kept]))),
        (_("Weekday"), _often(_weekday(history.often([each.day.weekday() for each in kept])))),
        (_("Hour"), _often(_hour(history.often(history.hours(kept))))),
    ]
    return [(question, answer) for question, answer in said if answer]


def product_table(products: Sequence[Product], currency: str) -> Table:
    """The dearest products with their pieces and purchases."""
    rows = [
        Row(
            [
                Cell(one.name),
                Cell(plain(to_units(one.quantity), 0), value=str(one.quantity)),
                Cell(display.money(one.amount, currency, 2), value=str(one.amount)),
            ]
        )
        for one in products[:TABLE_ROWS]
    ]
    columns = [Column(_("Product")), Column(_("Pieces"), numeric=True), Column(_("Amount"), numeric=True)]
    return Table(columns, rows, label=_("Products by money"))


def _listed(names: Iterable[str]) -> str:
    return _(", ").join(names)


def _weekday(found: Often | None) -> Often | None:
    return Often(str(WEEKDAYS[int(found.value)]), found.times, found.of) if found else None


def _hour(found: Often | None) -> Often | None:
    if found is None:
        return None
    hour = int(found.value)
    said = _("%(start)s to %(end)s") % {"start": f"{hour:02}:00", "end": f"{(hour + 1) % 24:02}:00"}
    return Often(said, found.times, found.of)


def _often(found: Often | None) -> str:
    if found is None:
        return ""
    return _("%(value)s (%(times)s of %(of)s)") % {
        "value": found.value, "times": display.number(found.times), "of": display.number(found.of)
    }  # fmt: skip
