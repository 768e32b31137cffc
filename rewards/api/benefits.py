"""What a member's tier gives, at the till: which benefits, how often still, and one use of one of them."""

import hashlib
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.models import Member
from members.queries import look_up
from rewards.api import asking, shapes
from rewards.api.once import HEADER, once
from rewards.models import Benefit
from rewards.queries import counter
from rewards.services import benefits


@needs(Right.COUNTER, api=True)
@extend_schema(
    summary="Use a benefit of the member's tier", request=shapes.BenefitUseIn, parameters=[asking.KEY],
    responses=asking.changes(shapes.BenefitOut),
    description="Counts one use and answers how many are left. By exactly one of number, phone, email, card.",
)  # fmt: skip
@api_view(["POST"])
@once
def use(request: Request) -> Response:
    asked, actor = asking.asked(shapes.BenefitUseIn, request), actor_of(request)
    number, place = asked.pop("benefit"), asking.store(actor, asked.pop("store", ""))
    ((kind, text),) = asked.items()
    member = look_up.served(actor, kind, text).first()
    benefit = Benefit.objects.filter(pk=number).first()
    if member is None or benefit is None:
        raise NotFound
    try:
        benefits.use(benefit, member, _key(request), by=actor, store=place)
    except benefits.Refused as refused:
        raise asking.Refusal(str(refused)) from refused
    return Response(next(row for row in offered(member) if row["benefit"] == benefit.pk))


def _key(request: Request) -> str:
    """What keeps the use apart from all others, for longer than answers are kept."""
    own = f"{actor_of(request).token_id}:{request.headers[HEADER].strip()}"
    return f"till:{hashlib.sha256(own.encode()).hexdigest()}"


def offered(member: Member) -> list[dict[str, Any]]:
    """The benefits of a member already found, as the API tells them."""
    return [
        {
            "benefit": one.benefit.pk,
            "kind": one.benefit.kind,
            "name": one.benefit.name,
            "percent": one.benefit.percent,
            "used": one.used,
            "left": one.left,
        }
        for one in counter.benefits(member)
    ]
