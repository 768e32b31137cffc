"""The forms of coupon offers and gifts."""

import re
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.lib import form_fields
from members.models import Product
from members.queries import merchants
from members.rules.imports.amounts import decimals_of
from rewards.models import CouponOffer, Gift

LONGEST = 3_660  # days from its issue
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
# What a coupon is good for was promised to who holds one: once one is issued, this stays as it is.
PROMISED = (
    "kind", "amount", "percent", "at_most", "gift_sku", "threshold", "nth_purchase", "first_day", "stores",
    "product_skus", "categories", "combines", "with_points",
)  # fmt: skip


def dressed(fields: dict[str, forms.Field]) -> None:
    """The classes that the components of the pages draw; amounts to the smallest coin of the currency."""
    in_money(fields)
    form_fields.dressed(fields)


def in_money(fields: dict[str, forms.Field]) -> None:
    """An amount with more decimals than the currency has is refused: it would be shown, and charged, as another one."""
    currency = merchants.current().currency
    decimals = decimals_of(currency)
    for field in fields.values():
        if isinstance(field, forms.DecimalField):
            field.validators.append(partial(_whole_coins, currency=currency, decimals=decimals))


def _whole_coins(amount: Decimal, *, currency: str, decimals: int) -> None:
    if amount != round(amount, decimals):
        said = {"currency": currency, "decimals": decimals}
        if decimals:
            raise forms.ValidationError(_("Amounts in %(currency)s have at most %(decimals)s decimals."), params=said)
        raise forms.ValidationError(_("Amounts in %(currency)s have no decimals."), params=said)


class OfferForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a coupon is good for and how many there may be."""

    gift_sku = forms.CharField(label=gettext_lazy("Product for nothing (SKU)"), required=False, max_length=80)
    product_skus = forms.CharField(
        label=gettext_lazy("Only these products (SKUs)"),
        required=False,
        max_length=4_000,
        help_text=gettext_lazy("Separated by commas or blanks. Empty, with no category chosen: all goods."),
    )

    class Meta:
        model = CouponOffer
        fields = (
            "name", "kind", "amount", "percent", "at_most", "gift_sku", "threshold", "nth_purchase", "first_day",
            "last_day", "valid_days", "stores", "product_skus", "categories", "stock", "per_member", "combines",
            "with_points", "on_cancel", "is_active",
        )  # fmt: skip
        widgets = {
            "first_day": DATE, "last_day": DATE, "stores": forms.CheckboxSelectMultiple,
            "categories": forms.CheckboxSelectMultiple,
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self.fields)
        offer = self.instance
        if offer.pk:
            self.fields["gift_sku"].initial = offer.gift.sku if offer.gift else ""
            self.fields["product_skus"].initial = ", ".join(offer.products.values_list("sku", flat=True))
        for name in PROMISED if offer.issued else ():
            self.fields[name].disabled = True

    def clean_gift_sku(self) -> Product | None:
        sku = self.cleaned_data["gift_sku"].strip()
        return products([sku])[0] if sku else None

    def clean_product_skus(self) -> list[Product]:
        return products([sku for sku in re.split(r"[\s,，、;；]+", self.cleaned_data["product_skus"]) if sku])

    def clean_stock(self) -> int | None:
        return _enough(self.cleaned_data["stock"], self.instance.issued)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        needed = {"amount": "amount", "percent": "percent", "gift": "gift_sku"}.get(cleaned.get("kind", ""), "")
        if needed and not cleaned.get(needed) and needed not in self.errors:
            self.add_error(needed, _("This kind of coupon needs it."))
        if cleaned.get("amount") is not None and cleaned["amount"] <= 0:
            self.add_error("amount", _("The amount must be above zero."))
        if (cleaned.get("valid_days") or 0) > LONGEST:
            self.add_error("valid_days", _("At most %(n)s days.") % {"n": LONGEST})
        if (cleaned.get("percent") or 0) > 100:
            self.add_error("percent", _("Take a whole number from 1 to 100."))
        _in_order(self, cleaned)
        self.instance.gift = cleaned.get("gift_sku") or None
        return cleaned


class GiftForm(forms.ModelForm):  # type: ignore[type-arg]
    """Something that points buy."""

    class Meta:
        model = Gift
        fields = (
            "name", "kind", "points", "coupon", "unit_cost", "worth", "stock", "per_member", "first_day", "last_day",
            "is_active",
        )  # fmt: skip
        widgets = {"first_day": DATE, "last_day": DATE}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self.fields)
        for name in ("kind", "coupon") if self.instance.given else ():
            self.fields[name].disabled = True

    def clean_points(self) -> int:
        points: int = self.cleaned_data["points"]
        if points < 1:
            raise forms.ValidationError(_("A gift takes at least one point."))
        return points

    def clean_stock(self) -> int | None:
        return _enough(self.cleaned_data["stock"], self.instance.given)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        is_coupon = cleaned.get("kind") == Gift.Kind.COUPON
        if is_coupon and not cleaned.get("coupon"):
            self.add_error("coupon", _("Choose the offer whose coupon the points buy."))
        if not is_coupon:
            self.instance.coupon = cleaned["coupon"] = None
        _in_order(self, cleaned)
        return cleaned


class IssueForm(forms.Form):
    """Whom to give a coupon to, by an exact identifier. `key` is of this form: sent twice, it does its work once."""

    who = forms.CharField(
        label=gettext_lazy("Member number, phone or e-mail"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


class CodesForm(forms.Form):
    """How many codes to make."""

    count = forms.IntegerField(
        label=gettext_lazy("How many codes"),
        min_value=1,
        max_value=5_000,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )


def products(skus: list[str]) -> list[Product]:
    found = {product.sku: product for product in Product.objects.filter(sku__in=skus)}
    if unknown := [sku for sku in skus if sku not in found]:
        raise forms.ValidationError(_("No product has the SKU %(skus)s."), params={"skus": ", ".join(unknown[:5])})
    return [found[sku] for sku in dict.fromkeys(skus)]


def _enough(stock: int | None, out: int) -> int | None:
    if stock is not None and stock < out:
        raise forms.ValidationError(_("%(out)s are out already; there cannot be fewer."), params={"out": out})
    return stock


def _in_order(form: forms.BaseForm, cleaned: dict[str, Any]) -> None:
    first, last = cleaned.get("first_day"), cleaned.get("last_day")
    if first and last and last < first:
        form.add_error("last_day", _("The last day is before the first."))
