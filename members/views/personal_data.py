"""What a member may ask of the merchant: all that is kept about them, to be erased, and what they allow."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from members.forms import ConsentForm, EraseForm
from members.lib import clock, display
from members.lib.access import actor_of, needs
from members.lib.addresses import member_url
from members.lib.roles import Right
from members.models import Member
from members.queries import merchants, personal_data, scope
from members.services import consents, erasure, exports


@needs(Right.SEE_MEMBERS)
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, member_id: int) -> HttpResponse:
    """What the member allowed and withdrew, all of it; a POST writes down one more word."""
    member = _member(request, member_id)
    today = clock.local_date(clock.now(), merchants.current().zone)
    form = ConsentForm(request.POST or None, initial={"happened_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            consents.record(member=member, by=actor_of(request), **form.cleaned_data)
        except consents.Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Written down."))
            return redirect("members:consent", member.pk)
    said = list(personal_data.consents(member))
    context = {
        "member": member,
        "back": member_url(member.number, member.pk),
        "form": form,
        "said": said,
        "holding": personal_data.holding(said),
        "may_record": member.erased_at is None,
    }
    return render(request, "members/consent.html", context, status=400 if form.errors else 200)


@needs(Right.ERASE)
@require_POST
def download(request: HttpRequest, member_id: int) -> HttpResponse:
    """Everything kept about the person as one JSON file, for handing over to them."""
    member, actor = _member(request, member_id), actor_of(request)
    data = personal_data.of(actor, member)
    rows = sum(map(len, data.values()))
    exports.record(by=actor, subject="member", filters={"member": [str(member.pk)]}, rows=rows)
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="member_{member.pk}.json"'
    response["Cache-Control"] = "no-store"
    return response


@needs(Right.ERASE)
@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest, member_id: int) -> HttpResponse:
    """What an erasure takes and leaves; done only with the member's number typed once more."""
    member = _member(request, member_id)
    form = EraseForm(request.POST or None, number=member.number)
    if request.method == "POST" and form.is_valid():
        try:
            found = erasure.erase(member=member, reason=form.cleaned_data["reason"], by=actor_of(request))
        except erasure.Refused as refused:
            form.add_error(None, str(refused))
        else:
            _tell(request, found)
            member.refresh_from_db()
            return redirect(member_url(member.number, member.pk))
    context: dict[str, Any] = {
        "member": member,
        "back": member_url(member.number, member.pk),
        "form": form,
        "orders": scope.history(actor_of(request), member).count(),
        "records": len(personal_data.records_of(member)),
    }
    return render(request, "members/erase.html", context, status=400 if form.errors else 200)


def _member(request: HttpRequest, member_id: int) -> Member:
    return get_object_or_404(scope.members(actor_of(request)), pk=member_id)


def _tell(request: HttpRequest, found: erasure.Erased) -> None:
    """What was done, and what still has to be done elsewhere."""
    kept = ngettext(
        "The person is erased; %(n)s order stays on a nameless record.",
        "The person is erased; %(n)s orders stay on a nameless record.",
        found.orders,
    )
    messages.success(request, kept % {"n": display.number(found.orders)})
    if found.open_imports:
        rest = ngettext(
            "%(n)s import is not finished and may still name the person: finish or discard it.",
            "%(n)s imports are not finished and may still name the person: finish or discard them.",
            found.open_imports,
        )
        messages.warning(request, rest % {"n": display.number(found.open_imports)})
