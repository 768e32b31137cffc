"""A million orders in one file: rows a second, memory, and what Today's readers notice meanwhile."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, Sum

from benchmarks import document, measure, shop
from benchmarks.import_orders import take_in
from members.models import ImportBatch, Order

ROWS = 1_000_000
MEMBERS = 100_000
BAD_EVERY = 100_000
SEED = 45
READ_FOR = 10  # seconds, before the import


def run() -> str:
    """The section of docs/benchmarks.md."""
    call_command("collectstatic", interactive=False, verbosity=0)
    shop.opened(0.1)
    before = Order.objects.count()
    path = Path(settings.DATA_DIR) / "million.csv"
    total = _write(path)
    with measure.beside("benchmarks.other_reader") as calm:
        time.sleep(READ_FOR)
    with measure.memory_above_rest() as memory, measure.beside("benchmarks.other_reader") as busy:
        cost = measure.cost(lambda: take_in(_blocks(path)))
    counts = ImportBatch.objects.latest("id").counts
    found = Order.objects.filter(batch__isnull=False).aggregate(orders=Count("pk"), total=Sum("total"))
    if (found["orders"], int(found["total"] * 100)) != (ROWS - ROWS // BAD_EVERY, total):
        raise RuntimeError(f"stored {found}, expected {total}")
    name = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
    table = document.table(
        ["", "measured"],
        [
            ("rows a second", f"{ROWS / cost.wall:,.0f}"),
            ("time", f"{cost.wall:,.0f} s"),
            ("CPU of the importing process", f"{cost.cpu:,.0f} s"),
            ("memory above the process at rest (aim: 200 MB)", f"{memory[0]:.0f} MB"),
            ("Today, median / 95 %, before", _seconds(calm)),
            ("Today, median / 95 %, meanwhile", _seconds(busy)),
            ("views meanwhile", f"{busy['views']:.0f}"),
        ],
    )
    return (
        f"## A million orders in one file, {name}\n\n"
        f"{ROWS:,} rows of {MEMBERS:,} members, {counts['rejected']} of them with bad amounts, into a shop that has "
        f"{before:,} orders already, while another process keeps opening Today. Stored orders and their sum were "
        f"compared with the generator's.\n\n{table}\n{document.machine()}\n"
    )


def _write(path: Path) -> int:
    """Make the file. Returns the sum of its good amounts in cents."""
    draw, total = random.Random(SEED), 0
    with path.open("w", encoding="utf-8") as file:
        file.write("order_no,member_no,ordered_at,amount,status,channel")
        for number in range(1, ROWS + 1):
            cents = draw.randrange(100, 50_000)
            bad = number % BAD_EVERY == 0
            total += 0 if bad else cents
            amount = "12,5" if bad else f"{cents // 100}.{cents % 100:02d}"
            month, day, hour, minute = (draw.randrange(*bounds) for bounds in ((1, 13), (1, 29), (24,), (60,)))
            at = f"2024-{month:02d}-{day:02d} {hour:02d}:{minute:02d}:00"
            file.write(f'\nZ{number:07d},M{draw.randrange(MEMBERS):06d},{at},"{amount}",paid,shop')
    return total


def _blocks(path: Path) -> Iterator[bytes]:
    """As an upload comes: never whole in memory, so that what is measured is the import alone."""
    with path.open("rb") as file:
        while block := file.read(2**16):
            yield block


def _seconds(found: dict[str, float]) -> str:
    return f"{found['median'] * 1000:,.0f} ms / {found['p95'] * 1000:,.0f} ms"
