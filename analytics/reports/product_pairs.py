from collections.abc import Iterator

import ibis.expr.types as ir
import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people
from analytics.metrics.product_pairs import product_pairs, with_first, with_pair
from analytics.metrics.rhythm import of_newcomers
from analytics.reports.columns import WILSON, Column, Kind
from analytics.reports.groups import BY_PLACE
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from members.lib.roles import SMALLEST_CELL
from members.queries import products


def _asked(facts: Facts, query: Query) -> ir.Table:
    return of_newcomers(facts.first_products, facts.firsts, query.first_day, query.last_day)


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    """Beside the columns shown `second_members`, by which small cells are withheld."""
    pairs = product_pairs(_asked(facts, query))
    codes = products.codes({int(product) for key in ("first", "second") for product in pairs[key]})
    named = pairs.assign(**{key: pairs[key].map(codes).astype("str") for key in ("first", "second")})
    return named.sort_values(["members", "first", "second"], ascending=[False, True, True], ignore_index=True)


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    """Where fewer than five bought the one without the other. Those rows go last: their place would tell the number."""
    alone = (answer.first_members - answer.members < SMALLEST_CELL) | (
        answer.second_members - answer.members < SMALLEST_CELL
    )
    hidden = answer[alone].sort_values(["first", "second"])
    ordered = pd.concat([answer[~alone], hidden], ignore_index=True)
    where = pd.Series(ordered.index >= len(answer) - len(hidden), ordered.index)
    return blank(ordered, where, ["members", "share", "low", "high", "lift"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    first, second = _products(cell)
    asked = _asked(facts, query)
    return people.ids(with_pair(asked, first, second) if group == "members" else with_first(asked, first))


def _products(cell: str) -> tuple[int, int]:
    """The two products of a cell. LookupError when it names none."""
    return next(pair for _codes, pair in _readings(cell))


def _readings(cell: str) -> Iterator[tuple[tuple[str, str], tuple[int, int]]]:
    """The codes and products that a cell can mean: a code may itself hold the colon that stands between the two."""
    parts = cell.split(":")
    splits = [(":".join(parts[:place]), ":".join(parts[place:])) for place in range(1, len(parts))]
    known = products.ids({code for split in splits for code in split})
    found = [split for split in splits if known.keys() >= set(split)]
    if not found:
        raise LookupError(cell)
    return ((split, (known[split[0]], known[split[1]])) for split in found)


def _title(query: Query, cell: str, group: str) -> str:
    first, second = next(codes for codes, _pair in _readings(cell))
    called = products.names((first, second))
    words = {"first": called.get(first, first), "second": called.get(second, second)}
    if group == "first":
        return gettext("First bought %(first)s, and came back") % words
    return gettext("First bought %(first)s, then %(second)s") % words


REPORT = register(
    Report(
        slug="first-to-second-product",
        title=_("From the first product to the second"),
        question=_("Who first bought this, what did they buy when they came back?"),
        definition=_(
            "Members with a second purchase day and known products on both days, by a product of the first day and one"
            " of the second. Who bought several products stands in several pairs, once in each. Pairs of fewer than"
            " five members are left out. Fees and gift cards are no products, and orders refunded in full no purchase."
        ),
        formula=_(
            "Share = members of the pair ÷ members who bought the first product on the first day. Lift = this share ÷"
            " the share of all these members who bought the second product on the second day."
        ),
        example=_(
            "Of 40 members who began with tea, 10 bought cups on their second day: 25 %. Of all 200 members with a"
            " second day 20 did: 10 %. The lift is 2.5."
        ),
        limits=_(
            "A lift above 1 means “more often than others”, not “because of the first product”: taste, season and"
            " offers do the same. Among many pairs some stand out by chance; look at the interval. Orders without lines"
            " are not in it."
        ),
        shown=_("Its report page; for choosing what to offer newcomers next."),
        columns=(
            Column(
                "first",
                _("First product"),
                Kind.LABEL,
                _("SKU, bought on the first purchase day"),
                words=products.names,
            ),
            Column("second", _("Then"), Kind.LABEL, _("SKU, bought on the second purchase day"), words=products.names),
            Column("members", _("People"), Kind.COUNT, _("Members who bought so"), opens="members"),
            Column(
                "first_members",
                _("Began with the first"),
                Kind.COUNT,
                _("Members with a second day who bought the first product on the first day"),
                opens="first",
            ),
            Column("share", _("Share"), Kind.RATE, _("People divided by those who began with the first product")),
            *WILSON,
            Column("lift", _("Lift"), Kind.MEAN, _("Share divided by that of all members with a second day")),
        ),
        choices=Choices(groups=BY_PLACE),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("first", "second"), {"members": "members", "first": "members"}, _ids, _title),
        paged=True,
    )
)
