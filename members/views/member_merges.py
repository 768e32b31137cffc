"""From a member's page: find the other record of the same person, and part records that were merged."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from members.forms import OtherRecordForm
from members.lib.access import actor_of, needs
from members.lib.addresses import member_url
from members.lib.roles import Right
from members.queries import look_up, people, scope
from members.services import merges


@needs(Right.IMPORT)
@require_POST
def find_other(request: HttpRequest, member_id: int) -> HttpResponse:
    """The record with this exact number, card or phone, beside this one. Asked by POST: a phone is in no address."""
    actor = actor_of(request)
    member = get_object_or_404(scope.members(actor), pk=member_id)
    form = OtherRecordForm(request.POST)
    text = form.cleaned_data["identifier"] if form.is_valid() else ""
    found = scope.members(actor).filter(pk__in=look_up.exactly(actor, text)).exclude(pk=member.pk).first()
    if found is None:
        messages.error(request, _("No other member has exactly this number, card or phone."))
        return redirect(member_url(member.number, member.pk))
    return redirect("members:compare", member.pk, found.pk)


@needs(Right.IMPORT)
@require_POST
def part(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Let a merged record count for itself again."""
    actor = actor_of(request)
    merge = get_object_or_404(people.merges(actor), pk=merge_id)
    owner = merge.owner
    try:
        merges.unmerge(member=merge.member, by=actor)
    except merges.Refused as refused:
        messages.error(request, str(refused))
    else:
        text = _("Parted. Member %(number)s counts for itself again; the reports follow within a minute.")
        messages.success(request, text % {"number": merge.member.number})
    return redirect(member_url(owner.number, owner.pk))
