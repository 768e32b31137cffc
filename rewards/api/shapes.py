"""What the till API takes and gives, field by field; what a value means is judged by the services."""

from typing import Any

from rest_framework import serializers

from members.api.shapes import LookUpIn, Strict, Text
from members.models import Consent
from rewards.models import Entry


class ConsentIn(Strict):
    purpose = serializers.ChoiceField(choices=Consent.Purpose.choices)
    channel = serializers.ChoiceField(choices=Consent.Channel.choices, required=False, help_text="left out: every one")


class EnrolIn(Strict):
    """At least one of phone, email and number."""

    store = Text(required=False, help_text="its code; may be left out where the token has one store")
    phone = Text(required=False)
    email = Text(required=False)
    number = Text(required=False, help_text="of a card that is handed out; without it the desk gives a number")
    name = Text(required=False)
    consents = ConsentIn(  # type: ignore[call-arg]
        many=True, required=False, max_length=20, help_text="what the new member allows, said at the counter"
    )


class EnrolledOut(serializers.Serializer[Any]):
    member = serializers.IntegerField(help_text="our id of the member, for balance and history")
    existing = serializers.BooleanField(help_text="true: known before, and nothing was changed")


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


class EntryOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Entry.Kind.choices)
    points = serializers.IntegerField(help_text="negative: they went")
    reason = serializers.CharField(help_text="a code; may be empty")
    order_no = serializers.CharField(allow_null=True)
    happened_at = serializers.DateTimeField()
    expires_on = serializers.DateField(allow_null=True, help_text="of points that came: their last day")


__all__ = ["EnrolIn", "EnrolledOut", "EntryOut", "LookUpIn", "StandingOut"]
