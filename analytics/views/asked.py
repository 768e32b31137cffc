"""What a reader asked of the Retention page."""

from dataclasses import dataclass

from analytics.metrics.retention import CohortGrain
from analytics.reports.page_query import PageQuery
from analytics.views.filters import address
from members.lib.actor import Actor


@dataclass(frozen=True, slots=True)
class Asked:
    """One view of the page: who looks, the filters, the selected cell ("" none), and rate or people in the cells."""

    actor: Actor
    page: PageQuery
    path: str
    cell: str
    metric: str

    @property
    def grain(self) -> CohortGrain:
        return self.page.query.grain  # type: ignore[return-value]

    def url(self, **changes: str) -> str:
        """This view with something changed."""
        params = self.page.canonical(**{"cell": self.cell, "metric": self.metric, **changes})
        return address(self.path, {name: value for name, value in params.items() if value})
