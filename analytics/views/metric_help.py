from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from analytics.reports import topics
from members.lib.access import actor_of, needs
from members.lib.roles import Right


@needs(Right.SEE_REPORTS)
def page(request: HttpRequest) -> HttpResponse:
    """How each number is counted: what the reports say of themselves, by question."""
    return render(request, "analytics/metric_help.html", {"topics": topics.open_to(actor_of(request))})
