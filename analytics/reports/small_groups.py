"""What goes with the cells of few people, so that nobody reckons those from the rest of the answer."""

import pandas as pd

from members.lib.roles import SMALLEST_CELL


def with_one_more(small: "pd.Series[bool]", people: "pd.Series[int]") -> "pd.Series[bool]":
    """The rows to withhold where the sum over all rows is known and nobody stands in two: the small ones, and the next
    bigger ones as long as a single one is left out, or those left out are together so few."""
    hidden = small.copy()
    for place in people[~small].sort_values(kind="stable").index:
        if hidden.any() and (hidden.sum() == 1 or people[hidden].sum() < SMALLEST_CELL):
            hidden[place] = True
    return hidden


def near_the_last(counts: "pd.Series[int]", starts: "pd.Series[bool]") -> "pd.Series[bool]":
    """The rows that tell of few people by their step from the last row told, where one row's people hold the next's.

    `starts`: rows before which nothing of the kind is told.
    """
    hidden, told = [], 0
    for count, is_start in zip(counts, starts, strict=True):
        hidden.append(not is_start and 0 < abs(count - told) < SMALLEST_CELL)
        told = told if hidden[-1] else count
    return pd.Series(hidden, counts.index, dtype=bool)
