"""The form that brings a file of points."""

from django import forms
from django.utils.translation import gettext_lazy as _

from rewards.models import PointsFile


class PointsFileForm(forms.Form):
    """Which file, and whether its points were brought along from elsewhere or are given now."""

    kind = forms.ChoiceField(
        label=_("What the file holds"),
        choices=[
            (PointsFile.Kind.OPENING, _("Opening balances from another system")),
            (PointsFile.Kind.ADJUST, _("Points to be given or taken now")),
        ],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    file = forms.FileField(
        label=_("CSV or Excel file"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".csv,.tsv,.txt,.xlsx,text/csv"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.label_suffix = ""
