"""What a check found, to hold beside the till: counts, problems by what to do, money by month and store."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from members.rules.imports.pieces import ORDER
from members.services.imports import findings, places
from members.services.imports.places import Defaults, Places
from members.services.imports.planned import Planned
from members.services.imports.resolve import Plan, Resolver, local_date
from members.services.imports.stage import Head, Stage

CHUNK = 5_000
MOST_STORES = 100
NAMES = 5  # of what would be created, so many are named

Sums = dict[str, list[int]]  # key -> orders, gross, refunds, refunded (money in ten-thousandths)


def summarise(
    stage: Stage, kind: str, new_resolver: Callable[..., Resolver], defaults: Defaults, beat: Callable[[], None]
) -> dict[str, Any]:
    """Plan every chunk and write none. Returns what `ImportBatch.summary` holds."""
    known = places.load(defaults)
    planned = Planned(stage)
    resolver = new_resolver(_with_missing(known, stage, defaults), planned=planned)
    months: Sums = defaultdict(lambda: [0, 0, 0, 0])
    stores: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    names = ("new", "changed", "refunds", "fixed_rows", "duplicate_rows", "rejected_rows", "members", "rows")
    tally = dict.fromkeys(names, 0)
    writes = _Writes(planned)
    after = 0
    while heads := stage.heads(after, CHUNK):
        after = heads[-1].id
        plan = resolver.plan(heads)
        stage.add_problems(plan.problems)
        tally["new"] += sum(1 for entry in plan.orders if entry.replaces is None)
        tally["changed"] += sum(1 for entry in plan.orders + plan.refunds if entry.replaces is not None)
        tally["refunds"] += sum(1 for entry in plan.refunds if entry.replaces is None)
        tally["fixed_rows"] += sum(entry.head.fixed for entry in plan.orders + plan.refunds)
        tally["duplicate_rows"] += sum(head.size for head in plan.duplicates)
        tally["rejected_rows"] += sum(head.size for head in plan.rejected)
        tally["members"] += len(plan.members)
        writes.add(plan)
        rejected = {head.id for head in plan.rejected}
        for head in heads:
            tally["rows"] += head.size
            if head.id not in rejected:
                _add(head, known, months, stores)
        beat()
    written = writes.told()
    planned.forget()
    return {
        **tally,
        **_money(months, stores, known),
        "creates": _creates(stage, defaults) | {"members": tally["members"], "member_names": writes.names},
        "writes": written,
        "matched": dict(writes.matched),
        "groups": findings.groups(stage),
        "decidable": findings.decidable(stage, kind),
        "decided": findings.decided(stage),
    }


class _Writes:
    """What the chunks would write: orders and refunds with their money, whose they are, and how they were found."""

    def __init__(self, planned: Planned) -> None:
        self.names: list[str] = []
        self.matched: Counter[str] = Counter()
        self._planned = planned
        self._sums = dict.fromkeys(("orders", "gross", "refunds", "refunded", "new_members"), 0)

    def add(self, plan: Plan) -> None:
        sums = self._sums
        sums["orders"] += len(plan.orders)
        sums["gross"] += sum(entry.head.gross for entry in plan.orders if entry.status == "paid")
        sums["refunds"] += len(plan.refunds)
        sums["refunded"] += sum(entry.head.gross for entry in plan.refunds)
        sums["new_members"] += len(plan.members)
        self._planned.bought({entry.member_id for entry in plan.orders if entry.member_id and entry.member_id > 0})
        self.matched.update(entry.matched_by or "guest" for entry in plan.orders)
        fresh = itertools.islice(plan.members.values(), NAMES - len(self.names))
        self.names += [name or number for number, name in fresh]

    def told(self) -> dict[str, int]:
        return self._sums | {"members": self._planned.buyers() + self._sums["new_members"]}


def _with_missing(known: Places, stage: Stage, defaults: Defaults) -> Places:
    """Stores and channels that the import would create, with ids that no row has."""
    stores, channels, _ = places.missing(stage, defaults)
    zone = places.zone(defaults.store_zone)
    known.stores.update({code: (-number, zone) for number, code in enumerate(stores, 1)})
    known.channels.update({code: -number for number, code in enumerate(channels, 1)})
    return known


def _add(head: Head, known: Places, months: Sums, stores: dict[int, list[int]]) -> None:
    if head.kind == ORDER and head.status != "paid":
        return
    store_id, zone = known.store(head.store)
    month = f"{local_date(head.at, zone):%Y-%m}"
    count, money = (0, 1) if head.kind == ORDER else (2, 3)
    for sums in (months[month], stores[store_id]):
        sums[count] += 1
        sums[money] += head.gross


def _creates(stage: Stage, defaults: Defaults) -> dict[str, Any]:
    """Stores and channels as [code, name, orders]; a code of "" belongs to what no column names."""
    stores, channels, products = places.missing(stage, defaults)
    fresh = (name or sku for part in places.new_products(stage) for sku, name, _ in part)
    return {
        "stores": _named(stage, "store", stores, {defaults.store: defaults.store_name}),
        "channels": _named(stage, "channel", channels, {defaults.channel: defaults.channel_name}),
        "products": products,
        "product_names": list(itertools.islice(fresh, NAMES)),
    }


def _named(stage: Stage, column: str, codes: list[str], names: dict[str, str]) -> list[list[Any]]:
    orders = dict(stage.select(f"select {column}, count(*) from head group by {column}"))  # noqa: S608 (our own names)
    said = [(code, code if code in orders else "") for code in codes]
    return [[written, names.get(code) or code, orders.get(written, 0)] for code, written in said]


def _money(months: Sums, stores: dict[int, list[int]], known: Places) -> dict[str, Any]:
    fresh = {pk: code for code, (pk, _zone) in known.stores.items() if pk < 0}  # would be created
    names = places.store_names() | {
        pk: known.defaults.store_name if code == known.defaults.store else code for pk, code in fresh.items()
    }
    largest = sorted(stores.items(), key=lambda item: -item[1][1])
    return {
        "by_month": [[key, *sums] for key, sums in sorted(months.items())],
        "by_store": [[names[pk], *sums] for pk, sums in largest[:MOST_STORES]],
    }
