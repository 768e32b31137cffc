"""The forms of the call desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from surveys.models import Call

DATE = forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")


class CallForm(forms.Form):
    """What came of a call. `seen`: how many calls there had been when the page was opened."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What came of it?"), choices=Call.Outcome.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("What was said"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )  # fmt: skip
    next_step = forms.CharField(
        label=gettext_lazy("Next step"), required=False, max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )  # fmt: skip
    again_on = forms.DateField(
        label=gettext_lazy("Call again on"), required=False, widget=DATE,
        help_text=gettext_lazy("For “no answer” and “call again”; empty: tomorrow."),
    )  # fmt: skip
    seen = forms.IntegerField(min_value=0, max_value=32_000, widget=forms.HiddenInput)


class PlanForm(forms.Form):
    """Why a member is to be called, and by when."""

    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )  # fmt: skip
    script = forms.CharField(
        label=gettext_lazy("What to say"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
    )  # fmt: skip
    due_on = forms.DateField(label=gettext_lazy("By"), widget=DATE)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.fields[name].widget.attrs.setdefault("class", "form-control")
