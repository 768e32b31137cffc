"""The way from a list to a member and on to the next one: which list, at which place, of how many; kept in the URL.

The list is not asked again for this; only a step to a neighbour looks one place up (`members:step`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from members.lib.listing import PER_PAGE

LIST, AT, OF = "list", "at", "of"
_DIGITS = 9  # of a place: no list is longer


@dataclass(frozen=True, slots=True)
class Trail:
    """A place in a list: `query` is the list's own query string without its page."""

    query: str
    at: int
    of: int

    def on(self, url: str) -> str:
        """The address with this place added."""
        return f"{url}?{urlencode({LIST: self.query, AT: self.at, OF: self.of})}"

    @property
    def back_url(self) -> str:
        """The page of the list on which this place is."""
        page = (self.at - 1) // PER_PAGE + 1
        parts = [self.query, f"page={page}" if page > 1 else ""]
        return f"{reverse('members:list')}?{'&'.join(filter(None, parts))}".rstrip("?")

    @property
    def previous_url(self) -> str:
        return self._step(self.at - 1) if self.at > 1 else ""

    @property
    def next_url(self) -> str:
        return self._step(self.at + 1) if self.at < self.of else ""

    def _step(self, at: int) -> str:
        return Trail(self.query, at, self.of).on(reverse("members:step"))


def trail_in(params: Mapping[str, str]) -> Trail | None:
    """The place an address names; None when it names none that could be."""
    at, of = params.get(AT, ""), params.get(OF, "")
    if LIST not in params or not all(number.isdecimal() and len(number) <= _DIGITS for number in (at, of)):
        return None
    found = Trail(params[LIST], int(at), int(of))
    return found if 1 <= found.at <= found.of else None
