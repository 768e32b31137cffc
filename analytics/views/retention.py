from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from members.lib.access import needs
from members.lib.roles import Right


@needs(Right.SEE_REPORTS)
def retention(request: HttpRequest) -> HttpResponse:
    return render(request, "analytics/retention.html")
