"""The forms of rules of points: a draft, its multipliers, its events, and when it begins."""

import re
from typing import Any

from django import forms
from django.utils import dates
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Product
from rewards.forms.offers import dressed, products
from rewards.models import EventRule, Multiplier, PointsRules

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
SPARE = 2  # empty rows for what is new
PRODUCTS = "product_skus"


class RulesForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a version says, besides its multipliers and events."""

    product_skus = forms.CharField(
        label=gettext_lazy("Products (SKUs)"),
        required=False,
        max_length=8_000,
        help_text=gettext_lazy("Separated by commas or blanks. Empty: all goods."),
    )

    class Meta:
        model = PointsRules
        fields = (
            "points", "per", "minimum", "rounding", "per_order", "per_day", "pending_days", "expiry", "expiry_length",
            "refund", "cash_points", "cash_amount", "cash_minimum", "cash_percent", "offline", "stores",
            "all_but_stores", "channels", "all_but_channels", "categories", "all_but_categories", PRODUCTS,
            "all_but_products",
        )  # fmt: skip
        widgets = dict.fromkeys(("stores", "channels", "categories"), forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self.fields)
        if self.instance.pk:
            self.fields[PRODUCTS].initial = ", ".join(self.instance.products.values_list("sku", flat=True))

    def clean_product_skus(self) -> list[Product]:
        return products([sku for sku in re.split(r"[\s,，、;；]+", self.cleaned_data[PRODUCTS]) if sku])

    def clean_per(self) -> Any:
        per = self.cleaned_data["per"]
        if per is None or per <= 0:
            raise forms.ValidationError(_("The amount that points are given for must be above zero."))
        return per

    def clean_cash_percent(self) -> int:
        percent: int = self.cleaned_data["cash_percent"]
        if percent > 100:
            raise forms.ValidationError(_("Take a whole number from 0 to 100."))
        return percent


class MultiplierForm(forms.ModelForm):  # type: ignore[type-arg]
    """More points on some days or for some tiers; a row without a name is none."""

    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("weekdays"), required=False, coerce=int, choices=list(dates.WEEKDAYS_ABBR.items()),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    month_days = forms.CharField(
        label=gettext_lazy("days of the month"), required=False, max_length=100,
        help_text=gettext_lazy("For a member day: 8, or 8, 18, 28."),
    )  # fmt: skip

    class Meta:
        model = Multiplier
        fields = ("name", "percent", "first_day", "last_day", "weekdays", "month_days", "tiers")
        widgets = {"first_day": DATE, "last_day": DATE, "tiers": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.empty_permitted, self.use_required_attribute = self.instance.pk is None, False
        self.fields["name"].required = self.fields["percent"].required = False
        dressed(self.fields)

    def clean_month_days(self) -> list[int]:
        said = re.findall(r"[^\s,，、;；]+", str(self.cleaned_data["month_days"]))
        if not all(day.isdecimal() and 1 <= int(day) <= 31 for day in said):
            raise forms.ValidationError(_("Name days from 1 to 31, separated by commas."))
        return sorted({int(day) for day in said})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("name") and not cleaned.get("percent"):
            self.add_error("percent", _("Say how many percent: 150 is one and a half."))
        return cleaned


class EventForm(forms.ModelForm):  # type: ignore[type-arg]
    """Points for what is no purchase; 0 points: none."""

    class Meta:
        model = EventRule
        fields = ("event", "points", "times", "per")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self.fields)


class PublishForm(forms.Form):
    """From when on, and what the one who decides should know."""

    first_day = forms.DateField(label=gettext_lazy("First day"), widget=DATE)
    reason = forms.CharField(
        label=gettext_lazy("What the one who decides should know"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self.fields)


def multiplier_forms(draft: PointsRules, data: Any = None) -> list[MultiplierForm]:
    """A form for each multiplier of the draft, and some to spare."""
    known = list(draft.multipliers.prefetch_related("tiers")) if draft.pk else []
    made = [*known, *(Multiplier() for _spare in range(SPARE))]
    return [
        MultiplierForm(
            data, instance=one, prefix=f"m{number}", initial={"month_days": ", ".join(map(str, one.month_days))}
        )
        for number, one in enumerate(made)
    ]


def event_forms(draft: PointsRules, data: Any = None) -> list[EventForm]:
    """A form for each kind of event."""
    known = {one.event: one for one in draft.events.all()} if draft.pk else {}
    rows = [known.get(event) or EventRule(event=event, points=0) for event in EventRule.Event]
    return [EventForm(data, instance=one, prefix=f"e{number}") for number, one in enumerate(rows)]
