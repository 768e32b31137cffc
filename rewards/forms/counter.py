"""What a clerk types or scans at the counter."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from members import problems
from members.lib.money import plain
from members.models import Consent, Store
from members.queries import merchants
from members.rules.imports import amounts
from members.rules.imports.amounts import decimals_of
from members.rules.imports.problems import BadValue, Level, Problem
from rewards.forms.adjusting import whole_points

LINES: Final = 4
_MONEY: Final = {"class": "form-control", "inputmode": "decimal", "autocomplete": "off"}


def money(text: str) -> str:
    """An amount as people type it (1,234.50, full-width) as a plain text. A ValidationError says what is wrong."""
    currency = merchants.current().currency
    try:
        units, _fix = amounts.amount(text, currency, decimals_of(currency))
    except BadValue as bad:
        problem = Problem(0, Level.REJECT, bad.code, params={"currency": currency, **bad.params})
        raise forms.ValidationError(problems.reason(problem)) from bad
    if units <= 0:
        raise forms.ValidationError(_("The amount must be above zero. Give money back at the order it was paid for."))
    return plain(units)


def _text(**more: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", **more})


class _Form(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""


class FindForm(_Form):
    """One exact identifier, typed or scanned: a scanner types it and ends with Enter."""

    identifier = forms.CharField(
        label=_("Phone, card, member number, or the code of their card"),
        max_length=200,
        widget=_text(autofocus=True, enterkeyhint="search", spellcheck="false"),
    )


class EnrolForm(_Form):
    """Who joins at the counter, and what they allow."""

    phone = forms.CharField(label=_("Phone"), required=False, max_length=40, widget=_text(inputmode="tel"))
    email = forms.CharField(label=_("E-mail"), required=False, max_length=200, widget=_text(inputmode="email"))
    number = forms.CharField(
        label=_("Card number, when a card is handed out"), required=False, max_length=80, widget=_text()
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=120, widget=_text())
    store = forms.ChoiceField(label=_("Store"), widget=forms.Select(attrs={"class": "form-select"}))
    consents = forms.MultipleChoiceField(
        label=_("The member allows, asked one by one"),
        required=False,
        choices=Consent.Purpose,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, stores: Sequence[Store], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self.fields["store"], stores)


class SaleForm(_Form):
    """What is sold: its amount, or a few products; coupons and points that pay for it. `key` is of this form."""

    amount = forms.CharField(label=_("Amount"), required=False, max_length=40, widget=forms.TextInput(attrs=_MONEY))
    store = forms.ChoiceField(label=_("Store"), widget=forms.Select(attrs={"class": "form-select"}))
    codes = forms.MultipleChoiceField(label=_("Coupons"), required=False, widget=forms.CheckboxSelectMultiple)
    other_code = forms.CharField(label=_("Code of a printed coupon"), required=False, max_length=30, widget=_text())
    points = forms.CharField(
        label=_("Points to pay with"), required=False, max_length=20, widget=_text(inputmode="numeric")
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, stores: Sequence[Store], coupons: Sequence[tuple[str, str]] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        _choose(self.fields["store"], stores)
        self.fields["codes"].choices = coupons  # type: ignore[attr-defined]
        for n in range(LINES):
            self.fields[f"sku_{n}"] = forms.CharField(
                label=_("Product code"), required=False, max_length=80, widget=_text()
            )
            self.fields[f"line_{n}"] = forms.CharField(
                label=_("Amount of the line"), required=False, max_length=40, widget=forms.TextInput(attrs=_MONEY)
            )

    @property
    def line_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"sku_{n}"], self[f"line_{n}"]) for n in range(LINES)]

    @property
    def has_lines(self) -> bool:
        """Whether something stands in the lines, so that they are shown open."""
        return any(field.value() for pair in self.line_fields for field in pair)

    def clean_points(self) -> int:
        text = self.cleaned_data["points"]
        return whole_points(text) if text.strip() else 0

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        said["lines"] = [line for n in range(LINES) if (line := self._line(n, said))]
        text = said.get("amount", "")
        if text.strip():
            self._read("amount", text, said)
        elif not said["lines"] and not self.errors:
            self.add_error("amount", _("Enter the amount, or the products."))
        if text.strip() and said["lines"]:
            self.add_error("amount", _("Enter either the amount or the products; leave the other blank."))
        return said

    def _line(self, n: int, said: dict[str, Any]) -> dict[str, str] | None:
        sku, text = said.get(f"sku_{n}", "").strip(), said.get(f"line_{n}", "")
        if not sku and not text.strip():
            return None
        if not sku or not text.strip():
            self.add_error(f"sku_{n}" if not sku else f"line_{n}", _("A line needs a product code and an amount."))
            return None
        return {"sku": sku, "amount": value} if (value := self._read(f"line_{n}", text, said)) else None

    def _read(self, name: str, text: str, said: dict[str, Any]) -> str:
        try:
            said[name] = money(text)
        except forms.ValidationError as error:
            self.add_error(name, error)
            return ""
        return str(said[name])


class OrderForm(_Form):
    """The number of an order, as the receipt shows it."""

    number = forms.CharField(label=_("Order number"), max_length=120, widget=_text())


class ReturnForm(_Form):
    """How much money is given back of an order. `key` is of this form."""

    amount = forms.CharField(label=_("Amount to give back"), max_length=40, widget=forms.TextInput(attrs=_MONEY))
    key = forms.UUIDField(widget=forms.HiddenInput)

    def clean_amount(self) -> str:
        return money(self.cleaned_data["amount"])


class ExchangeForm(ReturnForm):
    """What is given back, and what is sold instead."""

    instead = forms.CharField(
        label=_("Amount of what is taken instead"), max_length=40, widget=forms.TextInput(attrs=_MONEY)
    )

    def clean_instead(self) -> str:
        return money(self.cleaned_data["instead"])


def _choose(field: forms.Field, stores: Sequence[Store]) -> None:
    """Of one store there is nothing to choose."""
    field.choices = [(store.code, store.name) for store in stores]  # type: ignore[attr-defined]
    if len(stores) == 1:
        field.initial, field.widget = stores[0].code, forms.HiddenInput()
