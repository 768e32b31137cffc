"""What a member may ask of the merchant: all that is kept about them, to be erased, and what they allow."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from members.forms import ConsentForm, EraseForm
from members.forms.privacy import AskForm, RevealForm
from members.lib import clock, display
from members.lib.access import actor_of, needs, proven
from members.lib.addresses import member_url
from members.lib.roles import Right
from members.models import Approval, Member
from members.queries import merchants, personal_data, reveals, scope
from members.services import approvals, consents, contacts, erasure, member_requests, private_exports


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
@proven()
def download(request: HttpRequest, member_id: int) -> HttpResponse:
    """Have everything that is kept about the person made into one file, for handing over to them."""
    private_exports.ask_all_data(_member(request, member_id), by=actor_of(request))
    messages.success(request, _("The file is being made. It waits here for you for a day."))
    return redirect("exports:list")


@needs(Right.ASK_ERASE)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, member_id: int) -> HttpResponse:
    """Ask for the person's data, or for their erasure, where somebody else has to agree."""
    member = _member(request, member_id)
    form = AskForm(request.POST or None, initial={"what": request.GET.get("what", "")})
    if request.method == "POST" and form.is_valid() and (made := _asked(form, member, request)):
        messages.success(request, _("Your request is on its way. What becomes of it is told here."))
        return redirect("approvals:one", made.pk)
    context = {
        "member": member,
        "back": member_url(member.number, member.pk),
        "form": form,
        "days": approvals.VALID.days,
    }
    return render(request, "members/ask.html", context, status=422 if form.errors else 200)


def _asked(form: AskForm, member: Member, request: HttpRequest) -> Approval | None:
    values = form.cleaned_data
    try:
        return member_requests.ask(
            values["what"], member, ground=values["ground"], reason=values["reason"], by=actor_of(request)
        )
    except approvals.Refused as refused:
        form.add_error(None, str(refused))
        return None


@needs(Right.REVEAL)
@require_POST
def reveal(request: HttpRequest, member_id: int, contact_id: int) -> HttpResponse:
    """One contact of the member in full, on a page of its own that nobody keeps."""
    member, actor = _member(request, member_id), actor_of(request)
    contact = get_object_or_404(reveals.contacts_of(member), pk=contact_id)
    form = RevealForm(request.POST)
    context: dict[str, Any] = {
        "member": member,
        "name": member.name or member.number,
        "contact": contact,
        "back": member_url(member.number, member.pk),
        "most": reveals.A_DAY,
    }
    if not form.is_valid():
        messages.error(request, _("Choose a reason first; nothing was shown."))
        return redirect(context["back"])
    try:
        context["value"] = contacts.reveal(contact, member, reason=form.cleaned_data["reason"], by=actor)
    except contacts.LimitReached:
        context["value"] = ""
    context["left"] = reveals.left_today(actor)
    response = render(request, "members/revealed.html", context, status=200 if context["value"] else 429)
    response["Cache-Control"] = "no-store"
    return response


@needs(Right.ERASE)
@require_http_methods(["GET", "POST"])
@proven()
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
