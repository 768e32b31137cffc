from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from loyalty_site.services import demo
from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.queries import merchants


@needs(Right.RESET_DEMO)
def start(request: HttpRequest) -> HttpResponse:
    """Start with my own data: says what goes, and on POST takes the demo away and opens the setup page."""
    if not merchants.current().is_demo:
        return redirect("today")
    if request.method != "POST":
        return render(request, "own_data.html")
    demo.take_away(by=actor_of(request))
    return redirect("setup")
