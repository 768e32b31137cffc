"""The one door to the warehouse: the actor's stores and the filters are applied before a metric sees a table."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace

import ibis.expr.types as ir
import pyarrow as pa
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext

from analytics.facts import derive, engine, manifest, programme, schema
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


@dataclass(frozen=True, slots=True)
class Facts:
    """The tables of `schema.PREPARED`, scoped.

    `sales`, `money_back`: of the stores and channels in the cut. `firsts`: members whose first purchase lies there.
    `visits`, `member_month`, `member_summary`, `occasions`, `first_products`: everything those same members bought,
    anywhere; join them to `firsts`.
    `points`, `tier_stays`, `coupons`, `benefit_uses`: of those members too, and for head office of everybody
    (`programme.Programme`).
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
    first_day: int  # of a sale, in any store; the last day when there is none
    last_day: int  # the end of observation, T
    manifest: Manifest


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
        given = programme.of(tables, as_of_day=cut.as_of_day, known_at=known_at)
        everything = Facts(
            sales=prepared.sales,
            money_back=prepared.money_back,
            firsts=prepared.firsts,
            visits=prepared.sales,
            member_month=prepared.member_month,
            member_summary=prepared.member_summary,
            occasions=prepared.occasions,
            first_products=prepared.first_products,
            births=prepared.firsts,
            points=given.points,
            tier_stays=given.tier_stays,
            coupons=given.coupons,
            benefit_uses=given.benefit_uses,
            first_day=last_day if first_day is None else first_day,
            last_day=last_day,
            manifest=current,
        )
        if cut.member_ids is not None:
            everything = _of_members(everything, cut.member_ids)
        yield narrowed(everything, stores, cut.channel_ids)


def narrowed(facts: Facts, stores: frozenset[int] | None, channels: frozenset[int] = frozenset()) -> Facts:
    """The part of facts that lies in some stores (None: all) and channels (empty: all); never more than they hold."""
    if stores is None and not channels:
        return facts
    firsts = _within(facts.firsts, stores, channels)
    return replace(
        facts,
        sales=_within(facts.sales, stores, channels),
        money_back=_within(facts.money_back, stores, channels),
        firsts=firsts,
        visits=facts.visits.semi_join(firsts, "member_id"),
        member_month=facts.member_month.semi_join(firsts, "member_id"),
        member_summary=facts.member_summary.semi_join(firsts, "member_id"),
        occasions=facts.occasions.semi_join(firsts, "member_id"),
        first_products=facts.first_products.semi_join(firsts, "member_id"),
        points=facts.points.semi_join(firsts, "member_id"),
        tier_stays=facts.tier_stays.semi_join(firsts, "member_id"),
        coupons=facts.coupons.semi_join(firsts, "member_id"),
        benefit_uses=facts.benefit_uses.semi_join(firsts, "member_id"),
    )


def _of_members(facts: Facts, ids: tuple[int, ...]) -> Facts:
    """The part of facts that is about some members; the orders of guests are nobody's.

    Every table is narrowed, one that is added later too, save `births`, by which buyers only tell whether they are new.
    """
    wanted = engine.registered(facts.sales, "asked_members", pa.table({"member_id": pa.array(ids, pa.int64())}))
    tables = {part.name: getattr(facts, part.name) for part in fields(facts) if part.name != "births"}
    return replace(
        facts,
        **{name: found.semi_join(wanted, "member_id") for name, found in tables.items() if isinstance(found, ir.Table)},
    )


def _prepared(current: Manifest, tables: dict[str, ir.Table], cut: Cut) -> tuple[derive.Prepared, int | None, int]:
    """The prepared tables, the first day of a sale, and T: as published for the present, derived anew from the raw
    facts for a past moment."""
    raw = derive.RawFacts(**{name: tables[name] for name in schema.SOLD})
    is_past = cut.known_at is not None and cut.known_at < current.published_at
    known_at = current.published_at if cut.known_at is None else cut.known_at
    last_day = _day(derive.last_business_day(raw, known_at=known_at)) if is_past else current.last_day
    if last_day is None:
        raise NoData
    as_of = last_day if cut.as_of_day is None else cut.as_of_day
    if not is_past and as_of >= last_day:
        return derive.Prepared(**{name: tables[name] for name in schema.PREPARED}), current.first_day, as_of
    prepared = _derived(raw, as_of, known_at)
    return prepared, _day(prepared.sales.day.min()), as_of


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


def _within(table: ir.Table, stores: frozenset[int] | None, channels: frozenset[int]) -> ir.Table:
    if stores is not None:
        table = table.filter(table.store_id.isin(sorted(stores)) if stores else False)
    return table.filter(table.channel_id.isin(sorted(channels))) if channels else table
