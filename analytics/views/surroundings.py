"""What the page of one report shows around its table. A report without an entry here shows the table alone."""

from collections.abc import Callable
from dataclasses import dataclass

from analytics.reports import page_query
from analytics.reports.page_query import PageQuery
from analytics.reports.query import Choices
from analytics.reports.report import Report
from analytics.views import comparing, hour_cards
from analytics.views.answer import Answer
from analytics.views.hour_cards import Hours
from members.lib.actor import Actor
from members.lib.widgets import ChartCard, Chip


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`choices`: the filters of the page where they are more than the report's, as `read` reads them; `chip`: one
    more of them. `picture` stands above the table and names its template, `changes` is a card below.
    """

    choices: Choices | None = None
    read: Callable[..., PageQuery] = page_query.read
    chip: Callable[[PageQuery, str], Chip | None] = lambda page, path: None
    picture: Callable[[Answer], Hours | None] | None = None
    changes: Callable[[Actor, PageQuery], ChartCard | None] = lambda actor, page: None


_PLAIN = Surroundings()
_OF = {
    "kpi": Surroundings(comparing.CHOICES, comparing.read, chip=comparing.chip, changes=comparing.card),
    "hour-weekday": Surroundings(picture=hour_cards.card),
}


def of(report: Report) -> Surroundings:
    return _OF.get(report.slug, _PLAIN)
