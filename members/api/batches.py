"""How the answer to a batch is written: what became of each item, in the words that files get."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.response import Response

from members import problems
from members.lib import api_error
from members.rules.imports.problems import Problem
from members.rules.imports.sent import OF_LINE
from members.services.imports.direct import CHANGED, NEW, REFUSED, SAME, Answer, Outcome

_OF_LINE = {*OF_LINE, "unit_price", "amount"}
_UNTOLD = frozenset({"zone_converted"})  # times with an offset are what we ask for


def answered(answer: Answer) -> Response:
    """200 with the results; 422 when nothing was stored because all or nothing was asked for."""
    results = [_result(index, outcome) for index, outcome in enumerate(answer.outcomes)]
    if answer.held_back:
        sentence = _("Nothing was stored: %(count)s of the items cannot be taken.") % {"count": answer.count(REFUSED)}
        return Response(api_error.body(sentence, "all_or_nothing", results=results), status=422)
    counts = {said: answer.count(said) for said in (NEW, SAME, CHANGED, REFUSED)}
    return Response({**counts, "results": results})


def _result(index: int, outcome: Outcome) -> dict[str, Any]:
    found = list(_told(outcome))
    return {"index": index, "number": outcome.number, "outcome": outcome.said, "problems": found}


def _told(outcome: Outcome) -> Iterator[dict[str, str]]:
    """Each finding once: one about the order is told of every row of it."""
    seen = set()
    for problem in outcome.problems:
        place = _place(outcome, problem)
        if problem.code in _UNTOLD or (place, problem.code) in seen:
            continue
        seen.add((place, problem.code))
        yield {"level": str(problem.level), "field": place, "code": problem.code, "error": problems.reason(problem)}


def _place(outcome: Outcome, problem: Problem) -> str:
    if outcome.kind == "lines" and problem.field in _OF_LINE and problem.code != "negative_order":
        return f"lines[{problem.row - outcome.rows.start}].{problem.field}"
    if outcome.kind in {"lines", "orders"} and problem.field == "amount":
        return "total"
    return problem.field
