"""A members file -> stage: one head for each person, with what every row says of them."""

import itertools
from collections.abc import Iterable
from operator import itemgetter

from members.rules.imports.layout import Layout
from members.rules.imports.member_rows import Groups, Said, has_contacts, read, said_of
from members.rules.imports.pieces import LINE_END
from members.rules.imports.records import Record
from members.rules.imports.rows import Cleaner
from members.services.imports.stage import Head, Stage

MEMBER = "member"
BATCH = 2_000


def fill(stage: Stage, records: Iterable[Record], cleaner: Cleaner, layout: Layout) -> None:
    """Every row onto the stage, then rows that share an identifier brought together."""
    contacts, last = has_contacts(layout.positions), 0
    rows = cleaner.rows(records)
    while batch := list(itertools.islice(rows, BATCH)):
        last = batch[-1].number
        said = [found for row in batch if not row.bad and (found := read(row, contacts)) is not None]
        stage.add_heads(head_of([one]) for one in said)
        stage.add_identifiers((f"{kind}:{value}", one.row) for one in said for kind, value in one.identifiers())
        stage.add_problems(problem for row in batch for problem in row.problems)
    _settle(stage, last + 1)


def head_of(rows: list[Said]) -> Head:
    first = rows[0]
    return Head(
        first.row, MEMBER, "", "", "", next(filter(None, (said.store for said in rows)), ""), "", "", "", "", "", "",
        "", "", 0, 0, 0, 0, "", b"", ",".join(str(said.row) for said in rows),
        LINE_END.join(said.text() for said in rows),
    )  # fmt: skip


def rows_of(head: Head) -> list[Said]:
    return [said_of(text) for text in head.line_list()]


def _settle(stage: Stage, size: int) -> None:
    """One head for the rows of a person. Which rows those are needs eight bytes a row, however large the file."""
    groups = Groups(size)
    for (value, row), (following, other) in itertools.pairwise(stage.identifiers()):
        if value == following:
            groups.join(row, other)
    stage.add_persons((first, row) for row in range(size) if (first := groups.first(row)) != row)
    for first, found in itertools.groupby(stage.persons(), key=itemgetter(0)):
        ids = [first, *(row for _, row in found)]
        stage.replace_heads(ids, [head_of([rows_of(head)[0] for head in stage.heads_of(ids)])])
    stage.forget_persons()
