"""What the check of a sales file has planned so far: on its stage, since it plans a whole file and writes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from members.rules.imports.member_rows import Key
from members.services.imports import bulk
from members.services.imports.stage import Stage

_SCHEMA = """
drop table if exists planned_key;
drop table if exists planned_return;
drop table if exists planned_buyer;
create table planned_key (
    kind text, value text, record integer, member integer, number text, primary key (kind, value)
) without rowid;
create table planned_return (number text primary key, amount integer) without rowid;
create table planned_buyer (member integer primary key);
"""


@dataclass(slots=True)
class Holder:
    """The record that an identifier belongs to, its number, and the member it counts for."""

    record: int
    member: int
    number: str


class Planned:
    """Holders of identifiers, money given back for orders, and members who bought. Starts empty."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        stage.prepare(_SCHEMA)

    def holders(self, keys: Iterable[Key]) -> dict[Key, Holder]:
        found: dict[Key, Holder] = {}
        for part in bulk.in_parts(keys, 400):
            marks = ", ".join(["(?, ?)"] * len(part))
            rows = self._stage.select(
                f"select kind, value, record, member, number from planned_key where (kind, value) in (values {marks})",  # noqa: S608
                [text for key in part for text in key],
            )
            found |= {(kind, value): Holder(*holder) for kind, value, *holder in rows}
        return found

    def hold(self, holders: Iterable[tuple[Key, Holder]]) -> None:
        self._stage.put(
            "insert or replace into planned_key values (?, ?, ?, ?, ?)",
            ((*key, holder.record, holder.member, holder.number) for key, holder in holders),
        )

    def returned(self, numbers: Iterable[str]) -> dict[str, int]:
        """Order number -> ten-thousandths given back."""
        found: dict[str, int] = {}
        for part in bulk.in_parts(set(numbers)):
            marks = ", ".join("?" * len(part))
            found |= dict(self._stage.select(f"select * from planned_return where number in ({marks})", part))  # noqa: S608
        return found

    def give_back(self, amounts: Mapping[str, int]) -> None:
        self._stage.put("insert or replace into planned_return values (?, ?)", amounts.items())

    def bought(self, members: Iterable[int]) -> None:
        self._stage.put("insert or ignore into planned_buyer values (?)", ((member,) for member in members))

    def buyers(self) -> int:
        """How many members have bought."""
        return self._stage.count("select count(*) from planned_buyer")

    def forget(self) -> None:
        self._stage.prepare("drop table planned_key; drop table planned_return; drop table planned_buyer;")
