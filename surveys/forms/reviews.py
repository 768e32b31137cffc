"""The forms for a file of reviews, and for one of cases."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from members.lib.form_fields import dressed

MOST_BYTES = 20 * 1024 * 1024


class ReviewsForm(forms.Form):
    """A file, where it comes from, the day of reviews without one, and whether to write it."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy(
            "Headings: number, date, rating (1 to 5), text, store, member, product; “theme:” and its code for what it"
            " says of a theme (positive, neutral, negative)."
        ),
    )
    source = forms.CharField(label=gettext_lazy("Where the reviews were left"), max_length=60)
    day = forms.DateField(
        label=gettext_lazy("Day of reviews without a date"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    dry_run = forms.BooleanField(
        label=gettext_lazy("Only try it: say what would happen, write nothing"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self.fields)
        self.fields["dry_run"].widget.attrs["class"] = "form-check-input"

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(gettext_lazy("The file is larger than 20 MB. Send it in parts."))
        return file


class CasesForm(ReviewsForm):
    """The same of complaints and service cases."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy(
            "Headings: number, text, opened, first_response, resolved, state, priority, channel, kind, outcome, cause,"
            " contact, staff, store, member. Only number and text are needed."
        ),
    )
    source = forms.CharField(
        label=gettext_lazy("Where the cases come from"), max_length=60,
        help_text=gettext_lazy("The desk or system that numbered them. With its number a case is here once."),
    )  # fmt: skip
    day = forms.DateField(
        label=gettext_lazy("Day of cases without any time"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
