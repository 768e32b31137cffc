"""The stage: one SQLite file per import, on either database, so that the main write lock stays free meanwhile."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple, Self

from members.rules.imports.pieces import LINE_END, STRAY, Piece
from members.rules.imports.problems import Level, Problem

_SCHEMA = """
create table head (
    id integer primary key, kind text, number text, at text, member text, store text, channel text, status text,
    ref text, phone text, email text, name text, account text, more text, total integer, gross integer, fixed integer,
    culprit integer, disagreement text, hash blob, rows text, lines text
);
create table problem (
    row integer, level text, code text, field text, value text, params text, primary key (row, code, field)
);
create table identifier (value text, row integer);
create table person (first integer, row integer);
create table stands (member integer primary key, row integer);
create table product (sku text primary key, name text, category text);
create table meta (key text primary key, value text);
"""
_COLUMNS = 22
TOGETHER = 500  # what is looked up at a time, so that no file is ever held whole


class Head(NamedTuple):
    """One order or refund as it stands on the stage; `rows` are its records ("3-7" or "3,9").

    `id` is twice its first record. A refund that the rows of an order state has none, they are its order's; its id is
    the one after that of the order.
    """

    id: int
    kind: str
    number: str
    at: str
    member: str
    store: str
    channel: str
    status: str
    ref: str
    phone: str
    email: str
    name: str
    account: str
    more: str
    total: int
    gross: int
    fixed: int
    culprit: int
    disagreement: str
    hash: bytes
    rows: str
    lines: str

    @property
    def is_derived(self) -> bool:
        """Whether it is a refund that the rows of an order state."""
        return self.id % 2 == 1

    @property
    def first(self) -> int:
        """Its first record, or that of the order that states it."""
        return self.id // 2

    @property
    def records(self) -> Sequence[int]:
        """The records to which a finding about it belongs."""
        if self.is_derived:
            return [self.first]
        first, together, last = self.rows.partition("-")
        if together:
            return range(int(first), int(last) + 1)
        return [int(number) for number in self.rows.split(",")]

    @property
    def size(self) -> int:
        """How many records of the file it takes up."""
        return 0 if self.is_derived else len(self.records)

    def line_list(self) -> list[str]:
        return self.lines.split(LINE_END) if self.lines else []


def head_of(piece: Piece) -> Head:
    return Head(
        2 * piece.rows[0] if piece.rows else 2 * piece.origin + 1, piece.kind, piece.number, piece.at, piece.member,
        piece.store, piece.channel, piece.status, piece.order, piece.phone, piece.email, piece.name, piece.account,
        piece.more, piece.total, piece.total - piece.gift_cards, piece.fixed, piece.culprit, piece.disagreement,
        piece.content(), _records(piece.rows), LINE_END.join(piece.lines),
    )  # fmt: skip


def _records(rows: list[int]) -> str:
    if not rows:
        return ""
    if rows[-1] - rows[0] + 1 == len(rows):
        return f"{rows[0]}-{rows[-1]}"
    return ",".join(map(str, rows))


def piece_of(head: Head) -> Piece:
    return Piece(
        head.kind, head.number, head.at, head.member, head.store, head.channel, head.status, head.ref, head.phone,
        head.email, head.name, head.account, head.more, head.total, head.total - head.gross, head.fixed,
        head.culprit, head.disagreement, list(head.records), head.line_list(),
    )  # fmt: skip


class Stage:
    """What was read of one file. It is complete when it has been `seal`ed; only then it bears its final name."""

    def __init__(self, path: Path, *, fresh: bool = False) -> None:
        self.path = path
        self._unsealed = fresh
        if fresh:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("pragma journal_mode=off" if fresh else "pragma journal_mode=memory")
        self._db.execute("pragma synchronous=off")
        self._db.execute("pragma cache_size=-8192")
        if fresh:
            self._db.executescript(_SCHEMA)
            self._db.execute("begin")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()
        if self._unsealed:
            self.path.unlink(missing_ok=True)

    def seal(self, final: Path, meta: dict[str, Any]) -> None:
        """Commit and take the final name, unless another attempt was faster (its content is the same)."""
        self._db.executemany("insert or replace into meta values (?, ?)", [(k, json.dumps(v)) for k, v in meta.items()])
        self._db.execute("commit")
        self._db.close()
        with suppress(FileExistsError):
            final.hardlink_to(self.path)

    def prepare(self, script: str) -> None:
        """Tables of a reader's own."""
        self._db.executescript(script)

    def put(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Many rows, all or none of them."""
        self._db.execute("begin")
        self._db.executemany(sql, rows)
        self._db.execute("commit")

    def keep_findings_only(self) -> None:
        """After the import only the findings are needed: they move into a file of their own, which takes this one's
        name. (Deleting the rest in place would hold all of it in the journal.)
        """
        small = self.path.with_suffix(".findings")
        with Stage(small, fresh=True) as kept:
            kept._db.execute("commit")
            kept._db.execute("attach ? as whole", (str(self.path),))
            for table in ("problem", "meta"):
                kept._db.execute(f"insert into {table} select * from whole.{table}")  # noqa: S608
            small.replace(self.path)
            kept._unsealed = False

    def meta(self) -> dict[str, Any]:
        return {key: json.loads(value) for key, value in self._db.execute("select key, value from meta")}

    def add_heads(self, heads: Iterable[Head]) -> None:
        self._db.executemany(f"insert into head values ({', '.join('?' * _COLUMNS)})", heads)  # noqa: S608

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """The first finding of a kind on a row and field stands. A NUL is shown by a sign: PostgreSQL takes none."""
        rows = [
            (p.row, p.level, p.code, p.field, p.value.replace("\0", "\u2400"), json.dumps(dict(p.params)))
            for p in problems
        ]
        self._db.executemany("insert or ignore into problem values (?, ?, ?, ?, ?, ?)", rows)

    def add_products(self, products: Iterable[tuple[str, str, str]]) -> None:
        """Of a SKU that comes again, the first name that is not blank stands."""
        self._db.executemany(
            "insert into product values (?, ?, ?) on conflict (sku) do update set name = excluded.name, "
            "category = excluded.category where product.name = ''",
            products,
        )

    def add_identifiers(self, identifiers: Iterable[tuple[str, int]]) -> None:
        """Of people: value, and the row that names it."""
        self._db.executemany("insert into identifier values (?, ?)", identifiers)

    def identifiers(self) -> Iterator[tuple[str, int]]:
        """All of them, the rows of one value together."""
        yield from self._db.execute("select value, row from identifier order by value, row")

    def add_persons(self, persons: Iterable[tuple[int, int]]) -> None:
        """The first row of a person, and another of theirs."""
        self._db.executemany("insert into person values (?, ?)", persons)

    def persons(self) -> Iterator[tuple[int, int]]:
        """All of them, the rows of one person together and in file order."""
        yield from self._db.execute("select first, row from person order by first, row")

    def heads_of(self, ids: Iterable[int]) -> list[Head]:
        return [Head(*self._db.execute("select * from head where id = ?", (number,)).fetchone()) for number in ids]

    def forget_persons(self) -> None:
        """What is needed only until the rows of a person are one head."""
        self._db.execute("delete from identifier")
        self._db.execute("delete from person")

    def stand(self, rows: Iterable[tuple[int, int]]) -> None:
        """For a stored member (id) a row of this file stands: the first that says so."""
        self._db.executemany("insert or ignore into stands values (?, ?)", rows)

    def standing(self, members: Sequence[int]) -> dict[int, int]:
        """Member id -> the row that stands for it."""
        marks = ", ".join("?" * len(members))
        sql = f"select member, row from stands where member in ({marks})"  # noqa: S608
        return dict(self._db.execute(sql, members).fetchall())

    def forget_standing(self) -> None:
        self._db.execute("delete from stands")

    def replace_heads(self, ids: Iterable[int], by: Iterable[Head] = ()) -> None:
        self._db.executemany("delete from head where id = ?", [(number,) for number in ids])
        self.add_heads(by)

    def heads(self, after: int = 0, limit: int = -1) -> list[Head]:
        """Heads in file order, those after an id."""
        rows = self._db.execute("select * from head where id > ? order by id limit ?", (after, limit))
        return [Head(*row) for row in rows]

    def chunks(self, after: int, orders: int, rows: int) -> Iterator[list[Head]]:
        """Heads in file order, those after an id, so many orders at a time and about so many rows."""
        chunk: list[Head] = []
        size = 0
        for row in self._db.execute("select * from head where id > ? order by id", (after,)):
            head = Head(*row)
            chunk.append(head)
            size += head.size
            if len(chunk) >= orders or size >= rows:
                yield chunk
                chunk, size = [], 0
        if chunk:
            yield chunk

    def repeated(self) -> Iterator[list[Head]]:
        """Heads that share a number, in file order, a group at a time."""
        self._db.execute("create index if not exists head_number on head (kind, number)")
        last = ("", "")
        while groups := self.select(
            "select kind, number from head where (kind, number) > (?, ?) group by kind, number having count(*) > 1 "
            "order by kind, number limit ?",
            (*last, TOGETHER),
        ):
            for kind, number in groups:
                rows = self._db.execute("select * from head where kind = ? and number = ? order by id", (kind, number))
                yield [Head(*row) for row in rows.fetchall()]
            last = groups[-1]

    def lost(self) -> list[int]:
        """Rows that could not be read and belong to no order of the file by what stands in place of their number: the
        first of them.
        """
        self._db.execute("create index if not exists head_number on head (kind, number)")
        return self.column(
            "select id / 2 from head h where status = ? and (number = '' or not exists "
            "(select 1 from head o where o.kind = h.kind and o.number = h.number and o.status <> ?)) "
            "order by id limit ?",
            (STRAY, STRAY, TOGETHER),
        )

    def lies_apart(self) -> bool:
        """Whether the rows of some order do not lie together."""
        found = self._db.execute(
            "select 1 from head where status <> ? group by kind, number having count(*) > 1 limit 1", (STRAY,)
        )
        return found.fetchone() is not None

    def doubt_neighbours(self, row: int) -> None:
        """The orders before and after a lost row are not whole; only that around it, if it stands within one."""
        around = "select * from head where status <> ? and id {} ? order by id {} limit 1"
        before = self._db.execute(around.format("<", "desc"), (STRAY, 2 * row)).fetchone()
        after = self._db.execute(around.format(">", ""), (STRAY, 2 * row)).fetchone()
        heads = [Head(*found) for found in (before, after) if found]
        if heads and heads[0].records[-1] > row > heads[0].first:
            heads = heads[:1]
        self._db.executemany("update head set culprit = ? where id = ? and culprit = 0", [(row, h.id) for h in heads])
        self._db.execute("delete from head where id = ?", (2 * row,))

    def doubtful(self) -> Iterator[Head]:
        """Heads of which something is wrong as a whole. They may be taken away meanwhile."""
        last = 0
        while found := self.select(
            "select * from head where id > ? and (culprit > 0 or disagreement <> '' or total < 0 "
            "or (kind = 'refund' and total = 0)) order by id limit ?",
            (last, TOGETHER),
        ):
            yield from (Head(*row) for row in found)
            last = found[-1][0]

    def values(self, column: str) -> list[str]:
        """The distinct values of a head's column that are not blank."""
        return self.column(f"select distinct {column} from head where {column} <> ''")  # noqa: S608

    def column(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        return [row[0] for row in self._db.execute(sql, parameters)]

    def select(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._db.execute(sql, parameters).fetchall()

    def products(self) -> Iterator[list[tuple[str, str, str]]]:
        """SKU, name and category of each, some hundreds at a time."""
        rows = self._db.execute("select sku, name, category from product order by rowid")
        while found := rows.fetchmany(TOGETHER):
            yield found

    def count(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        return int(self._db.execute(sql, parameters).fetchone()[0] or 0)

    def rejected(self) -> int:
        return self.count(f"select count(distinct row) from problem where level = '{Level.REJECT}'")  # noqa: S608

    def rejections(self, code: str = "", name: str = "") -> Iterator[Problem]:
        """The first reason of every rejected row, in file order; with a code, only what it says of a field."""
        rows = self._db.execute(
            "select min(rowid), row, level, code, field, value, params from problem "
            "where level = ? and (? = '' or code = ? and field = ?) group by row order by row",
            (Level.REJECT, code, code, name),
        )
        return (_problem(*found) for _first, *found in rows)

    def groups(self, samples: int) -> list[tuple[str, str, str, int, list[Problem]]]:
        """Findings by what to do about them: (level, code, field, rows, the first few), most rows first."""
        grouped = self._db.execute(
            "select level, code, field, count(*) from problem p where level = 'reject' or not exists "
            "(select 1 from problem q where q.row = p.row and q.level = 'reject') "
            "group by level, code, field order by level desc, count(*) desc"
        ).fetchall()
        return [(*group, self._samples(group, samples)) for group in grouped]

    def _samples(self, group: tuple[str, str, str, int], samples: int) -> list[Problem]:
        rows = self._db.execute(
            "select row, level, code, field, value, params from problem where level = ? and code = ? and field = ? "
            "order by row limit ?",
            (*group[:3], samples),
        )
        return [_problem(*found) for found in rows]


def _problem(row: int, level: str, code: str, name: str, value: str, params: str) -> Problem:
    return Problem(row, Level(level), code, name, value, json.loads(params))


def is_complete(path: Path) -> bool:
    """Whether a sealed stage lies there."""
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as db:
        try:
            return bool(db.execute("select 1 from meta where key = 'rows'").fetchone())
        except sqlite3.DatabaseError:
            return False
