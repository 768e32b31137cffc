"""The one door to the warehouse: the actor's stores and the filters are applied before a metric sees a table."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

import ibis.expr.types as ir
import pyarrow as pa
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext

from analytics.facts import derive, engine, feedback, manifest, programme, schema
from analytics.facts.manifest import Manifest
from members.lib.actor import Actor
from members.lib.roles import Right


@dataclass(frozen=True, slots=True)
class Cut:
    """What part of the facts a question is about. Empty stores or channels mean: all the actor may see.

    `as_of_day` (day number) and `known_at` (µs) None mean: the end of the data, and now. `member_ids` None: everybody,
    guests too.
    """

    store_ids: frozenset[int] = frozenset()
    channel_ids: frozenset[int] = frozenset()
    as_of_day: int | None = None
    known_at: int | None = None
    member_ids: tuple[int, ...] | None = None


Made = Callable[[], ir.Table]


class Facts:
    """The tables of `schema.PREPARED`, scoped. Each is put together when it is first asked for: a question reads two or
    three of them, and to describe all takes longer than to answer it.

    `sales`, `money_back`: of the stores and channels in the cut. `firsts`: members whose first purchase lies there.
    `visits`, `member_month`, `member_summary`, `occasions`, `first_products`: everything those same members bought,
    anywhere; join them to `firsts`.
    `points`, `tier_stays`, `coupons`, `benefit_uses`: of those members too, and for head office of everybody
    (`programme.Programme`).
    `responses`, `answers`, `invitations`, `reviews`, `cases`, `texts`, `themes`: what was said in those stores
    (`feedback.Feedback`); what belongs to no store is head office's.
    `births`: first orders of all members, to tell a new buyer from one who returns; never list it.
    """

    sales: ir.Table
    money_back: ir.Table
    firsts: ir.Table
    visits: ir.Table
    member_month: ir.Table
    member_summary: ir.Table
    occasions: ir.Table
    first_products: ir.Table
    births: ir.Table
    points: ir.Table
    tier_stays: ir.Table
    coupons: ir.Table
    benefit_uses: ir.Table
    responses: ir.Table
    answers: ir.Table
    invitations: ir.Table
    reviews: ir.Table
    cases: ir.Table
    texts: ir.Table
    themes: ir.Table
    first_day: int  # of a sale, in any store; the last day when there is none
    last_day: int  # the end of observation, T
    manifest: Manifest

    def __init__(self, made: Mapping[str, Made], *, first_day: int, last_day: int, manifest: Manifest) -> None:
        self.made = dict(made)
        self.first_day, self.last_day, self.manifest = first_day, last_day, manifest

    def __getattr__(self, name: str) -> ir.Table:
        """A table that nobody has asked for yet."""
        if name == "made" or name not in self.made:
            raise AttributeError(name)
        table = self.made[name]()
        setattr(self, name, table)
        return table

    def but(self, made: Mapping[str, Made]) -> "Facts":
        """The same with other tables in the place of some."""
        others: dict[str, Made] = {name: partial(getattr, self, name) for name in self.made}
        return Facts({**others, **made}, first_day=self.first_day, last_day=self.last_day, manifest=self.manifest)


_OF_PEOPLE = {"visits", "member_month", "member_summary", "occasions", "first_products", *programme.TABLES}


class NoData(Exception):
    """Nothing has been published yet, or nothing was known at the asked instant."""

    def __str__(self) -> str:
        return gettext("There is no sales data yet (or none was known at that time). Import orders first.")


@contextmanager
def open_facts(actor: Actor, cut: Cut) -> Iterator[Facts]:
    """The facts an actor may read, of one generation. PermissionDenied without the right; NoData before any."""
    if not actor.may(Right.SEE_REPORTS):
        raise PermissionDenied(Right.SEE_REPORTS)
    current = manifest.read()
    with engine.tables(current) as tables:
        prepared, first_day, last_day = _prepared(current, tables, cut)
        stores = _allowed(actor.store_ids, cut.store_ids)
        known_at = current.published_at if cut.known_at is None else cut.known_at
        given = programme.Programme(tables, as_of_day=cut.as_of_day, known_at=known_at)
        made: dict[str, Made] = {name: partial(getattr, prepared, name) for name in schema.PREPARED}
        made |= {"visits": made["sales"], "births": made["firsts"]}
        made |= {name: partial(getattr, given, name) for name in programme.TABLES}
        made |= _told(current, tables, cut)
        start = last_day if first_day is None else first_day
        everything = Facts(made, first_day=start, last_day=last_day, manifest=current)
        if cut.member_ids is not None:
            everything = _of_members(everything, cut.member_ids)
        yield narrowed(everything, stores, cut.channel_ids)


def narrowed(facts: Facts, stores: frozenset[int] | None, channels: frozenset[int] = frozenset()) -> Facts:
    """The part of facts that lies in some stores (None: all) and channels (empty: all); never more than they hold.

    Every table is narrowed, one that is added later too, save `births`.
    """
    if stores is None and not channels:
        return facts
    placed = facts.made.keys() - _OF_PEOPLE - {"births"}
    there = facts.but({name: partial(_within, facts, name, stores, channels) for name in placed})
    return there.but({name: partial(_of_those, facts, name, there.firsts) for name in _OF_PEOPLE})


def _of_members(facts: Facts, ids: tuple[int, ...]) -> Facts:
    """The part of facts that is about some members; the orders of guests are nobody's.

    Every table is narrowed, one that is added later too, save `births`, by which buyers only tell whether they are new.
    """
    asked = pa.table({"member_id": pa.array(ids, pa.int64())})
    wanted = engine.registered(facts.sales, "asked_members", asked)
    return facts.but({name: partial(_of_those, facts, name, wanted) for name in facts.made if name != "births"})


def by_segment(rows: ir.Table, people: Mapping[int, Sequence[int]]) -> ir.Table:
    """The rows of each segment's people, as often as their member is in one: with segment_id."""
    pairs = [(number, member) for number, ids in people.items() for member in ids]
    columns = {name: pa.array([pair[at] for pair in pairs], pa.int64()) for at, name in enumerate(("segment_id", "of"))}
    held = engine.registered(rows, "segments", pa.table(columns))
    return rows.join(held, rows.member_id == held.of).drop("of")


