"""Forms around what is known of people: see it, take it along, have it handed over or erased, decide about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.services import contacts, member_requests

_FEW_WORDS = 5  # letters; fewer explain nothing


class _Form(forms.Form):
    """Labels without a colon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


def _words(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "form-control", "rows": rows})


class RevealForm(forms.Form):
    """Why a contact is shown."""

    reason = forms.ChoiceField(label=_("Reason"), choices=contacts.REASONS, widget=_select())


class AskForm(_Form):
    """What head office should do about a member, and why."""

    what = forms.ChoiceField(
        label=_("What should be done"),
        choices=[
            (member_requests.HAND_OVER, _("Hand over all data that is kept about the person")),
            (member_requests.ERASE, _("Erase the person for good")),
        ],
        widget=_select(),
    )
    ground = forms.ChoiceField(label=_("Ground"), choices=member_requests.GROUNDS, widget=_select())
    reason = forms.CharField(
        label=_("What the one who decides should know"),
        help_text=_("How the person asked, and how you know that it was them."),
        min_length=_FEW_WORDS,
        max_length=300,
        widget=_words(3),
    )


class DecisionForm(_Form):
    """A word to who asked; a no needs one."""

    answer = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    note = forms.CharField(
        label=_("Your note to who asked"),
        help_text=_("Needed when you decline."),
        required=False,
        max_length=300,
        widget=_words(),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("answer") == "no" and not values.get("note"):
            self.add_error("note", _("Say why you decline, so that the other one knows what to change."))
        return values


class ExportForm(_Form):
    """Whether contacts are whole in a file, and then why."""

    whole = forms.BooleanField(
        label=_("With whole phones and e-mails"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    reason = forms.CharField(
        label=_("What whole contacts are needed for"),
        help_text=_("It stands in the audit for good: name the purpose, no people."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("whole") and len(values.get("reason", "")) < _FEW_WORDS:
            self.add_error("reason", _("Whole contacts need a reason of a few words."))
        return values
