"""The forms around a survey: its name, its questions, how it asks and thanks."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.lib.display import in_language
from members.lib.form_fields import dressed
from surveys.models import Question, Survey
from surveys.rules import branches
from surveys.rules.questions import Asked
from surveys.rules.survey_templates import TEMPLATES

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class NewSurveyForm(forms.Form):
    """A name, and what to begin with."""

    name = forms.CharField(label=gettext_lazy("Name, for staff"), max_length=80)
    template = forms.ChoiceField(label=gettext_lazy("Begin with"), required=False, widget=forms.RadioSelect, choices=())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = [  # type: ignore[attr-defined]
            *((code, in_language(*one.name)) for code, one in TEMPLATES.items()),
            ("", _("An empty survey")),
        ]
        dressed(self.fields)


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """What it is called, whom it asks and when, and how it thanks."""

    class Meta:
        model = Survey
        fields = (
            "name", "title_zh", "title_en", "intro_zh", "intro_en", "trigger", "trigger_days", "template", "stores",
            "segment", "sample_percent", "rest_days", "first_day", "last_day", "open_days", "edit_minutes",
            "thanks_zh", "thanks_en", "thanks_points", "thanks_coupon", "case_below",
        )  # fmt: skip
        widgets = {
            "first_day": DATE, "last_day": DATE, "stores": forms.CheckboxSelectMultiple,
            "intro_zh": forms.Textarea(attrs={"rows": 2}), "intro_en": forms.Textarea(attrs={"rows": 2}),
            "thanks_zh": forms.Textarea(attrs={"rows": 2}), "thanks_en": forms.Textarea(attrs={"rows": 2}),
        }  # fmt: skip
        help_texts = {
            "stores": gettext_lazy("None chosen: all stores."),
            "rest_days": gettext_lazy("Nobody is asked by any survey again before so many days are over."),
            "open_days": gettext_lazy("After that the link leads nowhere."),
            "case_below": gettext_lazy("A score of that or less opens a case. Empty: none."),
            "template": gettext_lazy("The message with the link. Needed when members are asked by the desk."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self.fields)
        for name, low, high in (("sample_percent", 1, 100), ("trigger_days", 0, 365), ("rest_days", 0, 365),
                                ("open_days", 1, 365), ("edit_minutes", 0, 10_080), ("thanks_points", 0, 100_000),
                                ("case_below", 0, 10)):  # fmt: skip
            self.fields[name].widget.attrs |= {"min": low, "max": high}
            self.fields[name].validators = [_between(low, high)]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("first_day"), said.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day lies before the first."))
        if said.get("trigger") and not said.get("template"):
            self.add_error("template", _("Choose the message that members are asked by."))
        return said


def _between(low: int, high: int) -> Any:
    def check(value: int) -> None:
        if not low <= value <= high:
            raise forms.ValidationError(
                _("Between %(low)s and %(high)s, not %(value)s.") % {"low": low, "high": high, "value": value}
            )

    return check


class QuestionForm(forms.Form):
    """One question in both languages. `earlier`: those before it, which it may hang on."""

    text_zh = forms.CharField(label=gettext_lazy("Question, Chinese"), max_length=300)
    text_en = forms.CharField(label=gettext_lazy("Question, English"), max_length=300)
    lines = forms.CharField(
        label=gettext_lazy("Answers, one a line: Chinese | English"), required=False, max_length=8_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip
    page = forms.IntegerField(label=gettext_lazy("Page"), min_value=1, max_value=20, initial=1)
    is_required = forms.BooleanField(label=gettext_lazy("Must be answered"), required=False)
    is_driver = forms.BooleanField(label=gettext_lazy("Look whether it drives the recommendation"), required=False)
    asked_if = forms.MultipleChoiceField(
        label=gettext_lazy("Asked only after these answers"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: always."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, question: Question, earlier: Sequence[tuple[Question, Asked]], **kwargs: Any
    ) -> None:
        self.question, self.earlier = question, earlier
        kwargs.setdefault("initial", self._as_it_is())
        super().__init__(*args, **kwargs)
        texts = {one.code: one for one, _asked in earlier}
        self.fields["asked_if"].choices = [  # type: ignore[attr-defined]
            (value, _pick_words(texts[code], answer)) for value, code, answer in branches.picks(a for _q, a in earlier)
        ]
        if question.kind == "matrix":
            self.fields["lines"].label = _("Lines, one each: Chinese | English")
        if question.kind not in {"single", "multiple", "matrix"}:
            del self.fields["lines"]
        if question.kind not in {"csat", "ces", "matrix"}:
            del self.fields["is_driver"]
        if not self.fields["asked_if"].choices:  # type: ignore[attr-defined]
            del self.fields["asked_if"]
        dressed(self.fields)

    def _as_it_is(self) -> dict[str, Any]:
        known = self.question.rows if self.question.kind == "matrix" else self.question.options
        return {
            "text_zh": self.question.text_zh, "text_en": self.question.text_en, "page": self.question.page,
            "lines": "\n".join(f"{one['zh']} | {one['en']}" for one in known),
            "is_required": self.question.is_required, "is_driver": self.question.is_driver,
            "asked_if": branches.picked_of(self.question.shown_if, [asked for _question, asked in self.earlier]),
        }  # fmt: skip

    def clean_lines(self) -> list[dict[str, str]]:
        known = self.question.rows if self.question.kind == "matrix" else self.question.options
        made, wrong = branches.listed(self.cleaned_data["lines"], known, "o")
        if wrong:
            raise forms.ValidationError(
                _("Line %(line)s: write both languages with a bar between, as in “好 | Good”, 80 signs each at most.")
                % {"line": wrong[0]}
            )
        if self.question.kind != "matrix" and len(made) < 2:
            raise forms.ValidationError(_("At least two answers are needed."))
        if not made:
            raise forms.ValidationError(_("At least one line is needed."))
        if len(made) > 40:
            raise forms.ValidationError(_("At most 40 lines."))
        if len({one["zh"] for one in made}) < len(made) or len({one["en"] for one in made}) < len(made):
            raise forms.ValidationError(_("The same answer is there twice."))
        return made

    def clean_asked_if(self) -> dict[str, Any]:
        try:
            return branches.rule_of(self.cleaned_data["asked_if"])
        except branches.Apart as apart:
            raise forms.ValidationError(
                _("Choose answers of one question only, and of a scale such that lie side by side.")
            ) from apart

    def filled(self) -> Question:
        """The question with what the form says."""
        said, question = self.cleaned_data, self.question
        question.text_zh, question.text_en, question.page = said["text_zh"], said["text_en"], said["page"]
        question.is_required, question.is_driver = said["is_required"], said.get("is_driver", False)
        question.shown_if = said.get("asked_if", {})
        if question.kind == "matrix":
            question.rows = said["lines"]
        elif "lines" in said:
            question.options = said["lines"]
        return question


def _pick_words(question: Question, answer: str) -> str:
    text = in_language(question.text_zh, question.text_en)
    known = {one["code"]: in_language(one["zh"], one["en"]) for one in question.options}
    said = known.get(answer, answer.replace("-", "–"))
    return f"{text} → {said}"


CODE = re.compile(r"q\d+")


def free_code(taken: Sequence[str]) -> str:
    """A code for a new question that no question of the survey ever had."""
    numbers = [int(code[1:]) for code in taken if CODE.fullmatch(code)]
    return f"q{max(numbers, default=0) + 1}"
