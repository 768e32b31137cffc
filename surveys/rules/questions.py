"""What a question takes for an answer, and when it is asked. Pure: the same for the page, paper and the preview."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

SCALES: dict[str, tuple[int, int]] = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7), "matrix": (1, 5)}
CHOICES = frozenset({"single", "multiple"})
MAX_TEXT = 4_000
MAX_OPTIONS = 40
MAX_QUESTIONS = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the rules see it. `options` and `rows`: codes; `shown_if` as in surveys.models.Question."""

    code: str
    kind: str
    options: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    shown_if: Mapping[str, Any] = field(default_factory=dict)
    is_required: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Given:
    """One answer, of one line of a matrix or of a whole question: exactly one of the three is said."""

    row: str = ""
    number: int | None = None
    choices: tuple[str, ...] = ()
    text: str = ""


Answers = Mapping[str, Collection[Given]]  # code of a question -> what was said to it


def shown(asked: Asked, answers: Answers) -> bool:
    """Whether the question is asked after these answers. One that hangs on what was not answered is not."""
    rule = asked.shown_if
    if not rule:
        return True
    return any(_meets(rule, given) for given in answers.get(rule["question"], ()))


def _meets(rule: Mapping[str, Any], given: Given) -> bool:
    if "any_of" in rule:
        return bool(set(rule["any_of"]) & set(given.choices))
    if given.number is None:
        return False
    least: int = rule.get("at_least", given.number)
    most: int = rule.get("at_most", given.number)
    return least <= given.number <= most


def kept(questions: Iterable[Asked], answers: Answers) -> dict[str, Collection[Given]]:
    """Only the answers to what is asked, in order: an answer that is gone takes along those that hang on it."""
    found: dict[str, Collection[Given]] = {}
    for asked in questions:
        if asked.code in answers and shown(asked, found):
            found[asked.code] = answers[asked.code]
    return found


def read(asked: Asked, values: Mapping[str, list[str]], prefix: str = "") -> tuple[list[Given], str]:
    """The answer in a form's values (name -> all values sent), and "" or the code of what is wrong with it.

    Fields are called `prefix + code`, those of a matrix `prefix + code + "." + row`. What is empty is no answer:
    wrong only where one must be given. Codes: "missing", "unknown", "out_of_scale", "too_long", "too_many".
    """
    if asked.kind == "matrix":
        return _matrix(asked, values, prefix)
    sent = [value.replace("\x00", "").strip() for value in values.get(prefix + asked.code, [])]
    said = [value for value in sent if value]
    if not said:
        return [], "missing" if asked.is_required else ""
    if asked.kind == "text":
        return ([Given(text=said[0])], "") if len(said[0]) <= MAX_TEXT else ([], "too_long")
    if asked.kind in CHOICES:
        return _chosen(asked, said)
    given, fault = _scored(asked.kind, said)
    return ([given] if given else []), fault


def _chosen(asked: Asked, said: list[str]) -> tuple[list[Given], str]:
    if set(said) - set(asked.options):
        return [], "unknown"
    if asked.kind == "single" and len(set(said)) > 1:
        return [], "too_many"
    return [Given(choices=tuple(code for code in asked.options if code in said))], ""


def _matrix(asked: Asked, values: Mapping[str, list[str]], prefix: str) -> tuple[list[Given], str]:
    found, faults = [], set()
    for row in asked.rows:
        said = [value.strip() for value in values.get(f"{prefix}{asked.code}.{row}", []) if value.strip()]
        if not said:
            faults.add("missing" if asked.is_required else "")
            continue
        given, fault = _scored("matrix", said, row)
        faults.add(fault)
        found += [given] if given else []
    wrong = sorted(filter(None, faults))
    return ([], wrong[-1]) if wrong else (found, "")


def _scored(kind: str, said: list[str], row: str = "") -> tuple[Given | None, str]:
    if len(set(said)) > 1:
        return None, "too_many"
    low, high = SCALES[kind]
    text = said[0]
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and low <= int(text) <= high):
        return None, "out_of_scale"
    return Given(row=row, number=int(text)), ""


def faults_of(questions: list[Asked]) -> list[tuple[str, str]]:
    """What is wrong with a set of questions: (code of the question, code of the fault), in order; [] when it can open.

    Codes: "twice", "no_options", "options_twice", "too_many_options", "no_rows", "hangs_on_nothing", "hangs_on_later",
    "hangs_on_text", "never_met". The question "" has faults of the whole: "no_questions", "too_many_questions".
    """
    found = []
    if not questions:
        found.append(("", "no_questions"))
    if len(questions) > MAX_QUESTIONS:
        found.append(("", "too_many_questions"))
    before: dict[str, Asked] = {}
    later = {asked.code for asked in questions}
    for asked in questions:
        if asked.code in before:
            found.append((asked.code, "twice"))
        found += [(asked.code, fault) for fault in (_list_fault(asked), _branch_fault(asked, before, later)) if fault]
        before[asked.code] = asked
    return found


def _list_fault(asked: Asked) -> str:
    codes = asked.rows if asked.kind == "matrix" else asked.options
    if asked.kind not in CHOICES | {"matrix"}:
        return ""
    if len(codes) < (1 if asked.kind == "matrix" else 2):
        return "no_rows" if asked.kind == "matrix" else "no_options"
    if len(set(codes)) < len(codes):
        return "options_twice"
    return "too_many_options" if len(codes) > MAX_OPTIONS else ""


def _branch_fault(asked: Asked, before: Mapping[str, Asked], every: Collection[str]) -> str:
    rule = asked.shown_if
    if not rule:
        return ""
    on = before.get(rule.get("question", ""))
    if on is None:
        return "hangs_on_later" if rule.get("question") in every else "hangs_on_nothing"
    if on.kind in CHOICES:
        wanted = set(rule.get("any_of", ()))
        return "" if wanted and wanted <= set(on.options) else "never_met"
    if on.kind not in SCALES or on.kind == "matrix":
        return "hangs_on_text"
    low, high = SCALES[on.kind]
    least, most = rule.get("at_least", low), rule.get("at_most", high)
    return "" if "any_of" not in rule and low <= least <= most <= high else "never_met"
