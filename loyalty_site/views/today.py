from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from members.lib.access import needs
from members.lib.roles import Right


@needs(Right.SIGNED_IN)
def today(request: HttpRequest) -> HttpResponse:
    return render(request, "today.html")
