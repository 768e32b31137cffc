"""Saved presets: kept from an import, renamed, deleted."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.queries import imports as queries
from members.rules.imports.problems import Refused
from members.services.imports import presets
from members.services.names import BadName
from members.views import naming


@needs(Right.IMPORT)
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep how this import is read."""
    actor = actor_of(request)
    batch = get_object_or_404(queries.visible(actor), pk=pk)
    name = request.POST.get("name", "")
    try:
        preset = presets.save(batch, name, by=actor)
    except BadName as bad:
        messages.error(request, naming.why(bad, name))
    except (Refused, FileNotFoundError):
        messages.error(request, _("The file cannot be read, so there is nothing to keep."))
    else:
        said = _("Saved as “%(name)s”. The next file with these columns is read like this one.")
        messages.success(request, said % {"name": preset.name})
    return redirect("members:import", batch.pk)


@needs(Right.IMPORT)
@require_POST
def rename(request: HttpRequest, preset_id: int) -> HttpResponse:
    actor = actor_of(request)
    preset = get_object_or_404(queries.presets(actor), pk=preset_id)
    naming.rename(request, partial(presets.rename, preset, by=actor))
    return redirect("members:import-new")


@needs(Right.IMPORT)
@require_POST
def delete(request: HttpRequest, preset_id: int) -> HttpResponse:
    actor = actor_of(request)
    preset = get_object_or_404(queries.presets(actor), pk=preset_id)
    presets.delete(preset, by=actor)
    messages.success(request, _("The preset “%(name)s” is gone.") % {"name": preset.name})
    return redirect("members:import-new")
