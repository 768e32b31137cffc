from collections.abc import Sequence

from django.urls import reverse

from analytics.reports import report as reports
from members.lib.actor import Actor
from members.lib.registry import Place, PlaceKind
from members.lib.roles import Right


def report_places(actor: Actor) -> Sequence[Place]:
    """Every report, by its title and by the question it answers."""
    if not actor.may(Right.SEE_REPORTS):
        return ()
    return [
        Place(
            PlaceKind.REPORT,
            str(report.title),
            reverse("analytics:report", args=[report.slug]),
            f"{report.question} {report.slug}",
            "table",
        )
        for report in reports.open_to(actor)
    ]
