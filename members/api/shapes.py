"""What the API takes and gives, field by field: checked on the way in, and the source of the OpenAPI document.

Only the shape is checked here (names, kinds of value, how many). What a value means is judged where files are judged,
in members.rules.imports, so that an item which cannot be taken is refused alone and in the same words.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

MOST_ITEMS = 500
MOST_LINES = 500


class Strict(serializers.Serializer[Any]):
    """A name that it does not know is an error, not silence: a misspelt field would else be lost.

    `also`: what the OpenAPI document says of it beside its fields.
    """

    also: ClassVar[dict[str, Any]] = {}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := [str(name) for name in data if name not in self.fields]):
            sentence = _("There is no such field. There are: %(known)s.") % {"known": ", ".join(self.fields)}
            raise serializers.ValidationError({name[:80]: [sentence] for name in unknown[:5]}, code="unknown_field")
        return super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.STR)
class Text(serializers.Field[Any, Any, Any, Any]):
    """A JSON string as it is; a number is none."""

    default_error_messages = {"invalid": gettext_lazy("Write a text in quotation marks.")}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> str:
        return str(value)


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "number"}]})
class Number(serializers.Field[Any, Any, Any, Any]):
    """A JSON number, or its digits in quotation marks."""

    default_error_messages = {"invalid": gettext_lazy("Write a number.")}

    def to_internal_value(self, data: Any) -> str:
        if isinstance(data, bool) or not isinstance(data, str | int | Decimal):
            self.fail("invalid")
        return str(data)

    def to_representation(self, value: Any) -> str:
        return str(value)


class Flag(serializers.BooleanField):
    """true or false; no word for them."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


# --- what is wrong ----------------------------------------------------------------------------------------------


class WrongField(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="where, as orders[3].lines[0].amount")
    code = serializers.CharField()
    error = serializers.CharField(help_text="a sentence in the language of Accept-Language")


class Error(serializers.Serializer[Any]):
    """Every answer of 400 and above."""

    error = serializers.CharField(help_text="a sentence in the language of Accept-Language")
    code = serializers.CharField(help_text="a word for machines")
    fields = WrongField(many=True)  # type: ignore[assignment]
    parameter = serializers.CharField(required=False, help_text="of reports: the parameter that cannot be taken")


# --- orders and refunds -----------------------------------------------------------------------------------------


class LineIn(Strict):
    sku = Text(required=False)
    product = Text(required=False)
    category = Text(required=False)
    line_kind = Text(required=False, help_text="goods (default), gift_card or fee")
    quantity = Number(required=False, help_text="1 where it is not said")
    unit_price = Number(required=False, help_text="with quantity, in place of amount")
    amount = Number(required=False, help_text="what the line costs in all, after its discount")


class OrderIn(Strict):
    order_no = Text(help_text="unique within the source of the token: the same number again is the same order")
    ordered_at = Text(help_text="2026-05-04T10:00:00+08:00; without an offset on the merchant's clock")
    store = Text(required=False, help_text="its code; may be left out where the token has one store")
    channel = Text(required=False)
    status = Text(required=False, help_text="paid (default), pending, cancelled or test")
    currency = Text(required=False, help_text="must be the merchant's")
    member_no = Text(required=False)
    phone = Text(required=False)
    email = Text(required=False)
    name = Text(required=False)
    account = Text(required=False, help_text="of the buyer on the marketplace that is the source")
    total = Number(required=False, help_text="of an order without lines; with lines it must be their sum")
    lines = LineIn(many=True, required=False, max_length=MOST_LINES)  # type: ignore[call-arg]


class RefundIn(Strict):
    refund_no = Text(help_text="unique within the source of the token")
    order_no = Text(help_text="the order that it belongs to, sent before")
    refunded_at = Text()
    amount = Number()
    currency = Text(required=False)
    member_no = Text(required=False)
    store = Text(required=False, help_text="where it was given; the store of the order if left out")
    channel = Text(required=False)


