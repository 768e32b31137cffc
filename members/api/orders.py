"""Orders and refunds: read those of the own stores, send new ones."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from members.api import batches, schema, shapes
from members.api.lists import Listing, OrderFilter, RefundFilter
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.money import plain, to_units
from members.lib.roles import Right
from members.models import Order, OrderLine, Refund
from members.queries import scope
from members.services.imports import direct


def _orders(actor: Actor) -> QuerySet[Order]:
    return scope.orders(actor).select_related("store", "channel", "member").prefetch_related("lines__product")


class OrderRows(shapes.OrderOut):
    def to_representation(self, instance: Order) -> dict[str, Any]:
        return {
            "id": instance.pk,
            "order_no": instance.number,
            **_common(instance),
            "status": instance.status,
            "ordered_at": instance.ordered_at.isoformat(),
            "total": _amount(instance.total),
            "gross": _amount(instance.gross),
            "lines": [_line(line) for line in instance.lines.all()] if instance.itemised else [],
        }


class RefundRows(shapes.RefundOut):
    def to_representation(self, instance: Refund) -> dict[str, Any]:
        return {
            "id": instance.pk,
            "refund_no": instance.number,
            "order_no": instance.order.number if instance.order else None,
            **_common(instance),
            "refunded_at": instance.refunded_at.isoformat(),
            "amount": _amount(instance.amount),
        }


def _common(fact: Order | Refund) -> dict[str, Any]:
    return {
        "source": fact.source,
        "store": fact.store.code,
        "channel": fact.channel.code,
        "business_date": fact.business_date.isoformat(),
        "recorded_at": fact.recorded_at.isoformat(),
        "member_no": fact.member.number if fact.member else None,
    }


def _line(line: OrderLine) -> dict[str, str]:
    product = line.product
    return {
        "sku": product.sku if product else "",
        "product": product.name if product else "",
        "line_kind": line.kind,
        "quantity": plain(to_units(line.quantity), 0),
        "amount": _amount(line.amount),
    }


def _amount(value: Any) -> str:
    return plain(to_units(value))


@extend_schema_view(get=extend_schema(summary="Orders of the own stores", responses=schema.listed(OrderRows)))
class OrderList(Listing):
    serializer_class = OrderRows
    filterset_class = OrderFilter

    def rows(self, actor: Actor) -> QuerySet[Order]:
        return _orders(actor)


@extend_schema_view(get=extend_schema(summary="Refunds of the own stores", responses=schema.listed(RefundRows)))
class RefundList(Listing):
    serializer_class = RefundRows
    filterset_class = RefundFilter

    def rows(self, actor: Actor) -> QuerySet[Refund]:
        return scope.refunds(actor).select_related("store", "channel", "member", "order")


orders = needs(Right.READ_ORDERS, api=True)(OrderList.as_view())
refunds = needs(Right.READ_ORDERS, api=True)(RefundList.as_view())


@needs(Right.READ_ORDERS, api=True)
@extend_schema(summary="One order", responses=schema.answers(OrderRows, 404))
@api_view(["GET"])
def order(request: Request, order_id: int) -> Response:
    found = get_object_or_404(_orders(actor_of(request)), pk=order_id)
    return Response(OrderRows(found).data)


@needs(Right.WRITE_ORDERS, api=True)
@extend_schema(
    summary="Send orders", request=shapes.OrdersIn, responses=schema.batch(),
    description="Up to 500. The same order again is the same; with other content it becomes a new version.",
)  # fmt: skip
@api_view(["POST"])
def send_orders(request: Request) -> Response:
    asked = _asked(shapes.OrdersIn, request)
    taken = direct.orders(asked["orders"], all_or_nothing=asked["all_or_nothing"], by=actor_of(request))
    return batches.answered(taken)


@needs(Right.WRITE_ORDERS, api=True)
@extend_schema(
    summary="Send refunds", request=shapes.RefundsIn, responses=schema.batch(),
    description="Up to 500. A refund whose order is not here yet is refused (unknown_order): send it again later.",
)  # fmt: skip
@api_view(["POST"])
def send_refunds(request: Request) -> Response:
    asked = _asked(shapes.RefundsIn, request)
    taken = direct.refunds(asked["refunds"], all_or_nothing=asked["all_or_nothing"], by=actor_of(request))
    return batches.answered(taken)


def _asked(shape: type[shapes.Strict], request: Request) -> dict[str, Any]:
    sent = shape(data=request.data)
    sent.is_valid(raise_exception=True)
    found: dict[str, Any] = sent.validated_data
    return found
