"""The forms around an improvement."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.lib.actor import Actor
from members.lib.display import in_language
from members.lib.form_fields import dressed
from members.models import Product
from members.queries import scope as member_scope
from surveys.forms.cases import cause_choices
from surveys.models import Action, Cause, Theme
from surveys.queries import cases, labels, scope

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
LONGEST = 26  # weeks: half a year before and half a year after meet the same season a year ago


class ActionForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is improved, by whom and by when, and which figure is to show it. `fixed`: in effect, so its aim stays."""

    cause = forms.ChoiceField(label=gettext_lazy("Cause"), required=False)
    driver = forms.ChoiceField(label=gettext_lazy("Question or line"), required=False)
    product = forms.CharField(
        label=gettext_lazy("Product, by its article number"), required=False, max_length=120,
        help_text=gettext_lazy("Narrows complaints to this product."),
    )  # fmt: skip

    class Meta:
        model = Action
        fields = (
            "title", "text", "owner", "due_on", "metric", "driver", "theme", "cause", "survey", "product", "stores",
            "weeks", "target",
        )  # fmt: skip
        widgets = {
            "due_on": DATE, "stores": forms.CheckboxSelectMultiple, "text": forms.Textarea(attrs={"rows": 3}),
        }  # fmt: skip
        help_texts = {
            "stores": gettext_lazy("None chosen: all stores. Then the same weeks of last year stand beside it."),
            "theme": gettext_lazy("For the share of texts; otherwise to remember where it came from."),
            "survey": gettext_lazy("None chosen: answers to any survey."),
            "target": gettext_lazy("Where the figure should be afterwards; shares in percent."),
        }

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = cases.workers(actor)  # type: ignore[attr-defined]
        self.fields["stores"].queryset = member_scope.stores(actor)  # type: ignore[attr-defined]
        self.fields["survey"].queryset = scope.surveys(actor)  # type: ignore[attr-defined]
        self.fields["theme"].label_from_instance = _theme_name  # type: ignore[attr-defined]
        self.fields["cause"].choices = cause_choices()  # type: ignore[attr-defined]
        self.fields["driver"].choices = [("", "—"), *labels.drivers().items()]  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["cause"] = self.instance.cause.code if self.instance.cause else ""
            self.initial["product"] = self.instance.product.sku if self.instance.product else ""
        if self.instance.began_on:
            for name in ("metric", "driver", "theme", "cause", "survey", "product", "stores", "weeks", "target"):
                self.fields[name].disabled = True
        dressed(self.fields)
        self.fields["weeks"].widget.attrs |= {"min": 1, "max": LONGEST}

    def clean_weeks(self) -> int:
        weeks: int = self.cleaned_data["weeks"]
        if not 1 <= weeks <= LONGEST:
            raise forms.ValidationError(_("Between 1 and %(most)s weeks.") % {"most": LONGEST})
        return weeks

    def clean_cause(self) -> Cause | None:
        code = self.cleaned_data["cause"]
        return Cause.objects.get(code=code) if code else None

    def clean_product(self) -> Product | None:
        code = self.cleaned_data["product"].strip()
        if not code:
            return None
        found = Product.objects.filter(sku=code).first()
        if found is None:
            raise forms.ValidationError(_("There is no product with the article number “%(code)s”.") % {"code": code})
        return found

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        needed = {
            Action.Metric.DRIVER: ("driver", _("Choose the question or line whose score should rise.")),
            Action.Metric.THEME: ("theme", _("Choose the theme that should be named less often.")),
        }.get(said.get("metric"))  # type: ignore[arg-type]
        if needed and not said.get(needed[0]):
            self.add_error(*needed)
        return said


def _theme_name(theme: Theme) -> str:
    return in_language(theme.name_zh, theme.name_en)


class BeginForm(forms.Form):
    """Since when it is in effect."""

    began_on = forms.DateField(label=gettext_lazy("In effect since"), widget=DATE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self.fields)


class CloseForm(forms.Form):
    """What came of it."""

    state = forms.ChoiceField(
        label=gettext_lazy("How it ends"),
        choices=[(Action.State.DONE, gettext_lazy("Done")), (Action.State.DROPPED, gettext_lazy("Given up"))],
    )
    verdict = forms.CharField(
        label=gettext_lazy("What came of it"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self.fields)
