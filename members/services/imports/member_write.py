"""People of a members file into the database, inside the caller's transaction."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from members.lib import clock
from members.models import Identifier, ImportBatch, Member, MemberEdit
from members.rules.imports import birthdays
from members.services.imports import bulk, claims, conflicts
from members.services.imports.member_resolve import Edit, MemberPlan, MemberResolver, New, NewIdentifier
from members.services.imports.places import Places
from members.services.imports.stage import Head, Stage

_MEMBER = ("id", "recorded_at", "number", "number_key", "name", "home_store_id", "joined_on", "gender", "city",
           "birth_year", "birth_month", "birth_day", "batch_id")  # fmt: skip
_IDENTIFIER = ("recorded_at", "member_id", "kind", "source", "value", "last4", "batch_id")
_EDIT = ("at", "batch_id", "member_id", "field", "before", "after")
_COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("number", "number_key"),
    "store": ("home_store_id",),
    "birthday": ("birth_year", "birth_month", "birth_day"),
}
_EDITED = {"store": "home_store"}  # how a `MemberEdit` calls the field


class MemberWriter:
    """Writes the chunks of one import. Every row of a chunk bears the same `recorded_at`."""

    def __init__(self, stage: Stage, batch: ImportBatch, known: Places, home: str, decided: Mapping[str, str]) -> None:
        self._stage = stage
        self._batch = batch
        self._known = known
        self._home = home
        self._decided = decided

    def prepare(self, heads: Sequence[Head]) -> None:
        """Nothing is looked up before the transaction."""

    def plan(self, heads: Sequence[Head]) -> MemberPlan:
        new_id = bulk.Ids(Member).take
        return MemberResolver(self._stage, self._batch.source, self._store_id, self._home, self._decided, new_id).plan(
            heads
        )

    def _store_id(self, word: str) -> int:
        return self._known.store(word)[0]

    def write(self, plan: MemberPlan) -> None:
        now = clock.now()
        self._members(plan.members, now)
        self._identifiers(plan.identifiers, now)
        self._edits(plan.edits, now)
        conflicts.record(self._batch.pk, plan.conflicts)
        claims.claim(plan.contacts(), now=now)
        self._stage.stand(plan.standing)

    def _members(self, members: Iterable[New], now: dt.datetime) -> None:
        recorded = bulk.stored_instant(now)
        rows = [
            (
                new.id, recorded, new.number, new.number.casefold(), new.said.name, new.store,
                new.said.joined_on or None, new.said.gender, new.said.city, *birthdays.split(new.said.birthday),
                self._batch.pk,
            )
            for new in members
        ]  # fmt: skip
        bulk.insert(Member, _MEMBER, rows)

    def _identifiers(self, identifiers: Iterable[NewIdentifier], now: dt.datetime) -> None:
        recorded = bulk.stored_instant(now)
        rows = [
            (
                recorded, new.record, new.kind, self._batch.source if new.kind == "account" else "", new.value,
                new.value[-4:] if new.kind == "phone" else "", self._batch.pk,
            )
            for new in identifiers
        ]  # fmt: skip
        bulk.insert(Identifier, _IDENTIFIER, rows)

    def _edits(self, edits: Iterable[Edit], now: dt.datetime) -> None:
        at = bulk.stored_instant(now)
        rows: list[tuple[Any, ...]] = []
        updates: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for edit in edits:
            rows.append((at, self._batch.pk, edit.member, _EDITED.get(edit.field, edit.field), edit.before, edit.after))
            updates[edit.field].append((*_stored(edit.field, edit.after), edit.member))
        bulk.insert(MemberEdit, _EDIT, rows)
        for name, values in updates.items():
            bulk.update(Member, _COLUMNS.get(name, (name,)), values)


def _stored(name: str, text: str) -> tuple[Any, ...]:
    """A value as its columns hold it."""
    if name == "birthday":
        return birthdays.split(text)
    if name == "number":
        return text, text.casefold()
    return (int(text),) if name == "store" else (text,)
