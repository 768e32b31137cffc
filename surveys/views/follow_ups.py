"""The call desk: whom to call now, with what words, and what came of it; then the next in the list."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from members import exports
from members.forms.privacy import RevealForm
from members.lib import display, listing
from members.lib.access import actor_of, needs
from members.lib.addresses import member_url
from members.lib.roles import Right
from members.lib.widgets import Choice
from members.queries import people, scope
from surveys.exports import follow_ups as tables
from surveys.forms.follow_ups import CallForm, PlanForm
from surveys.models import FollowUp
from surveys.queries import follow_ups as queries
from surveys.services import follow_ups

SHOWS = ("due", "later", "settled")


@needs(Right.CASES)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Whom to call today; or later, or those that are settled."""
    show, today = _show(request), people.today()
    shown = Paginator(_shown(request, show), listing.PER_PAGE).get_page(request.GET.get("page"))
    first = queries.due(actor_of(request), today).first()
    labels = {"due": _("Today"), "later": _("Later"), "settled": _("Settled")}
    context = {
        "answer": _answer(request),
        "first": first,
        "table": tables.table(shown, today),
        "page_obj": shown,
        "show": show,
        "shows": [Choice(key, labels[key], key == show, f"?show={key}" if key != "due" else "?") for key in SHOWS],
    }
    return render(request, "surveys/follow_ups.html", context)


@needs(Right.CASES)
@require_safe
def csv_file(request: HttpRequest) -> HttpResponseBase:
    """The same list as a file."""
    table = tables.table(_shown(request, _show(request)), people.today())
    return exports.streamed("follow-ups", exports.as_file(table), params=request.GET, by=actor_of(request))


def _show(request: HttpRequest) -> str:
    asked = request.GET.get("show", "")
    return asked if asked in SHOWS else SHOWS[0]


def _shown(request: HttpRequest, show: str) -> QuerySet[FollowUp]:
    actor, today = actor_of(request), people.today()
    if show == "settled":
        return queries.every(actor).exclude(state=FollowUp.State.WAITING).order_by("-done_at", "-pk")
    return queries.due(actor, today) if show == "due" else queries.waiting(actor).filter(due_on__gt=today)


def _answer(request: HttpRequest) -> str:
    today = people.today()
    due = queries.due(actor_of(request), today)
    n, late = due.count(), due.filter(due_on__lt=today).count()
    if not n:
        return _("Nobody has to be called today.")
    runs = ngettext("%(n)s call is due today.", "%(n)s calls are due today.", n) % {"n": display.number(n)}
    if not late:
        return runs
    said = ngettext("%(n)s of them is late.", "%(n)s of them are late.", late) % {"n": display.number(late)}
    return f"{runs} {said}"


@needs(Right.CASES)
def one(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    """One call: who, why, what to say, and the form for what came of it."""
    found = get_object_or_404(queries.every(actor_of(request)), pk=follow_up_id)
    form = CallForm(request.POST or None, initial={"seen": found.calls_made})
    if request.method == "POST" and form.is_valid() and _logged(request, found, form):
        return _next(request)
    context = {
        "call": found,
        "when": tables.when(found, people.today()),
        "phones": found.member.identifiers.filter(kind="phone", voided_at__isnull=True),
        "reveal_form": RevealForm(auto_id=False) if actor_of(request).may(Right.REVEAL) else None,
        "member_url": member_url(found.member.number, found.member_id),
        "made": found.calls.all(),
        "form": form,
        "place": _place(request, found),
    }
    return render(request, "surveys/follow_up.html", context, status=422 if form.errors else 200)


def _logged(request: HttpRequest, found: FollowUp, form: CallForm) -> bool:
    said = dict(form.cleaned_data)
    found.calls_made = said.pop("seen")
    try:
        follow_ups.log(found, **said, by=actor_of(request))
    except follow_ups.Refused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, _("The call to %(who)s is written down.") % {"who": found.member.name or found.member})
    return True


def _next(request: HttpRequest) -> HttpResponse:
    following = queries.due(actor_of(request), people.today()).first()
    return redirect("surveys:follow-up", following.pk) if following else redirect("surveys:follow-ups")


def _place(request: HttpRequest, found: FollowUp) -> dict[str, object]:
    """Where it stands among those due: its number, of how many, and its neighbours."""
    ids = list(queries.due(actor_of(request), people.today()).values_list("pk", flat=True))
    if found.pk not in ids:
        return {}
    at = ids.index(found.pk)
    before, after = ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None
    return {"at": at + 1, "of": len(ids), "previous": before, "next": after}


@needs(Right.CASES)
@require_POST
def drop(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    """Take a member off the list without a call."""
    found = get_object_or_404(queries.every(actor_of(request)), pk=follow_up_id)
    try:
        follow_ups.drop(found, by=actor_of(request))
    except follow_ups.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The call is taken off the list."))
    return _next(request)


@needs(Right.CASES)
def plan(request: HttpRequest, member_id: int) -> HttpResponse:
    """Put a member on the list."""
    member = get_object_or_404(scope.members(actor_of(request)), pk=member_id)
    form = PlanForm(request.POST or None, initial={"due_on": people.today(), "key": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            made = follow_ups.plan(member, **{**said, "key": f"by-hand-{said['key']}"}, by=actor_of(request))
        except follow_ups.Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The call is planned."))
            return redirect("surveys:follow-up", made.pk)
    context = {"member": member, "back": member_url(member.number, member.pk), "form": form}
    return render(request, "surveys/follow_up_plan.html", context, status=422 if form.errors else 200)
