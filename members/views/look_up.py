from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from members.forms import LookUpForm
from members.lib import masking
from members.lib.access import actor_of, needs
from members.lib.addresses import member_url
from members.lib.roles import Right
from members.queries import look_up, scope


@needs(Right.LOOK_UP)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """One member by exact phone, card or number: masked name and number, no more.

    Asked by POST, so that no phone number lands in an address, a history or a log.
    """
    form = LookUpForm(request.POST or None)
    context: dict[str, object] = {"form": form}
    if form.is_bound and form.is_valid():
        context |= {"asked": True, "cards": _cards(request, form.cleaned_data["identifier"])}
    return render(request, "members/look_up.html", context)


def _cards(request: HttpRequest, text: str) -> list[dict[str, str]]:
    """Who it is; linked for those who may open the member's page."""
    actor = actor_of(request)
    found = list(look_up.exactly(actor, text))
    own = set(scope.members(actor).filter(pk__in=[member.pk for member in found]).values_list("pk", flat=True))
    return [
        {
            "name": masking.name(member.name),
            "number": member.number,
            "url": member_url(member.number, member.pk) if member.pk in own else "",
        }
        for member in found
    ]
