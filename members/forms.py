from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.lib.money import SCALE
from members.models import Exclusion, Target


def _date_widget() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")


class ExclusionForm(forms.Form):
    """Which days of a member's purchases count in no report, and why."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=Exclusion.Reason, widget=forms.Select(attrs={"class": "form-select"})
    )
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
