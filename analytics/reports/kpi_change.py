"""The key figures of some days, held against earlier days."""

from collections.abc import Mapping, Sequence

import pandas as pd
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analytics.facts.door import Facts
from analytics.metrics.changes import COLUMNS, FIGURES, Span, changes_by, kpi_changes
from analytics.metrics.kpi import By, place_of
from analytics.reports import compared, kpi
from analytics.reports.columns import Column, Kind
from analytics.reports.groups import BY_PLACE
from analytics.reports.query import Choices, Query
from analytics.reports.report import Report, blank, register
from analytics.reports.wording import moves
from members.lib.roles import SMALLEST_CELL

LEAST_HISTORY = 90  # days of data, and as many as are compared, without which regulars pass for new members
KINDS = {column.key: column.kind for column in kpi.REPORT.columns}


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    now, before = _spans(facts, query)
    found = kpi_changes(facts.sales, facts.money_back, facts.births, now=now, before=before)
    return _judged(found, facts, now, before, _begins(facts, query, "").get(0))


def _compute_by(facts: Facts, query: Query, by: By, places: Sequence[int]) -> dict[int, pd.DataFrame]:
    now, before = _spans(facts, query)
    found = changes_by(facts.sales, facts.money_back, facts.births, by=by, places=places, now=now, before=before)
    begins = _begins(facts, query, by)
    return {place: _judged(frame, facts, now, before, begins.get(place)) for place, frame in found.items()}


def _spans(facts: Facts, query: Query) -> tuple[Span, Span]:
    """The days asked for, and those before."""
    return _span(facts, query), _span(facts, compared.earlier(_dated(facts, query)))


def _begins(facts: Facts, query: Query, by: By) -> dict[int, int]:
    """Where the data of each place begin. What some people bought says nothing of that."""
    if query.people is not None:
        return {}
    found = facts.sales.group_by(place=place_of(facts.sales, by)).aggregate(day=facts.sales.day.min()).to_pandas()
    return dict(zip(found["place"].tolist(), found["day"].tolist(), strict=True))


def _judged(frame: pd.DataFrame, facts: Facts, now: Span, before: Span, begin: int | None) -> pd.DataFrame:
    """The frame without what days before all data would make of it: they pass for days on which nothing was sold."""
    if before.first < (facts.first_day if begin is None else begin):
        return _unjudged(frame, list(FIGURES), "partial").assign(before=None)
    if before.first - facts.first_day < max(now.last - now.first + 1, LEAST_HISTORY):
        return _unjudged(frame, kpi.SPLIT, "early")
    return frame


def _unjudged(frame: pd.DataFrame, figures: list[str], why: str) -> pd.DataFrame:
    """The frame without the change of some figures, and why they have none."""
    where = frame["figure"].isin(figures)
    frame = blank(frame, where, ["change", "low", "high"])
    return frame.assign(verdict=frame["verdict"].mask(where, why))


def _span(facts: Facts, query: Query) -> Span:
    """The days of a query, no further than there are data; without dates all of them."""
    first = facts.first_day if query.first_day is None else query.first_day
    last = facts.last_day if query.last_day is None else min(query.last_day, facts.last_day)
    return Span(first, last)


def _dated(facts: Facts, query: Query) -> Query:
    """The query with both dates, as `_span` understands it."""
    return query.between(*_span(facts, query))


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    """As the key figures themselves are withheld, on either side; what one side could be told from goes with it."""
    by = answer.set_index("figure")
    hidden: set[str] = set()
    for side in ("n_now", "n_before"):
        n = by[side]
        if n["active_members"] < SMALLEST_CELL:
            hidden |= set(by.index) - set(kpi.GUESTS)
        if min(n["new_members"], n["returning_members"]) < SMALLEST_CELL:
            hidden |= set(kpi.SPLIT)
        if 0 < n["refunds"] < SMALLEST_CELL:
            hidden |= set(kpi.REFUNDED)
        if 0 < n["guest_orders"] < SMALLEST_CELL:
            hidden |= set(kpi.GUESTS)
    return blank(answer, answer["figure"].isin(hidden), [name for name in COLUMNS if name != "figure"])


def _figures() -> Mapping[str, str]:
    return {column.key: str(column.heading) for column in kpi.REPORT.columns}


REPORT = register(
    Report(
        slug="kpi-change",
        title=_("Key figures compared"),
        question=_("What changed, and is it more than chance?"),
        definition=_(
            "Each figure of the days asked for, held against earlier days: those just before, moved by whole weeks so"
            " that the weekdays match, or those of last year. The interval tells what chance in who came can do:"
            " members are taken as independent, and a total is the surer the less single members moved it. It knows no"
            " weather and no holidays. On fewer than 30 members nothing is judged. Nothing is compared with days before"
            " the data begin, and new and returning members not with days shortly after: then everybody looks new."
        ),
        columns=(
            Column("figure", _("Figure"), Kind.LABEL, _("One of the key figures"), words=_figures),
            Column("now", _("These days"), Kind.COUNT, _("Its value"), kind_by=("figure", KINDS)),
            Column("before", _("Compared with"), Kind.COUNT, _("Its value before"), kind_by=("figure", KINDS)),
            Column(
                "change",
                pgettext_lazy("difference", "Change"),
                Kind.CHANGE,
                _("Difference as a part of the value before"),
            ),
            Column("low", _("Low"), Kind.CHANGE, _("Lower end of the 95 % interval of the change")),
            Column("high", _("High"), Kind.CHANGE, _("Upper end of the 95 % interval of the change")),
            Column(
                "verdict",
                _("What it says"),
                Kind.LABEL,
                _(
                    "up or down when the interval excludes zero; unclear; few: fewer than 30 members; partial: the data"
                    " begin within the earlier days; early: they begin too shortly before to tell who is new"
                ),
                words=moves,
            ),
            Column("n_now", _("People"), Kind.COUNT, _("Members (of guests: orders) behind the value")),
            Column(
                "n_before", _("People before"), Kind.COUNT, _("Members (of guests: orders) behind the value before")
            ),
        ),
        choices=Choices(options=compared.OPTIONS, groups=BY_PLACE),
        compute=_compute,
        compute_by=_compute_by,
        withhold=_withhold,
    )
)
