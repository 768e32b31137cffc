from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from analytics.reports import report as reports
from members.lib.access import actor_of, needs
from members.lib.roles import Right


@needs(Right.SEE_REPORTS)
def page(request: HttpRequest) -> HttpResponse:
    """How each number is counted: the definitions the reports carry."""
    return render(request, "analytics/metric_help.html", {"reports": reports.open_to(actor_of(request))})
