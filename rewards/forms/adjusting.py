"""Forms around points given or taken by hand."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.lib.money import SCALE
from members.rules.imports import amounts
from members.rules.imports.problems import BadValue
from rewards.models import Adjustment


class AdjustForm(forms.Form):
    """How many points, which way, and why. `key` is of this form: sent twice, it does its work once."""

    way = forms.TypedChoiceField(
        label=_("What to do"),
        choices=[("1", _("Give points")), ("-1", _("Take points"))],
        coerce=int,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    points = forms.CharField(
        label=_("How many points"),
        max_length=20,
        widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "numeric", "autocomplete": "off"}),
    )
    reason = forms.ChoiceField(
        label=_("Reason"), choices=Adjustment.Reason, widget=forms.Select(attrs={"class": "form-select"})
    )
    note = forms.CharField(
        label=_("Why, in your own words"),
        help_text=_("For your colleagues. It is deleted when the person is erased."),
        min_length=5,
        max_length=300,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.label_suffix = ""

    def clean_points(self) -> int:
        return whole_points(self.cleaned_data["points"])


def whole_points(text: str) -> int:
    """Points as people type them: 1200, 1,200 or full-width. A ValidationError says what is wrong."""
    try:
        units, _fix = amounts.amount(text, "", 0)
    except BadValue as bad:
        raise forms.ValidationError(
            _("“%(text)s” is no number of points. Write a whole number, such as 1200."), params={"text": text[:40]}
        ) from bad
    if units <= 0:
        raise forms.ValidationError(_("The number of points must be a whole number above zero."))
    return units // SCALE
