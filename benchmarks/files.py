"""A shop of any size written straight into warehouse files, past the database: the same at every run."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.facts import manifest, schema
from analytics.facts.manifest import Manifest
from analytics.metrics import periods
from analytics.services import publish
from members.models import Channel, Merchant, Store

DAYS = 730
FIRST_DAY = periods.parse("2024-10-01", "day")
STORES, CHANNELS, PRODUCTS = 12, 4, 60
ORDERS_A_MEMBER = 8
GUESTS, REFUNDED, NAMING = 0.15, 0.02, 0.6  # shares: guest orders; refunds per order; refunds that name it
RECORDED = 1_700_000_000_000_000  # µs, before every publish

Columns = dict[str, Any]


def written(orders: int) -> Manifest:
    """The raw files of a shop with about so many orders. Stores and channels are in the database too.

    Members join over the two years, buy at rates that differ tenfold, and return more rarely the longer they are known.
    """
    _places()
    random = np.random.default_rng(20260926)
    sold = _orders(orders, random)
    back = _refunds(sold, random)
    folder = manifest.folder()
    folder.mkdir(parents=True, exist_ok=True)
    parts = {
        "orders": _by_month("orders", sold),
        "refunds": _by_month("refunds", back),
        "lines": _by_month("lines", _lines(sold, random)),
        "exclusions": {},
        "merges": {},
    }
    return Manifest(
        generation=1,
        token="bench",
        shape=schema.SHAPE,
        published_at=RECORDED + 1,
        parts=parts,
    )


def opened(draft: Manifest) -> Manifest:
    """The prepared tables derived from the raw files, as every publish does it, and made the current warehouse."""
    current = publish.prepare(draft)
    manifest.write(current)
    return current


def _places() -> None:
    Merchant.objects.get_or_create(pk=1, defaults={"name": "Bench"})
    for number in range(1, STORES + 1):
        Store.objects.get_or_create(pk=number, defaults={"code": f"S{number}", "name": f"Store {number}"})
    for number in range(1, CHANNELS + 1):
        Channel.objects.get_or_create(pk=number, defaults={"code": f"c{number}", "name": f"Channel {number}"})


def _orders(count: int, random: np.random.Generator) -> Columns:
    members = max(count // ORDERS_A_MEMBER, 1)
    joined = random.integers(0, DAYS, members)
    eagerness = random.gamma(0.6, size=members)
    bought = random.choice(members, count, p=eagerness / eagerness.sum())
    day = joined[bought] + (random.random(count) ** 2 * (DAYS - joined[bought])).astype(np.int64)
    order = np.argsort(day, kind="stable")
    bought, day = bought[order], day[order]
    total = (random.lognormal(3.4, 0.6, count) * 100).astype(np.int64) * 100
    return {
        "order_id": np.arange(1, count + 1),
        "member_id": np.ma.masked_array(bought + 1, random.random(count) < GUESTS),
        "store_id": 1 + (bought + (random.random(count) < 0.2)) % STORES,
        "channel_id": 1 + bought % CHANNELS,
        "day": FIRST_DAY + day,
        "hour": 9 + np.arange(count) % 13,
        "rank": np.arange(1, count + 1),
        "total": total,
        "gross": total,
    }


def _refunds(sold: Columns, random: np.random.Generator) -> Columns:
    count = len(sold["order_id"])
    chosen = np.flatnonzero(random.random(count) < REFUNDED)
    part = np.where(random.random(len(chosen)) < 0.5, sold["gross"][chosen], sold["gross"][chosen] // 2)
    day = np.minimum(sold["day"][chosen] + random.integers(0, 20, len(chosen)), FIRST_DAY + DAYS - 1)
    return {
        "refund_id": np.arange(1, len(chosen) + 1),
        "order_id": np.ma.masked_array(sold["order_id"][chosen], random.random(len(chosen)) > NAMING),
        "member_id": sold["member_id"][chosen],
        "store_id": sold["store_id"][chosen],
        "channel_id": sold["channel_id"][chosen],
        "day": day,
        "amount": part,
    }


def _lines(sold: Columns, random: np.random.Generator) -> Columns:
    """One product of every order, and another one of each third."""
    count = len(sold["order_id"])
    first = random.integers(0, PRODUCTS, count)
    more = random.random(count) < 1 / 3
    second = (first + random.integers(1, PRODUCTS, count))[more] % PRODUCTS
    return {
        "order_id": np.concatenate([sold["order_id"], sold["order_id"][more]]),
        "product_id": 1 + np.concatenate([first, second]),
        "day": np.concatenate([sold["day"], sold["day"][more]]),
    }


def _by_month(table: str, columns: Columns) -> dict[str, str]:
    """One file per month, as a publish writes them; returns their names by month number."""
    dates = np.datetime64("1970-01-01") + columns["day"].astype("timedelta64[D]")
    month = dates.astype("datetime64[M]").astype(np.int64) + 1970 * 12
    count = len(month)
    whole = columns | {
        "week": (columns["day"] + 3) // 7,
        "month": month,
        "recorded_at": np.full(count, RECORDED),
        "voided_at": np.ma.masked_array(np.zeros(count, np.int64), np.full(count, True)),
    }
    files = {}
    for wanted in np.unique(month):
        rows = month == wanted
        arrays = [_array(whole[field.name], rows, field) for field in schema.RAW[table]]
        name = f"{table}-{wanted}-bench.parquet"
        pq.write_table(pa.table(arrays, schema=schema.RAW[table]), manifest.folder() / name)
        files[str(wanted)] = name
    return files


def _array(values: Any, rows: Any, field: pa.Field) -> pa.Array:
    part = values[rows]
    mask = np.ma.getmaskarray(part) if isinstance(part, np.ma.MaskedArray) else None
    return pa.array(np.ma.getdata(part), field.type, mask=mask)
