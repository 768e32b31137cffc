"""The form of a message template."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.lib.form_fields import dressed
from members.models import MessageTemplate
from members.queries import merchants
from members.rules import placeholders
from members.rules.imports import contacts
from members.services.contact import gateways

HELP = gettext_lazy(
    "May hold {name} (the member’s name), {shop}, {link} (what it is about) and {out} (the link to opt out);"
    " in answers to cases {text} and {case} (its number)."
)


class OutboxForm(forms.Form):
    """What of the messages is shown; what there is not shows all."""

    template: "forms.ModelChoiceField[MessageTemplate]" = forms.ModelChoiceField(
        label=gettext_lazy("Template"), queryset=None, required=False, empty_label=gettext_lazy("All")
    )
    reason = forms.ChoiceField(label=gettext_lazy("Why not"), required=False)

    def __init__(
        self, *args: Any, templates: QuerySet[MessageTemplate], reasons: Mapping[str, str | Promise], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = templates  # type: ignore[attr-defined]
        self.fields["reason"].choices = [("", _("All")), *reasons.items()]  # type: ignore[attr-defined]
        dressed(self.fields)

    def conditions(self) -> dict[str, object]:
        """What of it is asked for and can be."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class TryForm(forms.Form):
    """Whose phone a text message is tried on."""

    phone = forms.CharField(
        label=gettext_lazy("Phone"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self.fields)

    def clean_phone(self) -> str:
        found, _fix = contacts.phone(self.cleaned_data["phone"], merchants.region())
        if not found.startswith("+"):
            raise forms.ValidationError(_("This is no phone number."))
        return found


class TemplateForm(forms.ModelForm):  # type: ignore[type-arg]
    """Both languages; a mail has subjects; every message says how to opt out."""

    class Meta:
        model = MessageTemplate
        fields = (
            "name", "channel", "purpose", "subject_zh", "body_zh", "subject_en", "body_en", "gateway_code", "is_active",
        )  # fmt: skip
        widgets = {"body_zh": forms.Textarea(attrs={"rows": 4}), "body_en": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"body_zh": HELP, "body_en": HELP}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self.fields)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name in ("subject_zh", "body_zh", "subject_en", "body_en"):
            if wrong := placeholders.unknown(said.get(name) or ""):
                self.add_error(name, _("“%(name)s” means nothing here. %(help)s") % {"name": wrong[0], "help": HELP})
            elif name.startswith("body") and "{out}" not in (said.get(name) or ""):
                self.add_error(name, _("Say how to opt out: put {out} into the text."))
            elif name.startswith("subject") and said.get("channel") == "email" and not said.get(name):
                self.add_error(name, _("A mail needs a subject."))
        if said.get("is_active") and not said.get("gateway_code") and _needs_code(said.get("channel")):
            self.add_error("gateway_code", _("Give the code of the text that the SMS provider has approved."))
        return said


def _needs_code(channel: str | None) -> bool:
    return channel in MessageTemplate.Channel.values and gateways.of_channel(str(channel)).needs_code
