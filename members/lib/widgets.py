"""What the shared components draw: plain values that a view builds and a template in templates/components shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from members.lib.display import Figure
from members.lib.registry import Link


@dataclass(frozen=True, slots=True)
class Action:
    """A button or a link of a card."""

    label: str
    url: str
    icon: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A figure against its comparison. `good` says which direction is welcome; "" when neither is.

    `value` is a signed fraction (None: nothing to compare with); `clear` False when it may be chance.
    `low`, `high`: the ends of its 95 % interval, where there is one. `why` there is no value, in words.
    """

    value: Figure | None
    unit: str = "percent"  # or "points"
    good: str = "up"  # "up", "down" or ""
    clear: bool = True
    low: Figure | None = None
    high: Figure | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A figure on its way to a goal, both in the same unit, and the gap in words."""

    value: Figure
    goal: Figure
    text: str

    @property
    def is_met(self) -> bool:
        return self.value >= self.goal

    @property
    def width(self) -> float:
        return self._at(self.value)

    @property
    def tick(self) -> float:
        return self._at(self.goal)

    def _at(self, figure: Figure) -> float:
        """Position on a bar of 100 whose longer mark stands at 94."""
        longest = max(Decimal(str(self.value)), Decimal(str(self.goal)))
        return round(float(Decimal(str(figure)) / longest * 94), 1) if longest > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Kpi:
    """One card of the row on top: kpi_card.html."""

    label: str
    value: str
    url: str = ""
    small: str = ""  # beside the value: "± 5"
    change: Change | None = None
    beside: str = ""  # on the line of the change
    note: str = ""  # a second line
    target: Target | None = None
    spark: Sequence[Figure] = ()
    quiet: bool = False  # a grey sparkline: background, not the news


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table. `value` is the exact figure, for scripts and tests, where `text` is rounded."""

    text: str
    url: str = ""
    value: str = ""
    tone: str = ""  # a pill: "good", "bad", "warn", "info", "mut"
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    numeric: bool = False
    on_phone: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """`key`: what a form calls the row, where rows can be selected."""

    cells: Sequence[Cell]
    marked: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """data_table.html. `cards`: more than four columns, so each row becomes a card on a phone."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    label: str = ""
    cards: bool = False
    tight: bool = True


@dataclass(frozen=True, slots=True)
class ChartCard:
    """chart_card.html: a question, its one-line answer, the picture and the same figures as a table."""

    slug: str  # unique on the page
    title: str
    answer: str = ""
    figure: dict[str, Any] | None = None  # plotly JSON (data, layout); None: no picture, `empty` says why
    label: str = ""  # what the picture shows, for who does not see it
    height: str = "m"  # "s", "m", "l"
    table: Table | None = None
    csv_url: str = ""
    note: str = ""  # the definition, in the foot
    note_link: Link | None = None
    empty: str = ""
    open_table: bool = False

    @property
    def data_id(self) -> str:
        return f"{self.slug}-d"


@dataclass(frozen=True, slots=True)
class Selection:
    """selection_panel.html: the chosen cell of a heat map."""

    title: str
    sub: str
    value: str
    verdict: str = ""
    tone: str = ""  # of the verdict: "good", "bad" or ""
    lines: Sequence[tuple[str, Link]] = ()  # ("Came back", Link("463 people", url)); no url: plain text
    actions: Sequence[Action] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Callout:
    """callout.html: the finding of a page, or a warning."""

    claim: str
    text: str = ""
    tone: str = ""  # "", "good", "warn", "bad"
    links: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter. `url` (the canonical address with it chosen) makes it a link."""

    value: str
    label: str
    is_on: bool = False
    url: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Dates:
    """Two date fields of a filter; the view that gets them redirects to its canonical address."""

    start_name: str
    end_name: str
    start: str = ""  # ISO
    end: str = ""
    earliest: str = ""
    latest: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter: what it is set to, and what it may be set to.

    `multiple` draws tick boxes named `name` in a GET form; else each choice is a link.
    """

    name: str
    value: str  # "all 12 stores"
    choices: Sequence[Choice] = ()
    label: str = ""  # the grey word before the value
    hint: str = ""  # the grey words after it
    icon: str = ""
    is_changed: bool = False
    multiple: bool = False
    dates: Dates | None = None
    keep: Sequence[tuple[str, str]] = ()  # the other parameters that are not at their default


@dataclass(frozen=True, slots=True)
class FilterBar:
    """filter_bar.html. The builder leaves defaults out of every address and keeps one order of parameters."""

    action: str
    chips: Sequence[Chip]
    clear_url: str = ""  # "" when every filter is at its default
    warnings: Sequence[str] = ()
    note: str = ""  # how figures under these filters must be read
    copy_url: str = ""  # the canonical address of this view
