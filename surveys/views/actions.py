"""Planning an improvement, putting it into effect and closing it; its page is drawn where figures are."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from members.lib.access import actor_of, needs
from members.lib.roles import Right
from surveys.forms.actions import ActionForm, BeginForm, CloseForm
from surveys.models import Action
from surveys.queries import actions as queries
from surveys.services import actions


@needs(Right.CASES)
def new(request: HttpRequest) -> HttpResponse:
    """A new improvement; the address may say what it is about (theme, cause, survey, driver, metric)."""
    form = ActionForm(request.POST or None, initial=_begun_with(request), actor=actor_of(request))
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            made = actions.plan(said, said.pop("stores"), by=actor_of(request))
        except actions.Refused as refused:
            form.add_error("stores", str(refused))
        else:
            messages.success(request, _("The improvement is planned."))
            return redirect("analytics:action", made.pk)
    return _form(request, form, _("New improvement"), None)


def _begun_with(request: HttpRequest) -> dict[str, object]:
    names = ("title", "metric", "theme", "cause", "survey", "driver")
    given = {name: request.GET[name] for name in names if request.GET.get(name)}
    return {"owner": request.user.pk, **given}


@needs(Right.CASES)
def edit(request: HttpRequest, action_id: int) -> HttpResponse:
    """Its words and owner; before it is in effect also its aim."""
    action = _mine(request, action_id)
    form = ActionForm(request.POST or None, instance=action, actor=actor_of(request))
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            actions.change(action, said, said.pop("stores"), by=actor_of(request))
        except actions.Refused as refused:
            form.add_error("stores", str(refused))
        else:
            messages.success(request, _("The improvement is changed."))
            return redirect("analytics:action", action.pk)
    return _form(request, form, action.title, action)


def _form(request: HttpRequest, form: ActionForm, title: str, action: Action | None) -> HttpResponse:
    context = {"form": form, "title": title, "action": action}
    return render(request, "surveys/action_form.html", context, status=422 if form.errors else 200)


@needs(Right.CASES)
@require_POST
def begin(request: HttpRequest, action_id: int) -> HttpResponse:
    """In effect since a day."""
    form, action = BeginForm(request.POST), _mine(request, action_id)
    if not form.is_valid():
        messages.error(request, _("Write the day like 2026-11-21."))
        return redirect("analytics:action", action.pk)
    day = form.cleaned_data["began_on"]
    return _done(request, action, lambda: actions.begin(action, day, by=actor_of(request)))


@needs(Right.CASES)
@require_POST
def close(request: HttpRequest, action_id: int) -> HttpResponse:
    """Done or given up."""
    form, action = CloseForm(request.POST), _mine(request, action_id)
    if not form.is_valid():
        messages.error(request, _("Say how it ends, and what came of it in at most 2,000 signs."))
        return redirect("analytics:action", action.pk)
    said = form.cleaned_data
    return _done(request, action, lambda: actions.close(action, said["state"], said["verdict"], by=actor_of(request)))


def _done(request: HttpRequest, action: Action, deed: Callable[[], None]) -> HttpResponse:
    try:
        deed()
    except actions.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The improvement is changed."))
    return redirect("analytics:action", action.pk)


def _mine(request: HttpRequest, action_id: int) -> Action:
    return get_object_or_404(queries.every(actor_of(request)), pk=action_id)
