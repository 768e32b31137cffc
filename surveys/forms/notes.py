"""The form of a note."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.lib.actor import Actor
from members.lib.form_fields import dressed
from members.models import Member, Store
from members.queries import look_up, people
from members.queries import scope as member_scope
from surveys.models import Note

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class NoteRecordForm(forms.Form):
    """What was learnt, of whom or where. `member`: an exact number, card or phone, or empty."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Note.Kind.choices)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("What was learnt"), max_length=8_000, widget=forms.Textarea(attrs={"rows": 8})
    )
    business_date = forms.DateField(label=gettext_lazy("Day"), widget=DATE)
    store = forms.ModelChoiceField(label=gettext_lazy("Store"), queryset=Store.objects.none(), required=False)
    member = forms.CharField(label=gettext_lazy("Member number, card or phone"), max_length=120, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["store"].queryset = member_scope.stores(actor)  # type: ignore[attr-defined]
        dressed(self.fields)

    def clean_business_date(self) -> Any:
        day = self.cleaned_data["business_date"]
        if day > people.today():
            raise forms.ValidationError(_("This day is still to come."))
        return day

    def clean_member(self) -> Member | None:
        given = self.cleaned_data["member"].strip()
        if not given:
            return None
        found = look_up.exactly(self.actor, given).first()
        if found is None:
            text = _("No member has exactly the number, card or phone “%(text)s”.")
            raise forms.ValidationError(text % {"text": given})
        return found
