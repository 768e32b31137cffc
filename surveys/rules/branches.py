"""Conditions of questions as an editor picks them: bands of a scale, or answers of a choice, as one list of texts.

"nps:0-6" stands for the band 0 to 6 of the question nps, "group=price" for the answer price of the question group.
"""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from surveys.rules.questions import SCALES, Asked

BANDS = {
    "nps": ((0, 6), (7, 8), (9, 10)),
    "csat": ((1, 2), (3, 3), (4, 5)),
    "ces": ((1, 3), (4, 4), (5, 7)),
}


class Apart(ValueError):
    """What was picked is no one condition: of two questions, or bands with a gap between them."""


def picks(earlier: Iterable[Asked]) -> list[tuple[str, str, str]]:
    """What an editor may pick: (value, code of the question, answer or "low-high")."""
    found = []
    for asked in earlier:
        for low, high in BANDS.get(asked.kind, ()):
            found.append((f"{asked.code}:{low}-{high}", asked.code, f"{low}-{high}"))
        if asked.kind in {"single", "multiple"}:
            found += [(f"{asked.code}={option}", asked.code, option) for option in asked.options]
    return found


def rule_of(picked: Sequence[str]) -> dict[str, Any]:
    """The condition that was picked; {} for none. Raises Apart."""
    if not picked:
        return {}
    of_scales = [value.partition(":") for value in picked if ":" in value]
    of_choices = [value.partition("=") for value in picked if ":" not in value]
    questions = {code for code, _sign, _rest in [*of_scales, *of_choices]}
    if len(questions) > 1:
        raise Apart
    question = questions.pop()
    if of_choices:
        return {"question": question, "any_of": [answer for _code, _sign, answer in of_choices]}
    bands = sorted(tuple(int(end) for end in band.split("-")) for _code, _sign, band in of_scales)
    if any(after[0] != before[1] + 1 for before, after in itertools.pairwise(bands)):
        raise Apart
    return {"question": question, "at_least": bands[0][0], "at_most": bands[-1][1]}


def picked_of(rule: dict[str, Any], earlier: Iterable[Asked]) -> list[str]:
    """What a condition looks like as picks: the way back of `rule_of` for those made by it."""
    on = next((asked for asked in earlier if asked.code == rule.get("question")), None)
    if on is None:
        return []
    if "any_of" in rule:
        return [f"{on.code}={option}" for option in rule["any_of"]]
    low, high = SCALES.get(on.kind, (0, 0))
    least, most = rule.get("at_least", low), rule.get("at_most", high)
    return [f"{on.code}:{start}-{end}" for start, end in BANDS.get(on.kind, ()) if least <= start and end <= most]


def listed(text: str, known: Sequence[dict[str, str]], start: str) -> tuple[list[dict[str, str]], list[int]]:
    """Lines "Chinese | English" as options, and the numbers of lines that are not of that form.

    An option that was there before, by either text, keeps its code: answers name it. New ones are called `start1`, ….
    """
    made: list[dict[str, str]] = []
    wrong, taken = [], {one["code"] for one in known}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        zh, _bar, en = (part.strip() for part in line.replace("｜", "|").partition("|"))
        if not zh or not en or len(zh) > 80 or len(en) > 80:
            wrong.append(number)
            continue
        used = {one["code"] for one in made}
        free = [one for one in known if one["code"] not in used]
        code = next((one["code"] for one in free if zh == one["zh"] or en == one["en"]), "")
        if not code:
            code = next(f"{start}{n}" for n in range(1, 1_000) if f"{start}{n}" not in taken)
            taken.add(code)
        made.append({"code": code, "zh": zh, "en": en})
    return made, wrong
