"""What upper apps contribute to shared pages, without the ground floor knowing them.

An app registers in its `panels` (loaded from its AppConfig): audiences (the people or orders behind a number),
to-dos and insights for Today, places that the search finds by name, lists that can be had as a private file, cards on
the pages of a member and of an order, contacts on a member's timeline.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise

from members.lib.actor import Actor
from members.lib.roles import Right

Params = Mapping[str, Sequence[str]]  # a query string, each key with its values


class UnknownAudience(ValueError):
    """The link names no audience, or a cell that this report does not have. The text says which."""


@dataclass(frozen=True, slots=True)
class Audience:
    """The people (member ids) or orders (order ids) behind one number, and how to say what they are."""

    subject: str  # "members" or "orders"
    ids: Sequence[int]
    title: str  # "Jul 2026, month 2: did not come back"
    back_url: str = ""
    back_label: str = ""
    reads: Collection[str] = ()  # what else of its link it is found by


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Todo:
    """One row of "what to do today"."""

    title: str
    detail: str
    link: Link
    urgency: str  # "bad", "warn", "info"
    icon: str
    rank: float  # the larger, the higher up


@dataclass(frozen=True, slots=True)
class Insight:
    """One thing worth knowing: a claim, its evidence with n and interval, what to do next.

    `key` names it for as long as it is the same news; `size` is what is at stake (people or money): when it grows,
    it may be told again. `is_data`: the figures themselves are doubtful, which goes before any news made of them.
    """

    claim: str
    evidence: str
    links: Sequence[Link] = field(default_factory=tuple)
    rank: float = 0.0
    key: str = ""
    size: float = 0.0
    is_data: bool = False


class PlaceKind(StrEnum):
    PAGE = "page"
    REPORT = "report"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go or something to do, as the search finds it: by its label, or by other words for it."""

    kind: PlaceKind
    label: str
    url: str
    words: str = ""
    icon: str = "arrow"


@dataclass(frozen=True, slots=True)
class Made:
    """A file about to be made: how many rows it has, its lines, and what a page says of it before."""

    rows: int
    lines: Iterable[str]
    columns: Sequence[str] = ()  # the headings
    has_contacts: bool = False  # phones or e-mails are among them, masked unless whole ones are asked for
    warnings: Sequence[str] = ()  # what of the filters was not understood: no file is made then


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of private file. `make` takes who asks, the parameters, and whether contacts are to be whole.

    `page`: the address of the list that it is the file of; None for what no list shows.
    """

    title: str | Promise
    right: Right
    make: Callable[[Actor, Params, bool], Made]
    page: Callable[[], str] | None = None
    ending: str = "csv"


@dataclass(frozen=True, slots=True)
class Panel:
    """A card on the page of a member or an order: a template that is included with `panel`, the context."""

    template: str
    context: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of a member's timeline: what happened, where it can be seen whole, more of it, how it ended."""

    title: str
    icon: str
    tone: str = ""
    url: str = ""
    detail: str = ""
    pill: str = ""
    pill_tone: str = "mut"


@dataclass(frozen=True, slots=True)
class Touch:
    """A kind of contact with a member, on the member's timeline.

    `rows` are a query: of what the actor may see of these records (a person's own and those merged into it). `moment`
    is the field that says when; `tell` puts a row into words.
    """

    rows: Callable[[Actor, Sequence[int]], Any]
    moment: str
    tell: Callable[[Any], Told]


audiences: dict[str, Callable[[Actor, Params], Audience]] = {}
lists: dict[str, Callable[[Actor, Params], Any]] = {}  # "members" -> the query of whom that list shows for its address
todos: list[Callable[[Actor], Sequence[Todo]]] = []
insights: list[Callable[[Actor, Params], Sequence[Insight]]] = []
places: list[Callable[[Actor], Sequence[Place]]] = []
webhook_events: dict[str, str | Promise] = {}  # what a webhook may ask to be told of -> what that is, in words
files: dict[str, FileKind] = {}
member_panels: list[Callable[[Actor, Any], Panel | None]] = []  # of a member that the actor may open
touches: dict[str, Touch] = {}  # by a word of its own, no other kind's of the timeline
order_panels: list[Callable[[Actor, Any], Panel | None]] = []  # of an order that the actor may open


def audience(actor: Actor, params: Params) -> Audience:
    """The audience a link names by its `from` parameter."""
    name = (list(params.get("from", [])) or [""])[-1]
    if name not in audiences:
        raise UnknownAudience(name)
    return audiences[name](actor, params)


def all_todos(actor: Actor) -> list[Todo]:
    """Every app's to-dos for this actor, most pressing first."""
    found = [todo for source in todos for todo in source(actor)]
    return sorted(found, key=lambda todo: -todo.rank)


def all_insights(actor: Actor, params: Params) -> list[Insight]:
    """All that hold now: doubts about the data first, then the largest."""
    found = [insight for source in insights for insight in source(actor, params)]
    return sorted(found, key=lambda insight: (not insight.is_data, -insight.rank))


def all_places(actor: Actor) -> list[Place]:
    """Every app's pages and actions that this actor may open."""
    return [place for source in places for place in source(actor)]


def panels(sources: Sequence[Callable[[Actor, Any], Panel | None]], actor: Actor, subject: Any) -> list[Panel]:
    """What the apps have to say of a member or an order, in the order in which they are registered."""
    return [panel for source in sources if (panel := source(actor, subject)) is not None]
