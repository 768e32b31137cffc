"""Forms around tiers: what a draft says, when it begins, and a special tier for one member."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rewards.forms.offers import in_money
from rewards.models import Tier, TierRules
from rewards.services.tier_rules import Asked

_CONTROL = {"class": "form-control"}
_FEW_WORDS = 5  # letters; fewer explain nothing


class _Form(forms.Form):
    """Labels without a colon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""


class DraftForm(forms.ModelForm):  # type: ignore[type-arg]  # its argument exists in the stubs only
    """One version of the rules, as long as it is a draft: how it counts, and what each tier takes."""

    class Meta:
        model = TierRules
        fields = ["window", "months", "any_condition", "down", "grace_days"]
        widgets = {
            "window": forms.Select(attrs={"class": "form-select"}),
            "months": forms.NumberInput(attrs={**_CONTROL, "min": 1}),
            "any_condition": forms.Select(
                attrs={"class": "form-select"},
                choices=[(True, _("One condition is enough")), (False, _("All conditions"))],
            ),
            "down": forms.Select(attrs={"class": "form-select"}),
            "grace_days": forms.NumberInput(attrs={**_CONTROL, "min": 0}),
        }

    def __init__(self, *args: Any, ladder: list[Tier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.ladder = ladder
        said = {one.tier_id: one for one in self.instance.conditions.all()}
        for tier in ladder:
            known = said.get(tier.pk)
            for name, field in _asked().items():
                self.fields[f"{tier.code}-{name}"] = field
                self.initial[f"{tier.code}-{name}"] = getattr(known, name, None)
        in_money(self.fields)

    def clean_months(self) -> int:
        months: int = self.cleaned_data["months"]
        if months < 1:
            raise forms.ValidationError(_("The number of months must be at least 1."))
        return months

    def tiers(self) -> list[tuple[Tier, list[forms.BoundField]]]:
        """Each tier with its three fields."""
        return [(tier, [self[f"{tier.code}-{name}"] for name in _asked()]) for tier in self.ladder]

    def general(self) -> list[forms.BoundField]:
        """The fields of the version itself."""
        return [self[name] for name in self.Meta.fields]

    def asked(self) -> dict[int, Asked]:
        """What each tier takes, by its id; call it after validation."""
        data = self.cleaned_data
        return {tier.pk: Asked(*(data[f"{tier.code}-{name}"] for name in _asked())) for tier in self.ladder}


def _asked() -> dict[str, forms.Field]:
    number = forms.NumberInput(attrs=_CONTROL)
    return {
        "spend": forms.DecimalField(
            label=_("spend"), required=False, min_value=0, decimal_places=4, max_digits=12, widget=number
        ),
        "orders": forms.IntegerField(label=_("orders"), required=False, min_value=0, max_value=10**6, widget=number),
        "points": forms.IntegerField(
            label=_("points earned"), required=False, min_value=0, max_value=10**9, widget=number
        ),
    }


class PublishForm(_Form):
    """When a draft comes into force, and why."""

    first_day = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={**_CONTROL, "type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=_("What the one who decides should know"), min_length=_FEW_WORDS, max_length=200,
        widget=forms.Textarea(attrs={**_CONTROL, "rows": 2}),
    )  # fmt: skip


class GrantForm(_Form):
    """A special tier for one member."""

    tier = forms.ModelChoiceField(
        label=_("Tier"),
        queryset=Tier.objects.none(),
        empty_label=None,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    last_day = forms.DateField(
        label=_("Last day"), required=False, help_text=_("Empty: until somebody ends it."),
        widget=forms.DateInput(attrs={**_CONTROL, "type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why"), min_length=_FEW_WORDS, max_length=200, widget=forms.Textarea(attrs={**_CONTROL, "rows": 2})
    )

    def __init__(self, *args: Any, tiers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tier"].queryset = tiers  # type: ignore[attr-defined]
