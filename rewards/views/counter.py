"""The counter: whoever stands there is found by what they show, or enrolled."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from members.lib import masking
from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.models import Member, Store
from members.queries import scope
from rewards.forms.counter import EnrolForm, FindForm, OrderForm
from rewards.queries import serving
from rewards.services import enrolling


@needs(Right.COUNTER)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Find one member. Asked by POST, so that no phone number lands in an address, a history or a log."""
    actor = actor_of(request)
    form = FindForm(request.POST or None)
    context: dict[str, object] = {"form": form, "order_form": OrderForm(auto_id="order_%s")}
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["identifier"]
        found = serving.find(actor, typed)
        if len(found) == 1:
            return redirect("rewards:counter-member", serving.ticket(actor, found[0]))
        context |= {"asked": True, "people": [_card(request, member) for member in found]}
        if not found:
            context["enrol_form"] = EnrolForm(initial=enrolling.proposed(typed), stores=_stores(request))
    return render(request, "rewards/counter/find.html", context)


@needs(Right.COUNTER)
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Take a new member down; whoever is known already is served as they are."""
    actor, stores = actor_of(request), _stores(request)
    form = EnrolForm(request.POST or None, stores=stores)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        store = next(each for each in stores if each.code == said.pop("store"))
        try:
            found = enrolling.enrol(store=store, allowed=said.pop("consents"), **said, by=actor)
        except enrolling.Refused as refused:
            form.add_error(None, str(refused))
        else:
            told = _("Enrolled.") if found.is_new else _("This member is known already; nothing was changed.")
            messages.success(request, told)
            return redirect("rewards:counter-member", serving.ticket(actor, found.member))
    context = {"enrol_form": form}
    return render(request, "rewards/counter/enrol.html", context, status=422 if form.errors else 200)


def _stores(request: HttpRequest) -> list[Store]:
    return list(scope.stores(actor_of(request)).order_by("name", "pk"))


def _card(request: HttpRequest, member: Member) -> dict[str, str]:
    return {
        "name": masking.name(member.name),
        "number": member.number,
        "ticket": serving.ticket(actor_of(request), member),
    }
