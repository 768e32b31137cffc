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
