"""Why customers complain and leave: groups of causes, and the causes within them.

A taxonomy is number -> (code, number of its group); a group is its own. What is `told` has a row per complaint or
response: item_id, member_id, group_id (null: not known) and causes, the codes in quotation marks ("" : none told).
"""

from collections.abc import Mapping, Sequence, Set
from functools import reduce

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics.intervals import rate, wilson

ALL, NONE = -2, -1
"""In the place of a cause: the whole group; a group without a cause told. In the place of a group: not known."""
GROUP_QUESTION, CAUSE_QUESTIONS = "group", "cause_"

Taxonomy = Mapping[int, tuple[str, int]]


def of_complaints(complaints: ir.Table, taxonomy: Taxonomy) -> ir.Table:
    """What complaints are put down to."""
    cause = complaints.cause_id
    groups = [(cause == number, group) for number, (_code, group) in taxonomy.items()]
    codes = [(cause == number, _quoted(code)) for number, (code, _group) in taxonomy.items()]
    return complaints.select(
        "member_id", item_id="case_id", group_id=_chosen(groups, None, "int64"), causes=_chosen(codes, "", "string")
    )


def of_exits(responses: ir.Table, answers: ir.Table, versions: Set[int], taxonomy: Taxonomy) -> ir.Table:
    """What the finished responses to some versions of surveys say: one group each, and any of its causes."""
    asked = responses.filter(responses.version_id.isin(sorted(versions)) if versions else False)
    said = answers.filter(answers.version_id.isin(sorted(versions)) if versions else False)
    mainly = said.filter(said.question == GROUP_QUESTION)
    mainly = mainly.group_by(of_main=mainly.response_id).aggregate(main=mainly.choices.max())
    exactly = said.filter(said.question.startswith(CAUSE_QUESTIONS))
    exactly = exactly.group_by(of_exact=exactly.response_id).aggregate(exact=exactly.choices.group_concat(" "))
    joined = asked.left_join(mainly, asked.response_id == mainly.of_main)
    joined = joined.left_join(exactly, joined.response_id == exactly.of_exact)
    main = joined.main.fill_null("")
    groups = [(main.contains(_quoted(code)), own) for own, (code, group) in taxonomy.items() if own == group]
    return joined.select(
        "member_id", item_id="response_id", group_id=_chosen(groups, None, "int64"), causes=joined.exact.fill_null("")
    )


def _chosen(branches: Sequence[tuple[ir.BooleanValue, int | str]], otherwise: str | None, kind: str) -> ir.Value:
    last = ibis.null().cast(kind) if otherwise is None else ibis.literal(otherwise)
    return ibis.cases(*((when, ibis.literal(then, kind)) for when, then in branches), else_=last) if branches else last


def _quoted(code: str) -> str:
    return f'"{code}"'


def naming(told: ir.Table, group: int, cause: int, taxonomy: Taxonomy) -> ir.BooleanValue:
    """Which rows of `told` name this group and cause."""
    if group == NONE:
        return told.group_id.isnull()
    of_group = (told.group_id == group).fill_null(False)
    if cause == ALL:
        return of_group
    if cause != NONE:
        return of_group & told.causes.contains(_quoted(taxonomy[cause][0]))
    named = [told.causes.contains(_quoted(code)) for code in _codes(group, taxonomy)]
    return reduce(lambda found, one: found & ~one, named, of_group)


def _codes(group: int, taxonomy: Taxonomy) -> list[str]:
    return [code for number, (code, of) in taxonomy.items() if of == group and number != group]


def parts(taxonomy: Taxonomy, *, causes: bool) -> list[tuple[int, int]]:
    """Every (group, cause) that there can be; `causes`: each by itself, else whole groups. The unknown comes last."""
    groups = [number for number, (_code, group) in taxonomy.items() if number == group]
    if not causes:
        return [*((group, ALL) for group in groups), (NONE, ALL)]
    within = [(group, number) for number, (_code, group) in taxonomy.items() if number != group]
    return [*within, *((group, NONE) for group in groups), (NONE, ALL)]


def churn_causes(told: ir.Table, taxonomy: Taxonomy, *, causes: bool) -> pd.DataFrame:
    """How many name what. A response may name several causes of its group, so their shares may exceed that of it.

    Returns a row per part that is named, the most frequent first, the unknown last and always there when anything was
    told: group, cause, n, members, of (all that was told; int64), share, low, high.
    """
    wanted = parts(taxonomy, causes=causes)
    figures = {"of": told.count()}
    for number, (group, cause) in enumerate(wanted):
        found = naming(told, group, cause, taxonomy)
        figures |= {f"n{number}": told.count(where=found), f"m{number}": told.member_id.nunique(where=found)}
    counted = told.aggregate(**figures).to_pandas().iloc[0].astype(np.int64)
    frame = pd.DataFrame(wanted, columns=["group", "cause"]).assign(
        n=[counted[f"n{number}"] for number in range(len(wanted))],
        members=[counted[f"m{number}"] for number in range(len(wanted))],
        of=counted["of"],
    )
    frame["unknown"] = frame["group"] == NONE
    frame = frame[(frame["n"] > 0) | (frame["unknown"] & (frame["of"] > 0))]
    frame = frame.sort_values(["unknown", "n", "group", "cause"], ascending=[True, False, True, True])
    frame["share"] = rate(frame["n"], frame["of"])
    frame["low"], frame["high"] = wilson(frame["n"], frame["of"])
    return frame.drop(columns="unknown").reset_index(drop=True)
