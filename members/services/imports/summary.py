"""What a check found, to hold beside the till: counts, problems by what to do, money by month and store."""

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from members.rules.imports.pieces import ORDER
from members.services.imports import places
from members.services.imports.places import Defaults, Places
from members.services.imports.resolve import Resolver, local_date
from members.services.imports.stage import Head, Stage

CHUNK = 5_000
SAMPLES = 5
MOST_STORES = 100

Sums = dict[str, list[int]]  # key -> orders, gross, refunds, refunded (money in ten-thousandths)


def summarise(
    stage: Stage, new_resolver: Callable[[Places], Resolver], defaults: Defaults, beat: Callable[[], None]
) -> dict[str, Any]:
    """Plan every chunk and write none. Returns what `ImportBatch.summary` holds."""
    known = places.load(defaults)
    resolver = new_resolver(_with_missing(known, stage, defaults))
    months: Sums = defaultdict(lambda: [0, 0, 0, 0])
    stores: Sums = defaultdict(lambda: [0, 0, 0, 0])
    names = ("new", "changed", "refunds", "fixed_rows", "duplicate_rows", "rejected_rows", "members", "rows")
    tally = dict.fromkeys(names, 0)
    matched: Counter[str] = Counter()
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
        matched.update(entry.matched_by or "guest" for entry in plan.orders)
        rejected = {head.id for head in plan.rejected}
        for head in heads:
            tally["rows"] += head.size
            if head.id not in rejected:
                _add(head, known, months, stores)
        beat()
    return {
        **tally,
        "matched": dict(matched),
        **_creates(stage, defaults),
        **_money(months, stores, defaults),
        "groups": groups(stage),
    }


def _with_missing(known: Places, stage: Stage, defaults: Defaults) -> Places:
    """Stores and channels that the import would create, with ids that no row has."""
    stores, channels, _ = places.missing(stage, defaults)
    zone = places.zone(defaults.store_zone)
    known.stores.update({code: (-number, zone) for number, code in enumerate(stores, 1)})
    known.channels.update({code: -number for number, code in enumerate(channels, 1)})
    return known


def _add(head: Head, known: Places, months: Sums, stores: Sums) -> None:
    if head.kind == ORDER and head.status != "paid":
        return
    _, zone = known.store(head.store)
    month = f"{local_date(head.at, zone):%Y-%m}"
    count, money = (0, 1) if head.kind == ORDER else (2, 3)
    for sums, key in ((months, month), (stores, head.store or known.defaults.store)):
        sums[key][count] += 1
        sums[key][money] += head.gross


def _creates(stage: Stage, defaults: Defaults) -> dict[str, Any]:
    stores, channels, products = places.missing(stage, defaults)
    names = {defaults.store: defaults.store_name, defaults.channel: defaults.channel_name}
    return {
        "stores": [names.get(code) or code for code in stores],
        "channels": [names.get(code) or code for code in channels],
        "products": products,
    }


def _money(months: Sums, stores: Sums, defaults: Defaults) -> dict[str, Any]:
    names = {defaults.store: defaults.store_name}
    largest = sorted(stores.items(), key=lambda item: -item[1][1])
    return {
        "by_month": [[key, *sums] for key, sums in sorted(months.items())],
        "by_store": [[names.get(key) or key, *sums] for key, sums in largest[:MOST_STORES]],
    }


def groups(stage: Stage) -> list[dict[str, Any]]:
    return [
        {
            "level": level,
            "code": code,
            "field": name,
            "rows": rows,
            "samples": [{"row": p.row, "value": p.value, "params": dict(p.params)} for p in samples],
        }
        for level, code, name, rows, samples in stage.groups(SAMPLES)
    ]
