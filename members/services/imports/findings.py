"""What a stage found, by what to do about it: groups of problems, what can be decided, what was decided."""

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
    rows: set[int] = set()
    for code, name in found:
        if decisions.actions(kind, name, code):
            rows.update(stage.column("select row from problem where code = ? and field = ?", (code, name)))
    waiting = stage.select(
        "select row, json_extract(params, '$.row') from problem where code = 'order_has_bad_row' and level = 'reject'"
    )
    return len(rows | {row for row, culprit in waiting if int(culprit) in rows})


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
