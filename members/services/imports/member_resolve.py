"""Whom the rows of a members file are: new, known, or two members at once; and what they change. Reads only."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from members.models import Member
from members.rules.imports import birthdays, member_rows
from members.rules.imports.member_rows import FIELDS, Key, Said, people, together
from members.rules.imports.problems import Level, Problem
from members.services.imports import bulk, conflicts, owners
from members.services.imports.buyers import placeholder
from members.services.imports.conflicts import Conflict
from members.services.imports.member_staging import rows_of
from members.services.imports.owners import Owner
from members.services.imports.stage import Head, Stage

StoreId = Callable[[str], int]
Values = dict[str, str]  # field of `FIELDS` and "number" -> what is stored, as text


class New(NamedTuple):
    """A member to be created; `store` is an id."""

    id: int
    number: str
    store: int | None
    said: Said


class NewIdentifier(NamedTuple):
    record: int
    kind: str
    value: str


class Edit(NamedTuple):
    """One field of a stored member; texts, a store by its id."""

    member: int
    field: str
    before: str
    after: str


class Difference(NamedTuple):
    row: int
    number: str
    field: str
    ours: str
    theirs: str


@dataclass(slots=True)
class MemberPlan:
    """What to do with one chunk, and what becomes of its rows."""

    members: list[New] = field(default_factory=list)
    identifiers: list[NewIdentifier] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    standing: list[tuple[int, int]] = field(default_factory=list)  # member id, the row that stands for it
    accepted: int = 0
    fixed: int = 0
    duplicates: int = 0
    rejected: int = 0
    changed: int = 0  # stored members

    def contacts(self) -> list[tuple[int, Key]]:
        """The new phones and e-mails, with the record that each belongs to."""
        return [(pk, (kind, value)) for pk, kind, value in self.identifiers if kind in {"phone", "email"}]

    def counted(self, before: dict[str, Any]) -> dict[str, Any]:
        """The counts with those of one more chunk. A changed member is accepted, but not newly stored."""
        names = ("accepted", "fixed", "duplicates", "rejected")
        more = {name: before[name] + getattr(self, name) for name in names}
        return {**before, **more, "members": before["members"] + len(self.members)}


class MemberResolver:
    """Resolves chunks of one import. `home`: the store of rows that name none ("" = none). `decided`: field -> "keep"
    or "take" where a stored value differs.
    """

    def __init__(
        self,
        stage: Stage,
        source: str,
        store_id: StoreId,
        home: str,
        decided: Mapping[str, str],
        new_id: Callable[[], int] | None = None,
    ) -> None:
        self._stage = stage
        self._source = source
        self._store_id = store_id
        self._home = home
        self._decided = decided
        self._new_id = new_id or itertools.count(-1, -1).__next__

    def plan(self, heads: Sequence[Head]) -> MemberPlan:
        plan = MemberPlan()
        persons = [rows_of(head) for head in heads]
        owned = owners.of({key for rows in persons for said in rows for key in said.identifiers()}, self._source)
        whole = [group for rows in persons for group in _without_conflicts(rows, owned, plan)]
        known = {owner.member for group in whole for owner in _owners(group, owned)}
        stored, standing = _stored(known), self._standing(known)
        for group in whole:
            owner = next(iter(_owners(group, owned)), None)
            if owner is None:
                self._new(group, plan)
            else:
                self._known(group, owned, stored[owner.member], standing, plan)
        return plan

    def _standing(self, members: set[int]) -> dict[int, int]:
        found: dict[int, int] = {}
        for part in bulk.in_parts(members):
            found |= self._stage.standing(part)
        return found

    def _new(self, group: list[Said], plan: MemberPlan) -> None:
        said = together(group)
        if said.is_bare:
            plan.rejected += len(group)
            plan.problems += [member_rows.nobody(one.row) for one in group]
            return
        pk = self._new_id()
        number = said.numbers[0] if said.numbers else placeholder(pk)
        store = said.store or self._home
        plan.members.append(New(pk, number, self._store_id(store) if store else None, said))
        own = ("number", number.casefold())
        plan.identifiers += [NewIdentifier(pk, *_stored_key(key)) for key in said.identifiers() if key != own]
        _taken(group, plan)

    def _known(
        self, group: list[Said], owned: Mapping[Key, Owner], values: Values, standing: dict[int, int], plan: MemberPlan
    ) -> None:
        said = together(group)
        keys = list(dict.fromkeys(said.identifiers()))
        owner = next(owned[key] for key in keys if key in owned)
        earlier = standing.setdefault(owner.member, said.row)
        stands = earlier == said.row
        plan.standing.append((owner.member, said.row))
        edits = self._edits(said, owner.member, values, stands, plan)
        fresh = [key for key in keys if key not in owned]
        if said.numbers and values["number"] == placeholder(owner.member):
            edits.append(Edit(owner.member, "number", values["number"], said.numbers[0]))
            fresh = [key for key in fresh if key != ("number", said.numbers[0].casefold())]
        values |= {edit.field: edit.after for edit in edits}
        plan.edits += edits
        plan.identifiers += [NewIdentifier(owner.record, *_stored_key(key)) for key in fresh]
        if not stands:
            plan.duplicates += len(group)
            plan.problems += [_again(one.row, earlier) for one in group]
        elif edits or fresh:
            plan.changed += 1
            _taken(group, plan)
        else:
            plan.duplicates += len(group)
            plan.problems += _repeated(group)

    def _edits(self, said: Said, member: int, values: Values, stands: bool, plan: MemberPlan) -> list[Edit]:
        """Blanks are filled. A value that differs is taken only where that was decided, and from the first row."""
        edits = []
        for name in FIELDS:
            ours, theirs = values[name], getattr(said, name)
            if name == "store" and (store := theirs or (not ours and self._home)):
                theirs = str(self._store_id(store))
            if not theirs or theirs == ours or _says_less(name, theirs, ours):
                continue
            takes = not ours or _says_less(name, ours, theirs)
            if not takes and stands:
                plan.differences.append(Difference(said.row, values["number"], name, ours, getattr(said, name)))
                takes = self._decided.get(name) == "take"
            if takes:
                edits.append(Edit(member, name, ours, theirs))
        return edits


def _without_conflicts(rows: list[Said], owned: Mapping[Key, Owner], plan: MemberPlan) -> list[list[Said]]:
    """The rows of each person that can be told. A row that points to two members is rejected; so are rows that share
    an identifier of which nobody can say to which of two members it belongs.
    """
    if len(_members(rows, owned)) <= 1:
        return [rows]
    clear = []
    for said in rows:
        if len(_members([said], owned)) > 1:
            _conflict([said], owned, plan)
        else:
            clear.append(said)
    whole = []
    for group in people(clear):
        if len(_members(group, owned)) > 1:
            _conflict(group, owned, plan)
        else:
            whole.append(group)
    return whole


def _conflict(group: list[Said], owned: Mapping[Key, Owner], plan: MemberPlan) -> None:
    keys = dict.fromkeys(key for said in group for key in said.identifiers() if key in owned)
    pointing = [(key, owned[key].member, owned[key].number) for key in keys]
    for said in group:
        subject = next(iter((*said.numbers, *said.accounts)), said.name)
        conflict = conflicts.between(said.row, subject, pointing)
        plan.conflicts.append(conflict)
        value = said.numbers[0] if said.numbers else ""
        plan.problems.append(
            Problem(
                said.row, Level.REJECT, "identifiers_conflict", "member_no", value, {"order": subject, **conflict.sides}
            )
        )
    plan.rejected += len(group)


def _owners(group: Sequence[Said], owned: Mapping[Key, Owner]) -> list[Owner]:
    return [owned[key] for said in group for key in said.identifiers() if key in owned]


def _members(group: Sequence[Said], owned: Mapping[Key, Owner]) -> set[int]:
    return {owner.member for owner in _owners(group, owned)}


def _taken(group: list[Said], plan: MemberPlan) -> None:
    first, *rest = group
    plan.fixed += first.is_fixed
    plan.accepted += not first.is_fixed
    plan.duplicates += len(rest)
    plan.problems += _repeated(group)


def _repeated(group: Sequence[Said]) -> Iterator[Problem]:
    """The rows after the first. Where only a phone or e-mail ties another name to it, that may be somebody else."""
    first = group[0]
    strong = {key for key in first.identifiers() if key[0] in {"number", "account"}}
    for said in group[1:]:
        yield _again(said.row, first.row)
        if member_rows.is_other_name(said.name, first.name) and strong.isdisjoint(said.identifiers()):
            params = {"row": str(first.row), "name": first.name}
            yield Problem(said.row, Level.DUPLICATE, "other_name", "name", said.name, params)


def _again(row: int, first: int) -> Problem:
    return Problem(row, Level.DUPLICATE, "same_phone_or_email", params={"row": str(first)})


def _stored_key(key: Key) -> Key:
    """As identifiers are stored: a further number is a card."""
    return ("card" if key[0] == "number" else key[0], key[1])


def _says_less(name: str, text: str, than: str) -> bool:
    """A birthday without its year says less than the same one with it."""
    return name == "birthday" and text.startswith("--") and than.endswith(text[1:])


def _stored(ids: set[int]) -> dict[int, Values]:
    found: dict[int, Values] = {}
    columns = ("id", "number", "name", "gender", "city", "home_store_id", "joined_on", "birth_year", "birth_month",
               "birth_day")  # fmt: skip
    for part in bulk.in_parts(ids):
        for row in Member.objects.filter(pk__in=part).values_list(*columns):
            found[row[0]] = _values(*row[1:])
    return found


def _values(
    number: str, name: str, gender: str, city: str, store: int | None, joined_on: Any, *birthday: int | None
) -> Values:
    return {
        "number": number,
        "name": name,
        "gender": gender,
        "city": city,
        "store": str(store or ""),
        "joined_on": str(joined_on or ""),
        "birthday": birthdays.joined(*birthday),
    }
