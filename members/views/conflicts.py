"""Two records that may be one person: side by side, to be merged or kept apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from members.lib import masking
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Identifier, IdentityConflict, Member
from members.queries import imports as import_queries
from members.queries import people, quality, scope
from members.queries.people import Person
from members.services import imports, merges
from members.services.imports import conflicts

PAGE = 10
BOTH = "both"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two records, and the identifiers of the row that point to it (kind, masked value)."""

    person: Person
    keys: Sequence[tuple[str, str]]


@needs(Right.IMPORT)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The open conflicts, oldest first."""
    actor = actor_of(request)
    shown = Paginator(quality.open_conflicts(actor), PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": shown,
        "conflicts": _side_by_side(list(shown.object_list)),
        "again": quality.to_import_again(actor),
    }
    return render(request, "members/quality/conflicts.html", context)


def _side_by_side(found: Sequence[IdentityConflict]) -> list[tuple[IdentityConflict, list[Side]]]:
    known = _people([member for conflict in found for member in (conflict.first, conflict.second)])
    return [
        (conflict, [Side(known[member.pk], _keys(conflict, member)) for member in (conflict.first, conflict.second)])
        for conflict in found
    ]


def _people(members: Sequence[Member]) -> dict[int, Person]:
    return {person.member.pk: person for person in people.with_figures({m.pk: m for m in members}.values())}


def _keys(conflict: IdentityConflict, member: Member) -> list[tuple[str, str]]:
    """The identifiers of the row that point to a member; its own number as it is written there."""
    found = [(key["kind"], key["value"]) for key in conflict.keys if key["member"] == member.pk]
    return [(_kind(kind), _shown(kind, value, member)) for kind, value in found]


def _kind(kind: str) -> str:
    return _("Member number") if kind == "number" else str(Identifier.Kind(kind).label)


def _shown(kind: str, value: str, member: Member) -> str:
    if kind == "number":
        return member.number if member.number_key == value else value
    return masking.masked(kind, value)


@needs(Right.IMPORT)
@require_POST
def decide(request: HttpRequest, conflict_id: int) -> HttpResponse:
    """The same person (`keep` is the id of the record that stays), or two people (`keep` is `both`)."""
    actor = actor_of(request)
    conflict = get_object_or_404(quality.open_conflicts(actor), pk=conflict_id)
    asked = request.POST.get("keep")
    keep = next((m for m in (conflict.first, conflict.second) if str(m.pk) == asked), None)
    if keep is None and asked != BOTH:
        messages.error(request, _("Nothing was decided: say which record to keep, or that they are two people."))
        return redirect("members:conflicts")
    if keep is None:
        conflicts.keep_apart(conflict, by=actor)
        messages.success(request, _("Kept apart. The row stays out until it is corrected in the file."))
        return redirect("members:conflicts")
    try:
        conflicts.merge(conflict, keep=keep, by=actor)
    except merges.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Merged. Everything counts for member %(number)s now.") % {"number": keep.number})
    return redirect("members:conflicts")


@needs(Right.IMPORT)
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Check an import's file once more: what is in is recognised, the rows that were left behind may come in."""
    actor = actor_of(request)
    batch = get_object_or_404(import_queries.visible(actor), pk=pk)
    try:
        fresh = imports.again(batch, by=actor)
    except FileNotFoundError as gone:
        raise Http404 from gone
    return redirect("members:import", fresh.pk)


@needs(Right.IMPORT)
def compare(request: HttpRequest, first_id: int, second_id: int) -> HttpResponse:
    """Two members side by side; a POST merges them into the one to `keep`."""
    actor = actor_of(request)
    pair = [_member(actor, pk) for pk in (first_id, second_id)]
    if request.method == "POST":
        return _merge(request, actor, pair)
    known = _people(pair)
    sides = [Side(known[member.pk], ()) for member in pair if member.pk in known]
    return render(request, "members/quality/compare.html", {"sides": sides})


def _member(actor: Actor, pk: int) -> Member:
    return get_object_or_404(scope.members(actor).select_related("home_store"), pk=pk)


def _merge(request: HttpRequest, actor: Actor, pair: list[Member]) -> HttpResponse:
    keep = next((member for member in pair if str(member.pk) == request.POST.get("keep")), None)
    if keep is None:
        raise Http404
    try:
        merges.merge(member=next(m for m in pair if m != keep), into=keep, by=actor)
    except (merges.Refused, StopIteration) as refused:
        messages.error(request, str(refused) or _("Choose two different members."))
    else:
        messages.success(request, _("Merged. Everything counts for member %(number)s now.") % {"number": keep.number})
    return redirect("members:quality")
