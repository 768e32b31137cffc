"""What the lists share: the audience a link means, the sort in the URL, headings that sort."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from members.lib import registry
from members.lib.actor import Actor
from members.lib.registry import Audience

PER_PAGE = 50


def audience(actor: Actor, params: QueryDict) -> Audience | None:
    """The people or orders the link means; None for a plain list. UnknownAudience, with a sentence, when it errs."""
    if not params.get("from"):
        return None
    if params["from"] not in registry.audiences:
        raise registry.UnknownAudience(_("No page of this desk is called “%(name)s”.") % {"name": params["from"]})
    return registry.audience(actor, dict(params.lists()))


def sent(text: str) -> QueryDict:
    """The parameters of a list whose address came in a form or within another address."""
    return QueryDict(text.replace("%00", "").replace("\x00", ""))  # which PostgreSQL keeps in no text


def filters_in(params: QueryDict) -> dict[str, list[str]]:
    """What of a list's address the audit keeps of its file: all but the page."""
    return {name: list(values) for name, values in sent(params.urlencode()).lists() if name != "page"}


def sort_in(params: QueryDict, allowed: Sequence[str], default: str) -> tuple[str, str]:
    """The sort of a URL and "", or the default and a warning when this list cannot be sorted so."""
    wanted = params.get("sort", "") or default
    if wanted.removeprefix("-") in allowed:
        return wanted, ""
    return default, _("This list cannot be sorted by “%(name)s”.") % {"name": wanted}


def kept(params: QueryDict, *without: str) -> dict[str, list[str]]:
    """The parameters of a URL that say something, to be kept; some left out."""
    found = {name: [value for value in values if value] for name, values in params.lists()}
    return {name: values for name, values in found.items() if values and name not in without}


def as_query(params: Mapping[str, Sequence[str]]) -> QueryDict:
    """Kept parameters as those of a URL, by name: PostgreSQL keeps no order of its own in JSON."""
    query = QueryDict(mutable=True)
    for name, values in sorted(params.items()):
        query.setlist(name, list(values))
    return query


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column; `url` sorts by it, `direction` says that and how it is sorted now."""

    label: str | Promise
    numeric: bool
    on_phone: bool
    url: str = ""
    direction: str = ""  # "ascending", "descending" or ""


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list before it knows its URL. `falls`: the first click sorts downwards, as for dates and sums."""

    label: str | Promise
    sort: str = ""
    numeric: bool = False
    on_phone: bool = True
    falls: bool = False


def headings(columns: Iterable[ListColumn], params: QueryDict, sort: str) -> list[Heading]:
    """The columns with their links: a second click on the same column turns the order round."""
    return [_heading(column, params, sort) for column in columns]


def _heading(column: ListColumn, params: QueryDict, sort: str) -> Heading:
    if not column.sort:
        return Heading(column.label, column.numeric, column.on_phone)
    here = sort.removeprefix("-") == column.sort
    downwards = not sort.startswith("-") if here else column.falls
    changed = params.copy()
    changed.pop("page", None)
    changed["sort"] = f"-{column.sort}" if downwards else column.sort
    direction = "" if not here else "descending" if sort.startswith("-") else "ascending"
    return Heading(column.label, column.numeric, column.on_phone, f"?{changed.urlencode()}", direction)
