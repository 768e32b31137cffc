"""The public form for complaints: two fields, the second one as its sender likes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

LONGEST = 4_000


class ComplaintForm(forms.Form):
    """What happened, and how to reach who says so."""

    text = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": gettext_lazy("Please write down what happened."),
            "max_length": gettext_lazy("That is more than we can take: 4,000 signs at most. Your text is still here."),
        },
    )
    contact = forms.CharField(
        label=gettext_lazy("Phone or e-mail, if you would like an answer"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
        error_messages={"max_length": gettext_lazy("Please leave one phone number or address, 200 signs at most.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs.pop("maxlength", None)  # which would cut a pasted text without a word

    @property
    def faults(self) -> int:
        return len(self.errors)
