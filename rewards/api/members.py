"""Members at the till: enrol, look up, balance, history."""

from typing import Any

import django_filters as df
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from members.api import schema
from members.api.lists import Cursor, Listing
from members.lib import masking
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Member
from members.queries import look_up
from rewards.api import asking, benefits, shapes
from rewards.api.once import once
from rewards.models import Entry
from rewards.queries import holdings, statement
from rewards.services import enrolling


@needs(Right.COUNTER, api=True)
@extend_schema(
    summary="Enrol a member", request=shapes.EnrolIn, parameters=[asking.KEY],
    responses=asking.changes(shapes.EnrolledOut, made=True),
    description="201: a new member. 200: known already by one of phone, email, number, and left as they were.",
)  # fmt: skip
@api_view(["POST"])
@once
def enrol(request: Request) -> Response:
    asked, actor = asking.asked(shapes.EnrolIn, request), actor_of(request)
    said = {name: asked.get(name, "") for name in ("phone", "email", "number", "name")}
    place = asking.store(actor, asked.get("store", ""))
    try:
        found = enrolling.enrol(store=place, **said, allowed=asked.get("consents", ()), by=actor)
    except enrolling.Refused as refused:
        raise asking.Refusal(str(refused)) from refused
    return Response({"member": found.member.pk, "existing": not found.is_new}, 201 if found.is_new else 200)


@needs(Right.COUNTER, api=True)
@extend_schema(
    summary="Look up a member with points and tier", request=shapes.LookUpIn,
    responses=schema.answers(shapes.StandingOut, 404, 413, 415),
    description="By exactly one of number, phone, email, card. Members of every store are found.",
)  # fmt: skip
@api_view(["POST"])
def find(request: Request) -> Response:
    ((kind, text),) = asking.asked(shapes.LookUpIn, request).items()
    found = look_up.served(actor_of(request), kind, text).first()
    if found is None:
        raise NotFound
    return Response(_standing(found))


@needs(Right.COUNTER, api=True)
@extend_schema(summary="Points and tier of a member", responses=schema.answers(shapes.StandingOut, 404))
@api_view(["GET"])
def balance(request: Request, member_id: int) -> Response:
    return Response(_standing(get_object_or_404(look_up.own_record(actor_of(request), member_id))))


def _standing(member: Member) -> dict[str, Any]:
    has = holdings.with_tier(member)
    first = has.next_to_go
    return {
        "member": member.pk,
        "number": member.number,
        "name": masking.name(member.name),
        "tier": has.tier,
        "available": has.available,
        "pending": has.pending,
        "debt": has.owed,
        "expires_on": first.day.isoformat() if first and first.day else None,
        "expiring": first.points if first else 0,
        "benefits": benefits.offered(member),
    }


class NewestFirst(Cursor):
    """Like the other lists, but from the end."""

    ordering = "-pk"


class NoFilter(df.FilterSet):
    """The list can only be paged."""


class EntryRows(shapes.EntryOut):
    def to_representation(self, instance: Entry) -> dict[str, Any]:
        lot = getattr(instance, "lot", None)
        return {
            "id": instance.pk,
            "kind": instance.kind,
            "points": instance.amount,
            "reason": instance.reason,
            "order_no": instance.order.number if instance.order else None,
            "happened_at": instance.happened_at.isoformat(),
            "expires_on": lot.expires_on.isoformat() if lot and lot.expires_on else None,
        }


@extend_schema_view(
    get=extend_schema(summary="Every change of a member's points, newest first", responses=schema.listed(EntryRows))
)
class History(Listing):
    serializer_class = EntryRows
    filterset_class = NoFilter
    pagination_class = NewestFirst

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        get_object_or_404(look_up.own_record(actor_of(request), kwargs["member_id"]))
        return super().list(request, *args, **kwargs)

    def rows(self, actor: Actor) -> Any:
        return statement.entries(actor, self.kwargs.get("member_id", 0))


history = needs(Right.COUNTER, api=True)(History.as_view())
