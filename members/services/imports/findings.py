"""What a stage found, by what to do about it: groups of problems, what can be decided, what was decided."""

import itertools
from typing import Any

from members.rules.imports import decisions
from members.rules.imports.problems import Level
from members.services.imports.stage import Stage

SAMPLES = 5
SPELLINGS = 20


def groups(stage: Stage) -> list[dict[str, Any]]:
    """Level, code, field, rows and the first samples of each; `values`: the spellings that a choice would mend."""
    return [
        {
            "level": level,
            "code": code,
            "field": name,
            "rows": rows,
            "values": _spellings(stage, code, name) if code in decisions.NAMED else [],
            "samples": [{"row": p.row, "value": p.value, "params": dict(p.params)} for p in samples],
        }
        for level, code, name, rows, samples in stage.groups(SAMPLES)
    ]


def _spellings(stage: Stage, code: str, name: str) -> list[list[Any]]:
    """The values that are written there, each with its rows, the most frequent first."""
    found = stage.select(
        "select value, count(*) from problem where level = 'reject' and code = ? and field = ? "
        "group by value order by count(*) desc, value limit ?",
        (code, name, SPELLINGS),
    )
    return [list(row) for row in found]


def decidable(stage: Stage, kind: str) -> int:
    """Rows that a decision about a group can let in or leave out, with those that only wait for them."""
    found = stage.select("select distinct code, field from problem where level = ?", (Level.REJECT,))
    kinds = [pair for pair in found if decisions.actions(kind, pair[1], pair[0])]
    if not kinds:
        return 0
    marks = ", ".join(["(?, ?)"] * len(kinds))
    return stage.count(
        f"with own as (select row from problem where (code, field) in (values {marks})) "  # noqa: S608
        "select count(*) from (select row from own union select row from problem where code = 'order_has_bad_row' "
        "and level = 'reject' and cast(json_extract(params, '$.row') as integer) in (select row from own))",
        list(itertools.chain.from_iterable(kinds)),
    )


def decided(stage: Stage) -> list[dict[str, Any]]:
    """What was decided and acts on a row: field, code ("" for a written value), value, whether left out, rows."""
    found = stage.select(
        "select field, json_extract(params, '$.code') as about, code = 'skipped', count(*), "
        "case when json_extract(params, '$.code') = '' then value else '' end as written "
        "from problem where code in ('decided', 'skipped') group by field, about, code, written order by count(*) desc"
    )
    return [
        {"field": name, "code": about, "value": value, "skipped": bool(skipped), "rows": rows}
        for name, about, skipped, rows, value in found
    ]