def _of_those(facts: Facts, name: str, wanted: ir.Table) -> ir.Table:
    table: ir.Table = getattr(facts, name)
    return table.semi_join(wanted, "member_id")


def _prepared(current: Manifest, tables: dict[str, ir.Table], cut: Cut) -> tuple[derive.Prepared, int | None, int]:
    """The prepared tables, the first day of a sale, and T: as published for the present, derived anew from the raw
    facts for a past moment."""
    raw = derive.RawFacts(**{name: tables[name] for name in schema.SOLD})
    is_past = _is_past(current, cut)
    known_at = current.published_at if cut.known_at is None else cut.known_at
    last_day = _day(derive.last_business_day(raw, known_at=known_at)) if is_past else current.last_day
    if last_day is None:
        raise NoData
    as_of = last_day if cut.as_of_day is None else cut.as_of_day
    if not is_past and as_of >= last_day:
        return derive.Prepared(**{name: tables[name] for name in schema.PREPARED}), current.first_day, as_of
    prepared = _derived(raw, as_of, known_at)
    return prepared, _day(prepared.sales.day.min()), as_of


def _told(current: Manifest, tables: dict[str, ir.Table], cut: Cut) -> dict[str, Made]:
    """What customers said: as published for the present, from the raw facts for a past moment."""
    if cut.as_of_day is None and not _is_past(current, cut):
        return {name: partial(tables.__getitem__, feedback.written(name)) for name in feedback.TABLES}
    known_at = current.published_at if cut.known_at is None else cut.known_at
    told = feedback.Feedback(tables, as_of_day=cut.as_of_day, known_at=known_at)
    return {name: partial(getattr, told, name) for name in feedback.TABLES}


def _is_past(current: Manifest, cut: Cut) -> bool:
    return cut.known_at is not None and cut.known_at < current.published_at


def _derived(raw: derive.RawFacts, as_of: int, known_at: int) -> derive.Prepared:
    """The prepared tables of a past moment, worked out step by step as a publish does.

    As one expression the engine joins a member's orders with each other, which a reseller's thousands make endless.
    """
    sales = engine.worked_out(derive.sales(raw, as_of_day=as_of, known_at=known_at), "past_sales")
    back = engine.worked_out(derive.money_back(raw, as_of_day=as_of, known_at=known_at), "past_money_back")
    prepared = derive.prepare_from(sales, back, raw.lines, derive.occasions(sales))
    return replace(prepared, firsts=engine.worked_out(prepared.firsts, "past_firsts"))


def _day(scalar: ir.Scalar) -> int | None:
    found = scalar.to_pyarrow().as_py()
    return None if found is None else int(found)


def _allowed(scope: frozenset[int] | None, wanted: frozenset[int]) -> frozenset[int] | None:
    """Stores to keep; None means all. A wanted store outside the scope is never added."""
    if scope is None:
        return wanted or None
    return scope & wanted if wanted else scope


def _within(facts: Facts, name: str, stores: frozenset[int] | None, channels: frozenset[int]) -> ir.Table:
    table: ir.Table = getattr(facts, name)
    if stores is not None:
        table = table.filter(table.store_id.isin(sorted(stores)) if stores else False)
    return table.filter(table.channel_id.isin(sorted(channels))) if channels else table
