import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from members.lib.actor import Actor
from members.lib.money import SCALE
from members.lib.registry import webhook_events
from members.lib.roles import ALL_STORES, Right, Role, Scope
from members.models import Consent, Exclusion, ShopConnection, Store, Target
from members.queries import scope
from members.queries import staff as staff_queries
from members.services import member_requests


def _date_widget() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")


def _text_widget() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})


def _choice_widget() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


class ExclusionForm(forms.Form):
    """Which days of a member's purchases count in no report, and why."""

    reason = forms.ChoiceField(label=_("Reason"), choices=Exclusion.Reason, widget=_choice_widget())
    from_date = forms.DateField(label=_("First day"), widget=_date_widget())
    to_date = forms.DateField(label=_("Last day, if known"), required=False, widget=_date_widget())


class EndForm(forms.Form):
    """The last day of an exclusion."""

    last_day = forms.DateField(label=_("Last day"), widget=_date_widget())


class OtherRecordForm(forms.Form):
    """One exact identifier of the other record of the same person."""

    identifier = forms.CharField(
        label=_("Number, card or phone of the other record"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )


class ConsentForm(forms.Form):
    """What a member allows or withdraws, and how they said so."""

    given = forms.TypedChoiceField(
        label=_("The member"),
        choices=[("yes", _("allows")), ("no", _("withdraws or refuses"))],
        coerce=lambda said: said == "yes",
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    purpose = forms.ChoiceField(label=_("Purpose"), choices=Consent.Purpose, widget=_choice_widget())
    channel = forms.ChoiceField(label=_("By"), choices=Consent.Channel, required=False, widget=_choice_widget())
    happened_on = forms.DateField(label=_("Said on"), widget=_date_widget())
    source = forms.ChoiceField(
        label=_("How it was said"), choices=Consent.Source, widget=forms.Select(attrs={"class": "form-select"})
    )
    wording = forms.CharField(
        label=_("Wording or version of the text, if known"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )


class EraseForm(forms.Form):
    """Why a person is erased, and their number once more."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=member_requests.GROUNDS,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    number = forms.CharField(
        label=_("Member number, typed once more"),
        max_length=80,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, number: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._number = number

    def clean_number(self) -> str:
        typed: str = self.cleaned_data["number"]
        if typed.strip().casefold() != self._number.casefold():
            raise forms.ValidationError(_("This is not the number of the member shown above."))
        return typed


class LookUpForm(forms.Form):
    """One exact identifier, typed or scanned at the counter."""

    identifier = forms.CharField(
        label=_("Phone, card or member number"),
        max_length=200,
        widget=forms.TextInput(
            attrs={"class": "form-control", "autocomplete": "off", "inputmode": "search", "autofocus": True}
        ),
    )


class TargetForm(forms.Form):
    """What a figure should reach from a day on: a percentage, an amount or a number of people. Empty: no target."""

    value = forms.DecimalField(
        label=_("Target"),
        required=False,
        max_digits=14,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "decimal"}),
    )
    valid_from = forms.DateField(label=_("Applies from"), widget=_date_widget())

    def __init__(self, metric: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.metric = metric

    def clean_value(self) -> int | None:
        """In the units of the model."""
        value = self.cleaned_data["value"]
        if value is None:
            return None
        units = {Target.Metric.REPEAT_RATE: 100, Target.Metric.SALES: SCALE, Target.Metric.ACTIVE_MEMBERS: 1}
        if value <= 0 or (self.metric == Target.Metric.REPEAT_RATE and value > 100):
            raise forms.ValidationError(_("Write a number above zero; a rate has at most 100 percent."))
        if self.metric == Target.Metric.ACTIVE_MEMBERS and value != int(value):
            raise forms.ValidationError(_("Members are counted in whole numbers."))
        return int(value * units[Target.Metric(self.metric)])


class StaffForm(forms.Form):
    """Who somebody is, what they may do and where: of an invitation, and of who works here already."""

    display_name = forms.CharField(label=_("Name"), max_length=80, widget=_text_widget())
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("For reports by mail, and for a new password when the old one is forgotten."),
        widget=forms.EmailInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        initial=Role.CLERK,  # who does not look gives away the least
        help_text=_("Store managers and clerks work in the stores ticked below; the others see all stores."),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    stores: "forms.ModelMultipleChoiceField[Store]" = forms.ModelMultipleChoiceField(
        label=_("Stores"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        roles = staff_queries.givable(actor)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]
        self.fields["stores"].queryset = scope.stores(actor).order_by("code")  # type: ignore[attr-defined]
        asked = self.data.get("role", "")
        if asked in Role.values and asked not in roles:  # not a slip of the hand: the page does not offer it
            raise PermissionDenied(Right.SETTINGS)

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])

    def clean(self) -> dict[str, Any]:
        """Who works in stores needs one, or would see nothing; who sees all is in none."""
        values = super().clean() or {}
        role = values.get("role")
        if role in ALL_STORES:
            values["stores"] = []
        elif role and "stores" in values and not values["stores"]:
            self.add_error("stores", _("Store managers and clerks need at least one store."))
        return values


class TokenForm(forms.Form):
    """What an API token is for, in which stores, until when."""

    name = forms.CharField(
        label=_("Name of the token"),
        max_length=60,
        help_text=_("Who uses it, for example “Till 3, West Lake”. It stands in the audit."),
        widget=_text_widget(),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    every_store = forms.BooleanField(label=_("All stores, those to come too"), required=False)
    stores = forms.MultipleChoiceField(label=_("Stores"), required=False, widget=forms.CheckboxSelectMultiple)
    source = forms.CharField(
        label=_("Source of its orders"),
        max_length=60,
        initial="api",
        help_text=_("Order numbers are unique within a source. The same source as of the files joins both."),
        widget=_text_widget(),
    )
    last_day = forms.DateField(
        label=_("Valid until"), help_text=_("With this day; a year at most."), widget=_date_widget()
    )

    def __init__(self, stores: Iterable[Store], zone: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self._stores = {store.code: store for store in stores}
        self._zone = zone
        field: Any = self.fields["stores"]
        field.choices = [(store.code, store.name) for store in self._stores.values()]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if not found.get("every_store") and not found.get("stores") and "stores" not in self.errors:
            self.add_error("stores", _("Choose at least one store, or all of them."))
        return found

    def terms(self) -> dict[str, Any]:
        """As the service takes them."""
        found = self.cleaned_data
        chosen = None if found["every_store"] else [self._stores[code] for code in found["stores"]]
        end = dt.datetime.combine(found["last_day"] + dt.timedelta(days=1), dt.time(), ZoneInfo(self._zone))
        return {
            "name": found["name"], "scopes": [Scope(scope) for scope in found["scopes"]], "stores": chosen,
            "source": found["source"], "expires_at": end,
        }  # fmt: skip


class ConnectionForm(forms.Form):
    """A shop system that will send its orders here. An empty secret lets us make one, which Shopify does not take."""

    kind = forms.ChoiceField(label=_("Shop system"), choices=ShopConnection.Kind, widget=_choice_widget())
    name = forms.CharField(label=_("Name of the shop"), max_length=60, widget=_text_widget())
    store: "forms.ModelChoiceField[Store]" = forms.ModelChoiceField(
        label=_("Store its orders count for"), queryset=None, empty_label=None, widget=_choice_widget()
    )
    source = forms.CharField(
        label=_("Source of its orders"),
        max_length=60,
        required=False,
        help_text=_("Left empty, it is that of the shop’s export files, so that an order is not counted twice."),
        widget=_text_widget(),
    )
    secret = forms.CharField(
        label=_("Secret"),
        max_length=200,
        required=False,
        help_text=_(
            "Shopify shows it below its list of webhooks. For WooCommerce leave it empty: one is made for you."
        ),
        widget=_text_widget(),
    )

    def __init__(self, stores: QuerySet[Store], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["store"].queryset = stores.order_by("code")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        found["source"] = found.get("source") or found.get("kind", "")
        if found.get("kind") == ShopConnection.Kind.SHOPIFY and not found.get("secret"):
            self.add_error("secret", _("Shopify makes the secret: copy it from there."))
        return found


class WebhookForm(forms.Form):
    """Another system to be told when something happens here."""

    name = forms.CharField(label=_("Name of the other system"), max_length=60, widget=_text_widget())
    url = forms.CharField(
        label=_("Address"), max_length=500, help_text=_("It begins with https://."), widget=_text_widget()
    )
    events = forms.MultipleChoiceField(label=_("What it is told"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["events"].choices = list(webhook_events.items())  # type: ignore[attr-defined]
