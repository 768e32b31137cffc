"""Putting an import aside of which nothing was written."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.queries import imports as queries
from members.services.imports import discard


@needs(Right.IMPORT)
@require_POST
def put_aside(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    batch = get_object_or_404(queries.visible(actor), pk=pk)
    if discard.discard(batch, by=actor):
        messages.success(request, _("%(file)s is discarded; nothing of it was written.") % {"file": batch.file_name})
        return redirect("members:imports")
    messages.info(request, _("This import cannot be discarded: something of it is written, or it is under way."))
    return redirect("members:import", batch.pk)
