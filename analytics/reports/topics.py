"""Which question each report helps with: the order of the list of all reports."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from analytics.reports import report as reports
from analytics.reports.columns import Text
from analytics.reports.report import Report
from members.lib.actor import Actor

_TOPICS: tuple[tuple[Text, frozenset[str]], ...] = (
    (_("How is business?"), frozenset({"kpi", "kpi-change", "hour-weekday"})),
    (_("Do members come back?"), frozenset({"retention", "retention-curves", "retention-gap", "repeat-purchase"})),
    (_("When do they buy again?"), frozenset({"second-purchase", "repurchase-interval", "first-to-second-product"})),
    (_("Who goes quiet?"), frozenset({"lapsed", "churn-3m"})),
    (_("What are they worth?"), frozenset({"rfm", "rfm-members", "value-deciles"})),
    (
        _("What do rewards give and cost?"),
        frozenset({"points-flow", "points-liability", "tier-migration", "coupon-use", "benefit-cost"}),
    ),
    (
        _("What do customers say?"),
        frozenset(
            {
                "nps",
                "nps-scores",
                "satisfaction",
                "answer-mix",
                "response-rate",
                "drivers",
                "themes",
                "store-comparison",
                "staff-comparison",
            }
        ),
    ),
    (
        _("What goes wrong, and how do we answer?"),
        frozenset({"complaint-rate", "response-times", "sla", "complaint-repurchase", "churn-causes", "action-effect"}),
    ),
)


@dataclass(frozen=True, slots=True)
class Topic:
    label: Text
    reports: tuple[Report, ...]


def open_to(actor: Actor) -> list[Topic]:
    """The reports this actor may read, by question; one that no question names stands under the last."""
    readable = reports.open_to(actor)
    named = frozenset[str]().union(*(slugs for _label, slugs in _TOPICS))
    rest = frozenset(report.slug for report in readable) - named
    listed = [
        Topic(label, tuple(report for report in readable if report.slug in slugs))
        for label, slugs in (*_TOPICS, (_("More reports"), rest))
    ]
    return [topic for topic in listed if topic.reports]
