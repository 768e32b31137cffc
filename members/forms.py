from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Exclusion


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
