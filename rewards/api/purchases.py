"""Baskets at the till: quote, sell, give back, void, exchange."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from members.api import schema
from members.lib import clock
from members.lib.access import actor_of, needs
from members.lib.money import plain, to_units
from members.lib.roles import Right
from rewards.api import asking, shapes
from rewards.api.once import once
from rewards.queries.holdings import Holding
from rewards.services import purchases
from rewards.services.purchases import GivenBack, Sale, Sold

Said = Mapping[str, Any]


@contextmanager
def _told() -> Iterator[None]:
    """What the service refuses, as an answer."""
    try:
        yield
    except purchases.NotYet as error:
        raise asking.Waits(str(error), error.code) from error
    except purchases.Refused as error:
        raise asking.Refusal(str(error), error.code) from error


@needs(Right.COUNTER, api=True)
@extend_schema(
    summary="What a basket comes to", request=shapes.QuoteIn,
    responses=schema.answers(shapes.QuotedOut, 409, 413, 415, 422),
    description="What the sale would be now: coupons, points, earned. Nothing is kept or held.",
)  # fmt: skip
@api_view(["POST"])
def quote(request: Request) -> Response:
    asked = {"ordered_at": clock.now().isoformat(), **asking.asked(shapes.QuoteIn, request)}
    with _told():
        return Response(_quoted(purchases.quote(_sale(asked), by=actor_of(request))))


@needs(Right.COUNTER, api=True)
@extend_schema(
    summary="Sell: record an order, redeem and earn", request=shapes.SaleIn, parameters=[asking.KEY],
    responses=asking.changes(shapes.SoldOut, made=True),
    description="201: recorded now. 200: known already, and nothing was changed. Refused (422): nothing was recorded.",
)  # fmt: skip
@api_view(["POST"])
@once
def sell(request: Request) -> Response:
    asked = asking.asked(shapes.SaleIn, request)
    with _told():
        sold = purchases.sell(_sale(asked), by=actor_of(request))
    return Response(_sold(sold), 201 if sold.is_new else 200)


@needs(Right.COUNTER, api=True)
@extend_schema(
    summary="Give money back for an order", request=shapes.RefundIn, parameters=[asking.KEY],
    responses=asking.changes(shapes.RefundedOut),
    description="409 (unknown_order): its order has not come yet. Send it again, with the same key, after the order.",
)  # fmt: skip
@api_view(["POST"])
@once
def refund(request: Request) -> Response:
    asked = asking.asked(shapes.RefundIn, request)
    with _told():
        return Response(_refunded(purchases.refund(asked, by=actor_of(request))))


@needs(Right.COUNTER, api=True)
@extend_schema(
    summary="Void an order", request=None, parameters=[asking.KEY], responses=asking.changes(shapes.GivenBackOut),
    description="The purchase is undone as a whole, with its points and coupons.",
)  # fmt: skip
@api_view(["POST"])
@once
def void(request: Request, number: str) -> Response:
    with _told():
        return Response(_given_back(purchases.void(number, by=actor_of(request))))


@needs(Right.COUNTER, api=True)
@extend_schema(
    summary="Exchange: a refund and an order in one", request=shapes.ExchangeIn, parameters=[asking.KEY],
    responses=asking.changes(shapes.ExchangedOut), description="Both are done, or neither.",
)  # fmt: skip
@api_view(["POST"])
@once
def exchange(request: Request) -> Response:
    asked = asking.asked(shapes.ExchangeIn, request)
    with _told():
        given, sold = purchases.exchange(asked["refund"], _sale(asked["order"]), by=actor_of(request))
    return Response({"refund": _refunded(given), "order": _sold(sold)})


def _sale(asked: Said) -> Sale:
    item = {name: value for name, value in asked.items() if name not in {"coupons", "points", "offline"}}
    return Sale(item, asked.get("coupons", ()), asked.get("points", 0), offline=asked.get("offline", False))


def _quoted(sold: Sold) -> dict[str, Any]:
    return {
        "total": plain(to_units(sold.order.total)),
        "coupons": [{"code": code, "off": plain(to_units(off))} for code, off in sold.off.items()],
        "points": sold.points,
        "points_pay": plain(to_units(sold.points_paid)),
        "most_points": sold.most_points,
        "to_pay": plain(to_units(sold.to_pay)),
        "earned": sold.earned,
        "why_none": sold.why_none,
        "refused": [{"what": what, "error": why} for what, why in sold.refused],
        "has": _has(sold.has),
    }


def _sold(sold: Sold) -> dict[str, Any]:
    return {
        "order_no": sold.order.number,
        "outcome": "new" if sold.is_new else "same",
        "member": sold.order.member_id,
        **_quoted(sold),
    }


def _given_back(given: GivenBack) -> dict[str, Any]:
    return {
        "order_no": given.order.number,
        "status": given.order.status,
        "member": given.order.member_id,
        "taken_back": given.taken_back,
        "returned": given.returned,
        "coupons": list(given.codes),
        "has": _has(given.has),
    }


def _refunded(given: GivenBack) -> dict[str, Any]:
    refund = given.refund
    named = {"refund_no": refund.number, "amount": plain(to_units(refund.amount))} if refund else {}
    return {**named, **_given_back(given)}


def _has(found: Holding | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"available": found.available, "pending": found.pending, "debt": found.owed, "tier": found.tier}
