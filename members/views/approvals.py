"""What waits for a second person: the requests to decide, one's own, and what became of them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from members.forms.privacy import DecisionForm
from members.lib import display, listing
from members.lib.access import actor_of, needs, proven
from members.lib.actor import Actor
from members.lib.addresses import member_url
from members.lib.roles import Right
from members.models import Approval
from members.queries import approvals as queries
from members.queries import scope
from members.services import approvals

State = Approval.State
TONES = {State.OPEN: "info", State.APPROVED: "good", State.DECLINED: "bad"}


@needs(Right.APPROVALS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Three lists (`tab`): what waits for the reader, what the reader asked for, what is over."""
    actor = actor_of(request)
    kinds = approvals.decided_by(actor)
    waiting = queries.waiting(actor, kinds)
    tab = request.GET.get("tab", "")
    if tab not in {"waiting", "asked", "decided"}:
        tab = "waiting" if kinds else "asked"
    found = {"waiting": waiting, "asked": queries.own(actor), "decided": queries.settled(actor, kinds)}[tab]
    shown = Paginator(found, listing.PER_PAGE).get_page(request.GET.get("page"))
    names = {"waiting": _("Waiting for me"), "asked": _("Asked by me"), "decided": _("Decided")}
    n = waiting.count()
    said = ngettext("%(n)s request waits for your decision.", "%(n)s requests wait for your decision.", n)
    context = {
        "answer": said % {"n": display.number(n)} if n else _("Nothing waits for your decision."),
        "tab": tab,
        "tabs": [(label, f"{reverse('approvals:list')}?tab={name}", name == tab) for name, label in names.items()],
        "rows": [_row(approval) for approval in shown],
        "page_obj": shown,
    }
    return render(request, "members/approvals/list.html", context)


@needs(Right.APPROVALS)
@require_safe
def one(request: HttpRequest, approval_id: int) -> HttpResponse:
    """What was asked for and why, what it changes, what was decided."""
    return _page(request, _visible(request, approval_id))


@needs(Right.APPROVALS)
@require_POST
@proven(lambda request: request.POST.get("answer") == "yes")
def decide(request: HttpRequest, approval_id: int) -> HttpResponse:
    """Yes or no, with a note."""
    approval, actor = _visible(request, approval_id), actor_of(request)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, approval, form)
    note = form.cleaned_data["note"]
    try:
        if form.cleaned_data["answer"] == "yes":
            approvals.approve(approval, note=note, by=actor)
            messages.success(request, _("You agreed, and it is done."))
        else:
            approvals.decline(approval, note=note, by=actor)
            messages.success(request, _("You declined; nothing was changed."))
    except approvals.Refused as refused:
        form.add_error(None, str(refused))
        approval.refresh_from_db()
        return _page(request, approval, form)
    return redirect("approvals:one", approval.pk)


@needs(Right.APPROVALS)
@require_POST
def withdraw(request: HttpRequest, approval_id: int) -> HttpResponse:
    """Take back what one asked for oneself."""
    approval = get_object_or_404(queries.own(actor_of(request)), pk=approval_id)
    try:
        approvals.withdraw(approval, by=actor_of(request))
    except approvals.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Your request is withdrawn."))
    return redirect("approvals:one", approval.pk)


def _visible(request: HttpRequest, approval_id: int) -> Approval:
    actor = actor_of(request)
    return get_object_or_404(queries.visible(actor, approvals.decided_by(actor)), pk=approval_id)


def _row(approval: Approval) -> dict[str, Any]:
    known = approvals.of(approval)
    return {
        "approval": approval,
        "what": known.words(approval).what,
        "title": known.title,
        "tone": TONES.get(approval.standing, "mut"),
    }


def _page(request: HttpRequest, approval: Approval, form: DecisionForm | None = None) -> HttpResponse:
    actor, known = actor_of(request), approvals.of(approval)
    is_open, is_own = approval.standing == State.OPEN, approval.asked_by_id == actor.user_id
    context = {
        **_row(approval),
        "words": known.words(approval),
        "form": form or DecisionForm(),
        "may_decide": is_open and not is_own and actor.may(known.decide),
        "may_withdraw": is_open and is_own,
        "member_url": _member_url(actor, approval),
    }
    return render(request, "members/approvals/one.html", context, status=422 if form else 200)


def _member_url(actor: Actor, approval: Approval) -> str:
    member = approval.member
    if member is None or not scope.members(actor).filter(pk=member.pk).exists():
        return ""
    return member_url(member.number, member.pk)
