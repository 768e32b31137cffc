"""One report as a page asked it, for the cards that are made of it."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from analytics.reports import drill
from analytics.reports.columns import missing
from analytics.reports.page_query import PageQuery
from analytics.reports.report import Result
from analytics.views import links
from members.lib.actor import Actor
from members.lib.roles import Right

Record = dict[Hashable, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """One report as the page asked it: the filters with the report's options, who asks, what came of it, in which
    currency."""

    page: PageQuery
    actor: Actor
    result: Result
    currency: str

    @property
    def slug(self) -> str:
        return self.result.report.slug

    def records(self) -> list[Record]:
        return self.result.frame.to_dict("records")

    def people_url(self, record: Record) -> str:
        """The list of the people of a row; "" for who may not see it, or when there is nobody."""
        behind = self.result.report.drill
        members = record["members"]
        if behind is None or missing(members) or not members or not self.actor.may(Right.SEE_MEMBERS):
            return ""
        cell = ":".join("" if missing(record[key]) else str(record[key]) for key in behind.key)
        return drill.link(self.page, self.slug, cell, "members")

    def csv_url(self) -> str:
        return links.csv(self.page, self.slug)
