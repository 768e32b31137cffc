"""How often somebody buys: the days between their purchases, and whether the next one is early, due or late."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

ENOUGH = 3  # intervals; fewer are no habit


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The distinct days with a purchase, oldest first, looked at from the day `as_of`.

    The interval that is still open is not one of `gaps`: how long it will be, nobody knows yet.
    """

    days: Sequence[dt.date]
    as_of: dt.date

    @property
    def gaps(self) -> list[int]:
        """Days from each purchase day to the next."""
        return [(later - earlier).days for earlier, later in pairwise(self.days)]

    @property
    def since(self) -> int | None:
        """Days since the last purchase; None when there is none."""
        return max((self.as_of - self.days[-1]).days, 0) if self.days else None

    @property
    def usual(self) -> int | None:
        """The median interval in whole days, halves upwards; None while there are too few."""
        gaps = sorted(self.gaps)
        if len(gaps) < ENOUGH:
            return None
        return (gaps[(len(gaps) - 1) // 2] + gaps[len(gaps) // 2] + 1) // 2

    @property
    def mostly(self) -> int | None:
        """The days within which four of five times the next purchase came (nearest rank)."""
        gaps = sorted(self.gaps)
        return None if len(gaps) < ENOUGH else gaps[-(-len(gaps) * 4 // 5) - 1]

    @property
    def next_on(self) -> dt.date | None:
        """When the next purchase would come at the usual interval."""
        usual = self.usual
        return None if usual is None else self.days[-1] + dt.timedelta(days=usual)

    @property
    def state(self) -> str:
        """ "none" (no purchase), "few" (too few to tell), "early", "due" (usual to mostly) or "late"."""
        if self.since is None:
            return "none"
        if self.usual is None or self.mostly is None:
            return "few"
        if self.since < self.usual:
            return "early"
        return "due" if self.since <= self.mostly else "late"


def rhythm(days: Iterable[dt.date], as_of: dt.date) -> Rhythm:
    """Of days in any order, each counted once however often somebody bought on it."""
    return Rhythm(sorted(set(days)), as_of)
