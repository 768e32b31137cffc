"""The form of a theme."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from members.lib.form_fields import dressed


class ThemeForm(forms.Form):
    """Names and words; one word or phrase a line."""

    name_zh = forms.CharField(label=gettext_lazy("Name, Chinese"), max_length=40)
    name_en = forms.CharField(label=gettext_lazy("Name, English"), max_length=40)
    words = forms.CharField(
        label=gettext_lazy("Words, one a line"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("Chinese is found within a sentence, English as whole words; case does not matter."),
    )
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self.fields)
        self.fields["is_active"].widget.attrs["class"] = "form-check-input"