class OrdersIn(Strict):
    orders = OrderIn(many=True, min_length=1, max_length=MOST_ITEMS)  # type: ignore[call-arg]
    all_or_nothing = Flag(default=False, help_text="true: one that is refused keeps all of them out (422)")


class RefundsIn(Strict):
    refunds = RefundIn(many=True, min_length=1, max_length=MOST_ITEMS)  # type: ignore[call-arg]
    all_or_nothing = Flag(default=False, help_text="true: one that is refused keeps all of them out (422)")


class Finding(serializers.Serializer[Any]):
    level = serializers.ChoiceField(choices=["reject", "fix", "duplicate"])
    field = serializers.CharField(help_text="as lines[0].amount; empty when it is about the whole")
    code = serializers.CharField()
    error = serializers.CharField(help_text="what is wrong and how to mend it")


class ItemOut(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="place in the request, from 0")
    number = serializers.CharField()
    outcome = serializers.ChoiceField(choices=["new", "same", "changed", "refused", "held_back"])
    problems = Finding(many=True)


class BatchOut(serializers.Serializer[Any]):
    """What became of each item."""

    new = serializers.IntegerField()
    same = serializers.IntegerField()
    changed = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = ItemOut(many=True)


class RefusedBatch(Error):
    results = ItemOut(many=True)


class LineOut(serializers.Serializer[Any]):
    sku = serializers.CharField()
    product = serializers.CharField()
    line_kind = serializers.CharField()
    quantity = serializers.CharField()
    amount = serializers.CharField()


class OrderOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(help_text="of this version; a changed order has a new one")
    order_no = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    store = serializers.CharField()
    channel = serializers.CharField()
    status = serializers.CharField()
    ordered_at = serializers.DateTimeField()
    business_date = serializers.DateField()
    recorded_at = serializers.DateTimeField()
    member_no = serializers.CharField(allow_null=True, help_text="null: a guest")
    total = serializers.CharField()
    gross = serializers.CharField(help_text="without gift cards: what counts as a sale")
    lines = LineOut(many=True)


class RefundOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    refund_no = serializers.CharField()
    order_no = serializers.CharField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]
    store = serializers.CharField()
    channel = serializers.CharField()
    refunded_at = serializers.DateTimeField()
    business_date = serializers.DateField()
    recorded_at = serializers.DateTimeField()
    member_no = serializers.CharField(allow_null=True)
    amount = serializers.CharField()


# --- members ----------------------------------------------------------------------------------------------------


class LookUpIn(Strict):
    """Exactly one of the four."""

    also = {"minProperties": 1, "maxProperties": 1}

    number = Text(required=False)
    phone = Text(required=False)
    email = Text(required=False)
    card = Text(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError(_("Send exactly one of number, phone, email, card."), code="one_of")
        return attrs


class ContactOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["phone", "email", "card", "account"])
    value = serializers.CharField(help_text="masked without the scope members:pii")


class MemberOut(serializers.Serializer[Any]):
    number = serializers.CharField()
    name = serializers.CharField(help_text="masked without the scope members:pii")
    home_store = serializers.CharField(allow_null=True)
    joined_on = serializers.DateField(allow_null=True)
    masked = serializers.BooleanField()
    contacts = ContactOut(many=True)


# --- catalogue --------------------------------------------------------------------------------------------------


class StoreOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    zone = serializers.CharField()
    is_active = serializers.BooleanField()


class ProductOut(serializers.Serializer[Any]):
    sku = serializers.CharField()
    name = serializers.CharField()
    category = serializers.CharField(allow_null=True)


class ProductIn(Strict):
    sku = Text()
    name = Text(required=False, help_text="left out: the name stays")
    category = Text(required=False, help_text="left out: the category stays")


class ProductsIn(Strict):
    products = ProductIn(many=True, min_length=1, max_length=MOST_ITEMS)  # type: ignore[call-arg]
    all_or_nothing = Flag(default=False, help_text="true: one that is refused keeps all of them out (422)")
