"""What the till API takes and gives, field by field; what a value means is judged by the services."""

from typing import Any

from rest_framework import serializers

from members.api.shapes import MOST_LINES, Flag, LineIn, LookUpIn, Number, RefundIn, Strict, Text
from members.models import Consent
from rewards.models import Benefit, Entry


class EnrolIn(Strict):
    """At least one of phone, email and number."""

    store = Text(required=False, help_text="its code; may be left out where the token has one store")
    phone = Text(required=False)
    email = Text(required=False)
    number = Text(required=False, help_text="of a card that is handed out; without it the desk gives a number")
    name = Text(required=False)
    consents = serializers.ListField(
        child=serializers.ChoiceField(choices=Consent.Purpose.choices), required=False, max_length=10,
        help_text="the purposes that a new member says yes to at the counter",
    )  # fmt: skip


class EnrolledOut(serializers.Serializer[Any]):
    member = serializers.IntegerField(help_text="our id of the member, for balance and history")
    existing = serializers.BooleanField(help_text="true: known before, and nothing was changed")


class BenefitOut(serializers.Serializer[Any]):
    benefit = serializers.IntegerField(help_text="our id of it, to use it")
    kind = serializers.ChoiceField(choices=Benefit.Kind.choices)
    name = serializers.CharField()
    percent = serializers.IntegerField(allow_null=True, help_text="of a discount: percent off")
    used = serializers.IntegerField(help_text="by the member, in the period that its limit counts in")
    left = serializers.IntegerField(allow_null=True, help_text="how often it may still be used; null: without limit")


class BenefitUseIn(Strict):
    """A benefit, and the member by exactly one of number, phone, email and card."""

    benefit = serializers.IntegerField(min_value=1, max_value=2**63 - 1, help_text="its id, as the look-up tells it")
    store = Text(required=False, help_text="its code; may be left out where the token has one store")
    number = Text(required=False)
    phone = Text(required=False)
    email = Text(required=False)
    card = Text(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        LookUpIn().validate({name: value for name, value in attrs.items() if name not in {"benefit", "store"}})
        return attrs


class StandingOut(serializers.Serializer[Any]):
    member = serializers.IntegerField()
    number = serializers.CharField()
    name = serializers.CharField(help_text="masked")
    tier = serializers.CharField(help_text="its code; empty without tiers")
    available = serializers.IntegerField(help_text="points that can be spent now")
    pending = serializers.IntegerField(help_text="points not available yet")
    debt = serializers.IntegerField(help_text="points owed: what comes in pays them off first")
    expires_on = serializers.DateField(allow_null=True, help_text="the next last day of points; null: none expire")
    expiring = serializers.IntegerField(help_text="how many points end with that day")
    benefits = BenefitOut(many=True, help_text="what the tier gives today")


class EntryOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Entry.Kind.choices)
    points = serializers.IntegerField(help_text="negative: they went")
    reason = serializers.CharField(help_text="a code; may be empty")
    order_no = serializers.CharField(allow_null=True)
    happened_at = serializers.DateTimeField()
    expires_on = serializers.DateField(allow_null=True, help_text="of points that came: their last day")


# --- basket, order, refund -----------------------------------------------------------------------------------------

MOST_POINTS = 10**12
MOST_COUPONS = 20


class QuoteIn(Strict):
    """A basket, or only its total, as it would be sold now or at `ordered_at`."""

    ordered_at = Text(required=False, help_text="now, where it is not said")
    store = Text(required=False, help_text="its code; may be left out where the token has one store")
    channel = Text(required=False)
    member_no = Text(required=False)
    phone = Text(required=False)
    email = Text(required=False)
    total = Number(required=False, help_text="of a basket without lines; with lines it must be their sum")
    lines = LineIn(many=True, required=False, max_length=MOST_LINES)  # type: ignore[call-arg]
    coupons = serializers.ListField(child=Text(), required=False, max_length=MOST_COUPONS, help_text="their codes")
    points = serializers.IntegerField(
        required=False, min_value=0, max_value=MOST_POINTS, help_text="how many are to pay for it"
    )


class SaleIn(Strict):
    """An order as POST /api/v1/orders/batch/ takes it, its prices before coupons, with what is to be spent on it."""

    order_no = Text(help_text="unique within the source of the token: the same number again is the same order")
    ordered_at = Text(help_text="2026-05-04T10:00:00+08:00; without an offset on the merchant's clock")
    store = Text(required=False, help_text="its code; may be left out where the token has one store")
    channel = Text(required=False)
    member_no = Text(required=False)
    phone = Text(required=False)
    email = Text(required=False)
    total = Number(required=False, help_text="of an order without lines; with lines it must be their sum")
    lines = LineIn(many=True, required=False, max_length=MOST_LINES)  # type: ignore[call-arg]
    coupons = serializers.ListField(child=Text(), required=False, max_length=MOST_COUPONS, help_text="their codes")
    points = serializers.IntegerField(
        required=False, min_value=0, max_value=MOST_POINTS, help_text="how many are to pay for it"
    )
    offline = Flag(
        required=False, help_text="true: sold while the desk could not be reached. The order is taken in any case"
    )


class ExchangeIn(Strict):
    """What comes back, and what is sold for it."""

    refund = RefundIn()
    order = SaleIn()


class CouponOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    off = serializers.CharField(help_text="what it took off")


class NotDone(serializers.Serializer[Any]):
    what = serializers.CharField(help_text="points, or the code of a coupon")
    error = serializers.CharField(help_text="why")


class PointsOut(serializers.Serializer[Any]):
    available = serializers.IntegerField()
    pending = serializers.IntegerField()
    debt = serializers.IntegerField()
    tier = serializers.CharField()


class QuotedOut(serializers.Serializer[Any]):
    total = serializers.CharField()
    coupons = CouponOut(many=True)
    points = serializers.IntegerField(help_text="how many pay for it")
    points_pay = serializers.CharField(help_text="what they pay")
    most_points = serializers.IntegerField(help_text="how many the member could let pay")
    to_pay = serializers.CharField(help_text="in money")
    earned = serializers.IntegerField()
    why_none = serializers.CharField(help_text="a code: why nothing is earned")
    refused = NotDone(many=True, help_text="what of the redemption is not done, and why")
    has = PointsOut(allow_null=True, help_text="the member afterwards; null: a guest")


class SoldOut(QuotedOut):
    order_no = serializers.CharField()
    outcome = serializers.ChoiceField(choices=["new", "same"])
    member = serializers.IntegerField(allow_null=True, help_text="our id; null: a guest")


class GivenBackOut(serializers.Serializer[Any]):
    order_no = serializers.CharField()
    status = serializers.CharField(help_text="of the order, now")
    member = serializers.IntegerField(allow_null=True)
    taken_back = serializers.IntegerField(help_text="points of what it had earned")
    returned = serializers.IntegerField(help_text="points of what had paid for it")
    coupons = serializers.ListField(child=serializers.CharField(), help_text="codes that can be used again")
    has = PointsOut(allow_null=True, help_text="the member afterwards; null: a guest")


class RefundedOut(GivenBackOut):
    refund_no = serializers.CharField()
    amount = serializers.CharField()


class ExchangedOut(serializers.Serializer[Any]):
    refund = RefundedOut()
    order = SoldOut()


__all__ = [
    "EnrolIn", "EnrolledOut", "EntryOut", "ExchangeIn", "ExchangedOut", "GivenBackOut", "LookUpIn", "QuoteIn",
    "QuotedOut", "RefundIn", "RefundedOut", "SaleIn", "SoldOut", "StandingOut",
]  # fmt: skip
