"""Which question each report helps with: the order of the list of all reports."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from analytics.reports import report as reports
from analytics.reports.columns import Text
from analytics.reports.report import Report

_TOPICS: tuple[tuple[Text, frozenset[str]], ...] = (
    (_("How is business?"), frozenset({"kpi"})),
    (_("Do members come back?"), frozenset({"retention", "retention-curves", "retention-gap", "repeat-purchase"})),
    (_("When do they buy again?"), frozenset({"second-purchase", "repurchase-interval"})),
    (_("Who goes quiet?"), frozenset({"lapsed", "churn-3m"})),
)


@dataclass(frozen=True, slots=True)
class Topic:
    label: Text
    reports: tuple[Report, ...]


def every() -> list[Topic]:
    """All reports by question; one that no question names stands under the last."""
    named = frozenset[str]().union(*(slugs for _label, slugs in _TOPICS))
    rest = frozenset(report.slug for report in reports.every()) - named
    listed = [
        Topic(label, tuple(report for report in reports.every() if report.slug in slugs))
        for label, slugs in (*_TOPICS, (_("More reports"), rest))
    ]
    return [topic for topic in listed if topic.reports]
