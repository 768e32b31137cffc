"""The questions of one page as a form draws them: in the reader's language, with what was sent or said before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.lib.display import in_language
from surveys.models import Question
from surveys.rules.questions import SCALES, Given

FAULTS = {
    "missing": gettext_lazy("Please answer this one."),
    "unknown": gettext_lazy("Please choose from the answers below."),
    "out_of_scale": gettext_lazy("Please choose from the answers below."),
    "too_many": gettext_lazy("Please choose one only."),
    "too_long": gettext_lazy("That is more than we can take: 4,000 signs at most. Your text is still here."),
}
ENDS = {
    "nps": (gettext_lazy("not at all"), gettext_lazy("very likely")),
    "csat": (gettext_lazy("not satisfied"), gettext_lazy("very satisfied")),
    "ces": (gettext_lazy("do not agree"), gettext_lazy("fully agree")),
    "matrix": (gettext_lazy("not satisfied"), gettext_lazy("very satisfied")),
}


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One control: a scale or a list to choose from, or a text. `name` is that of the form."""

    name: str
    label: str
    choices: Sequence[Choice] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question: `kind` picks the template's part; a matrix has one field a line, all others one."""

    code: str
    kind: str
    label: str
    is_required: bool
    fields: Sequence[Field]
    ends: tuple[str, str] = ("", "")
    fault: str = ""


def drawn(
    question: Question, said: Sequence[Given], fault: str = "", sent: Mapping[str, list[str]] | None = None
) -> Drawn:
    """A question with its answer so far; after a fault with what was sent, so that nothing typed is lost."""
    kind, low, high = question.kind, *SCALES.get(question.kind, (0, 0))
    ends = ENDS.get(kind, ("", ""))
    if kind == "matrix":
        fields = [
            _scale(f"{question.code}.{row['code']}", in_language(row["zh"], row["en"]), low, high, chosen)
            for row in question.rows
            for chosen in [_chosen(f"{question.code}.{row['code']}", sent, [g for g in said if g.row == row["code"]])]
        ]
    elif kind in SCALES:
        fields = [_scale(question.code, "", low, high, _chosen(question.code, sent, said))]
    elif kind == "text":
        text = sent.get(question.code, [""])[0] if sent is not None else said[0].text if said else ""
        fields = [Field(question.code, "", text=text)]
    else:
        on = _chosen(question.code, sent, said)
        options = [(one["code"], in_language(one["zh"], one["en"])) for one in question.options]
        fields = [Field(question.code, "", [Choice(code, text, code in on) for code, text in options])]
    label = in_language(question.text_zh, question.text_en)
    said_of = str(FAULTS[fault]) if fault else ""
    return Drawn(question.code, kind, label, question.is_required, fields, (str(ends[0]), str(ends[1])), said_of)


def _scale(name: str, label: str, low: int, high: int, on: set[str]) -> Field:
    return Field(name, label, [Choice(str(n), str(n), str(n) in on) for n in range(low, high + 1)])


def _chosen(name: str, sent: Mapping[str, list[str]] | None, said: Sequence[Given]) -> set[str]:
    if sent is not None:
        return set(sent.get(name, []))
    numbers = {str(one.number) for one in said if one.number is not None}
    return numbers | {code for one in said for code in one.choices}


def promised(points: int, coupon: str) -> str:
    """What there is for an answer, in a sentence; "" for nothing but thanks."""
    if points and coupon:
        return _("As thanks there are %(points)s points and a coupon: %(coupon)s.") % {
            "points": points, "coupon": coupon,
        }  # fmt: skip
    if points:
        return _("As thanks there are %(points)s points.") % {"points": points}
    return _("As thanks there is a coupon: %(coupon)s.") % {"coupon": coupon} if coupon else ""
