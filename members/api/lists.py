"""What the lists of the API share: filters by name, pages by cursor, an unknown parameter is an error."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import django_filters as df
from django import forms
from django.utils.translation import gettext as _
from django_filters.fields import IsoDateTimeField
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from members.lib.access import actor_of
from members.lib.actor import NOBODY, Actor
from members.models import Order, Product, Refund, Store

LIMIT, MOST = 50, 200


class Cursor(CursorPagination):
    """`limit` rows (50, at most 200) in the order in which they were recorded; `next` is the address of the rest."""

    page_size = LIMIT
    max_page_size = MOST
    page_size_query_param = "limit"
    ordering = "pk"

    def get_page_size(self, request: Request) -> int:
        raw = request.query_params.get("limit")
        if raw is None:
            return LIMIT
        if not (raw.isascii() and raw.isdigit() and len(raw) <= 4 and 1 <= int(raw) <= MOST):
            raise ValidationError({"limit": [_("Write a number from 1 to %(most)s.") % {"most": MOST}]})
        return int(raw)

    def decode_cursor(self, request: Request) -> Any:
        try:
            return super().decode_cursor(request)
        except NotFound as error:
            said = _("There is no such page. Take “next” or “previous” as it is.")
            raise ValidationError({"cursor": [said]}) from error

    def get_schema_operation_parameters(self, view: object) -> list[dict[str, Any]]:
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}
        return [
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"},
             "description": "from “next” or “previous”"},
            {"name": "limit", "in": "query", "required": False, "schema": limit, "description": "rows in one answer"},
        ]  # fmt: skip

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }


class Listing(ListAPIView[Any]):
    """A list of the API. Subclasses name `serializer_class`, `filterset_class` and how `rows` are found."""

    pagination_class = Cursor
    filter_backends = [DjangoFilterBackend]
    filterset_class: type[df.FilterSet]

    def get_queryset(self) -> Any:
        drawing = getattr(self, "swagger_fake_view", False)  # the OpenAPI document asks only for the model
        return self.rows(NOBODY if drawing else actor_of(self.request))

    def rows(self, actor: Actor) -> Any:
        raise NotImplementedError

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        known = {"limit", "cursor", *self.filterset_class.base_filters}
        unknown = [name for name in request.query_params if name not in known]
        if unknown:
            sentence = _("There is no such parameter. There are: %(known)s.") % {"known": ", ".join(sorted(known))}
            raise ValidationError({name[:80]: [sentence] for name in unknown[:5]}, code="unknown_parameter")
        if blank := [name for name, value in request.query_params.items() if not value and not self._is_text(name)]:
            raise ValidationError({name: [_("Write a value, or leave the parameter out.")] for name in blank})
        return super().list(request, *args, **kwargs)

    def _is_text(self, name: str) -> bool:
        return name == "cursor" or isinstance(self.filterset_class.base_filters.get(name), df.CharFilter)


class Day(df.DateFilter):
    """A date as 2026-05-04, in no language's own form."""

    def __init__(self, field_name: str, lookup_expr: str) -> None:
        super().__init__(field_name=field_name, lookup_expr=lookup_expr, input_formats=["%Y-%m-%d"])


class _InstantField(IsoDateTimeField):
    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        try:
            return found and found.astimezone(dt.UTC)
        except OverflowError as error:  # at either end of the calendar there is no such instant in UTC
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


class Moment(df.IsoDateTimeFilter):
    """An instant in ISO form."""

    field_class = _InstantField


class OrderFilter(df.FilterSet):
    order_no = df.CharFilter(field_name="number")
    source = df.CharFilter()
    store = df.CharFilter(field_name="store__code")
    channel = df.CharFilter(field_name="channel__code")
    status = df.ChoiceFilter(choices=Order.Status.choices)
    member_no = df.CharFilter(field_name="member__number_key", method="of_member")
    from_date = Day("business_date", "gte")
    to_date = Day("business_date", "lte")
    recorded_after = Moment(field_name="recorded_at", lookup_expr="gt")

    class Meta:
        model = Order
        fields: Sequence[str] = []

    def of_member(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(**{name: value.casefold()})


class RefundFilter(df.FilterSet):
    refund_no = df.CharFilter(field_name="number")
    order_no = df.CharFilter(field_name="order__number")
    source = df.CharFilter()
    store = df.CharFilter(field_name="store__code")
    from_date = Day("business_date", "gte")
    to_date = Day("business_date", "lte")
    recorded_after = Moment(field_name="recorded_at", lookup_expr="gt")

    class Meta:
        model = Refund
        fields: Sequence[str] = []


class ProductFilter(df.FilterSet):
    sku = df.CharFilter()
    category = df.CharFilter(field_name="category__name")

    class Meta:
        model = Product
        fields: Sequence[str] = []


class StoreFilter(df.FilterSet):
    code = df.CharFilter()

    class Meta:
        model = Store
        fields: Sequence[str] = []
