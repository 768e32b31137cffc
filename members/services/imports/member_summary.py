"""What the check of a members file found: counts, what differs from what is stored, problems by what to do."""

from collections.abc import Callable, Mapping
from typing import Any

from members.services.imports import findings, places
from members.services.imports.member_resolve import Difference, MemberResolver
from members.services.imports.places import Defaults
from members.services.imports.stage import Stage
from members.services.imports.summary import CHUNK, NAMES


def summarise(
    stage: Stage, source: str, defaults: Defaults, home: str, decided: Mapping[str, str], beat: Callable[[], None]
) -> dict[str, Any]:
    """Plan every chunk and write none. Returns what `ImportBatch.summary` holds; contacts are not in it."""
    created = places.missing_stores(stage, home)
    members: list[str] = []
    known = places.load(defaults)
    ids = {word: pk for word, (pk, _) in known.stores.items()} | {
        word: -number for number, word in enumerate(created, 1)
    }
    resolver = MemberResolver(stage, source, ids.__getitem__, home, decided)
    names = ("changed", "fixed_rows", "duplicate_rows", "rejected_rows", "members", "rows")
    tally = dict.fromkeys(names, 0)
    differing: dict[str, dict[str, Any]] = {}
    words = {str(pk): word for word, (pk, _) in known.stores.items()}
    stage.forget_standing()
    after = 0
    while heads := stage.heads(after, CHUNK):
        after = heads[-1].id
        plan = resolver.plan(heads)
        stage.add_problems(plan.problems)
        stage.stand(plan.standing)
        found = (
            plan.changed,
            plan.fixed,
            plan.duplicates,
            plan.rejected,
            len(plan.members),
            sum(h.size for h in heads),
        )
        for name, count in zip(names, found, strict=True):
            tally[name] += count
        _differing(differing, plan.differences, words)
        members += [new.said.name or new.number for new in plan.members[: NAMES - len(members)]]
        beat()
    rows = dict(stage.select("select store, count(*) from head group by store"))
    return {
        **tally,
        "new": 0,
        "refunds": 0,
        "creates": {
            "stores": [[word if word in rows else "", word, rows.get(word, 0)] for word in created],
            "members": tally["members"],
            "member_names": members,
        },
        "differing": sorted(differing.values(), key=lambda one: -one["rows"]),
        "groups": findings.groups(stage),
        "decidable": findings.decidable(stage, "members"),
        "decided": findings.decided(stage),
    }


def _differing(found: dict[str, dict[str, Any]], differences: list[Difference], stores: Mapping[str, str]) -> None:
    """For each column how many stored values differ, and the first few."""
    for row, number, name, ours, theirs in differences:
        column = found.setdefault(name, {"field": name, "rows": 0, "samples": []})
        column["rows"] += 1
        if len(column["samples"]) < findings.SAMPLES:
            said = stores.get(ours, ours) if name == "store" else ours
            column["samples"].append({"row": row, "ours": said, "theirs": theirs, "number": number})
