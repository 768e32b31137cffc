"""Whose an order is: the records that its account, number, phone and e-mail belong to, and whom they count for."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from members.rules.imports.member_rows import Key
from members.services.imports import owners
from members.services.imports.conflicts import Conflict
from members.services.imports.planned import Holder, Planned
from members.services.imports.stage import Head


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who bought. Both None: a guest."""

    record: int | None = None
    member: int | None = None
    matched_by: str = ""


@dataclass(slots=True)
class News:
    """What an import learns about people: records to create (id -> number, name), new identifiers, real numbers for
    records that had only ours (id -> before, after)."""

    members: dict[int, tuple[str, str]] = field(default_factory=dict)
    identifiers: list[tuple[int, Key]] = field(default_factory=list)
    renamed: dict[int, tuple[str, str]] = field(default_factory=dict)


def keys_of(head: Head) -> list[Key]:
    """The identifiers of a head, the one that decides first."""
    found = (
        ("account", head.account.casefold()), ("number", head.member.casefold()), ("phone", head.phone),
        ("email", head.email),
    )  # fmt: skip
    return [(kind, value) for kind, value in found if value]


def placeholder(record: int) -> str:
    """The number of a member for whom no file has named one."""
    return f"HT-{abs(record)}"


class Buyers:
    """Who buys: as stored, and as `planned` since; `new_id` gives ids to records that are to be created."""

    def __init__(self, source: str, new_id: Callable[[], int] | None, planned: Planned | None) -> None:
        self._source = source
        self._new_id = new_id or itertools.count(-1, -1).__next__
        self._planned = planned
        self._holders: dict[Key, Holder] = {}
        self._fresh: list[Key] = []  # keys that were learnt since the last look-up

    def load(self, heads: Iterable[Head]) -> None:
        """Look up what the identifiers of these heads belong to today."""
        wanted = {key for head in heads for key in keys_of(head)}
        found = {key: Holder(*owner) for key, owner in owners.of(wanted, self._source).items()}
        if self._planned is not None:
            self._planned.hold((key, self._holders[key]) for key in self._fresh)
            found |= self._planned.holders(wanted)
        of_record = {holder.record: holder for holder in found.values()}
        self._holders, self._fresh = {key: of_record[holder.record] for key, holder in found.items()}, []

    def of(self, head: Head, news: News, *, only_known: bool) -> Buyer | Conflict:
        """The buyer: known, or planned in `news`; a guest without identifiers or (`only_known`) with contacts only."""
        keys = keys_of(head)
        found = [(key, self._holders[key]) for key in keys if key in self._holders]
        if len({holder.member for _, holder in found}) > 1:
            pointing = [(kind, value, holder.member) for (kind, value), holder in found]
            return Conflict(head.first, head.number, pointing)
        if found:
            key, holder = found[0]
            self._learn(keys, holder, news, head.member)
            return Buyer(holder.record, holder.member, key[0])
        if not keys or (only_known and not (head.member or head.account)):
            return Buyer()
        holder = self._created(head, news)
        self._learn(keys, holder, news, head.member)
        return Buyer(holder.record, holder.member, keys[0][0])

    def _created(self, head: Head, news: News) -> Holder:
        record = self._new_id()
        number = head.member or placeholder(record)
        news.members[record] = (number, head.name)
        holder = Holder(record, record, number)
        if head.member:
            self._hold(("number", number.casefold()), holder)
        return holder

    def _hold(self, key: Key, holder: Holder) -> None:
        self._holders[key] = holder
        self._fresh.append(key)

    def _learn(self, keys: Sequence[Key], holder: Holder, news: News, number: str) -> None:
        """Take down the identifiers that nobody has yet; a real number replaces one of ours."""
        for key in keys:
            if key in self._holders:
                continue
            self._hold(key, holder)
            if key[0] == "number" and holder.number == placeholder(holder.record):
                self._rename(holder, number, news)
            else:
                news.identifiers.append((holder.record, key))

    def _rename(self, holder: Holder, number: str, news: News) -> None:
        if holder.record in news.members:
            news.members[holder.record] = (number, news.members[holder.record][1])
        else:
            news.renamed[holder.record] = (holder.number, number)
        holder.number = number
