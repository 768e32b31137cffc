from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from members.api import schema, shapes
from members.lib import masking
from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.queries import look_up
from members.services import contacts


@needs(Right.LOOK_UP, api=True)
@extend_schema(
    summary="One member by an exact identifier", request=shapes.LookUpIn,
    responses=schema.answers(shapes.MemberOut, 404, 413, 415),
    description="Asked by POST, so that no phone number lands in an address or a log. 404: none of the own stores.",
)  # fmt: skip
@api_view(["POST"])
def member(request: Request) -> Response:
    sent = shapes.LookUpIn(data=request.data)
    sent.is_valid(raise_exception=True)
    ((kind, text),) = sent.validated_data.items()
    actor = actor_of(request)
    found = look_up.own(actor, kind, text).select_related("home_store").first()
    if found is None:
        raise NotFound
    whole = contacts.whole(found, by=actor)
    known = look_up.contacts_of(actor, found) if whole is None else whole
    told = [
        {"kind": each.kind, "value": masking.masked(each.kind, each.value) if whole is None else each.value}
        for each in known
    ]
    return Response(
        {
            "number": found.number,
            "name": masking.name(found.name) if whole is None else found.name,
            "home_store": found.home_store.code if found.home_store else None,
            "joined_on": found.joined_on.isoformat() if found.joined_on else None,
            "masked": whole is None,
            "contacts": told,
        }
    )
