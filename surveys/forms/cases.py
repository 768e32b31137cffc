"""The forms around a case."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from members.lib.display import in_language
from members.lib.form_fields import dressed
from members.models import Store
from rewards.models import CouponOffer
from surveys.models import Case, CaseEntry
from surveys.queries import cases as queries

KEY = r"^[A-Za-z0-9_-]{8,40}$"


def fresh_key() -> str:
    """What a form carries that is drawn: sent twice, it does its work once."""
    return secrets.token_urlsafe(12)


class OpenForm(forms.Form):
    """What somebody told us. `member`: an exact number, card or phone; empty for somebody who is no member.

    `key`: sent twice it is one case; without one, each is a case of its own.
    """

    text = forms.CharField(
        label=gettext_lazy("What happened?"), max_length=8_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=Case.Kind.choices)
    intake = forms.ChoiceField(label=gettext_lazy("How it came in"), choices=Case.Intake.choices)
    store = forms.ModelChoiceField(label=gettext_lazy("Store"), queryset=Store.objects.none(), required=False)
    member = forms.CharField(label=gettext_lazy("Member number, card or phone"), max_length=120, required=False)
    contact = forms.CharField(
        label=gettext_lazy("How to reach the customer, if no member"), max_length=200, required=False
    )
    cause = forms.ChoiceField(label=gettext_lazy("Cause, if it is clear already"), required=False)
    staff = forms.CharField(label=gettext_lazy("Whom of the staff it is about"), max_length=80, required=False)
    key = forms.RegexField(regex=KEY, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, stores: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["store"].queryset = stores  # type: ignore[attr-defined]
        self.fields["intake"].choices = [  # type: ignore[attr-defined]
            (value, label) for value, label in Case.Intake.choices if value not in {"survey", "file", "review"}
        ]
        self.fields["cause"].choices = cause_choices()  # type: ignore[attr-defined]
        dressed(self.fields)


def cause_choices() -> list[Any]:
    """All causes by their groups, after an empty one."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for cause in queries.causes():
        group = in_language(cause.parent.name_zh, cause.parent.name_en) if cause.parent else ""
        groups.setdefault(group, []).append((cause.code, in_language(cause.name_zh, cause.name_en)))
    return [("", "—"), *groups.items()]


class ReplyForm(forms.Form):
    """An answer to the customer, and how it was given."""

    text = forms.CharField(
        label=gettext_lazy("What you told the customer"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    way = forms.ChoiceField(label=gettext_lazy("How"), choices=CaseEntry.Way.choices)
    send = forms.BooleanField(
        label=gettext_lazy("Send e-mails and text messages from here"), required=False, initial=True
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self.fields)


class CompensateForm(forms.Form):
    """Points or a coupon. `key`: sent twice it is given once."""

    points = forms.IntegerField(label=gettext_lazy("Points"), min_value=1, max_value=1_000_000, required=False)
    coupon = forms.ModelChoiceField(
        label=gettext_lazy("Coupon"), queryset=CouponOffer.objects.none(), required=False, empty_label="—"
    )
    note = forms.CharField(label=gettext_lazy("Why"), max_length=300)
    key = forms.RegexField(regex=KEY, widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, offers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["coupon"].queryset = offers  # type: ignore[attr-defined]
        dressed(self.fields)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and bool(said.get("points")) == bool(said.get("coupon")):
            self.add_error("points", gettext_lazy("Give points or a coupon: one of the two."))
        return said


class MemberForm(forms.Form):
    """Who the customer is."""

    member = forms.CharField(label=gettext_lazy("Member number, card or phone"), max_length=120)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self.fields)


class NoteForm(forms.Form):
    """Something to remember, or what the customer said. `key`: sent twice it is written once."""

    text = forms.CharField(label=gettext_lazy("Note"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 2}))
    from_customer = forms.BooleanField(label=gettext_lazy("The customer said so"), required=False)
    key = forms.RegexField(regex=KEY, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs |= {"class": "form-control"}


class ResolveForm(forms.Form):
    """How it ended."""

    outcome = forms.ChoiceField(label=gettext_lazy("How it ended"), choices=Case.Outcome.choices[1:])
    cause = forms.ChoiceField(label=gettext_lazy("Cause"), required=False)
    text = forms.CharField(
        label=pgettext_lazy("case", "What was done"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].choices = cause_choices()  # type: ignore[attr-defined]
        dressed(self.fields)
