"""Give or take points by hand."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from members.lib import display
from members.lib.access import actor_of, needs
from members.lib.addresses import member_url
from members.lib.roles import Right
from members.models import Approval, Member
from members.queries import scope
from rewards.forms.adjusting import AdjustForm
from rewards.models import Adjustment
from rewards.services import adjustments


@needs(Right.ADJUST_POINTS)
@require_http_methods(["GET", "POST"])
def adjust(request: HttpRequest, member_id: int) -> HttpResponse:
    """How many points the member has, and a form to give or take some; above the limit it becomes a request."""
    member = get_object_or_404(scope.members(actor_of(request)), pk=member_id)
    form = AdjustForm(request.POST or None, initial={"key": uuid.uuid4()})
    if request.method == "POST" and form.is_valid() and (made := _made(request, member, form)):
        return _done(request, member, made)
    context = {
        "member": member,
        "back": member_url(member.number, member.pk),
        "form": form,
        "available": adjustments.balance(member),
        "owed": adjustments.owed(member),
        "left": adjustments.left_today(member, by=actor_of(request)),
    }
    return render(request, "rewards/adjust.html", context, status=422 if form.errors else 200)


def _made(request: HttpRequest, member: Member, form: AdjustForm) -> Adjustment | Approval | None:
    said = form.cleaned_data
    try:
        return adjustments.adjust(
            member, said["way"] * said["points"], said["reason"], said["note"], str(said["key"]), by=actor_of(request)
        )
    except adjustments.Refused as refused:
        form.add_error(None, str(refused))
        return None


def _done(request: HttpRequest, member: Member, made: Adjustment | Approval) -> HttpResponse:
    if isinstance(made, Approval):
        messages.success(request, _("Your request is on its way. What becomes of it is told here."))
        return redirect("approvals:one", made.pk)
    n = abs(made.points)
    given = ngettext("%(n)s point is given.", "%(n)s points are given.", n)
    taken = ngettext("%(n)s point is taken.", "%(n)s points are taken.", n)
    messages.success(request, (given if made.points > 0 else taken) % {"n": display.number(n)})
    return redirect(member_url(member.number, member.pk))
