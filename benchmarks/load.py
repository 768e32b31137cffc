"""Pages and order batches at a steady rate on PostgreSQL, and whether the processes grow over many minutes."""

import datetime as dt
import itertools
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from benchmarks import document, open_loop, pages, served, shop
from benchmarks.measure import milliseconds
from benchmarks.open_loop import Request, Seen
from members.lib import clock
from members.lib.actor import system
from members.lib.roles import Scope
from members.models import Member, Order, Store
from members.services import tokens

SCALE = 2.5
FULL = {"page": 0.6, "orders": 2.0, "nothing": 2.0}  # a second
PER_BATCH = 10
MINUTES = float(os.environ.get("BENCH_LOAD_MINUTES", "5"))
SOAK_MINUTES = float(os.environ.get("BENCH_SOAK_MINUTES", "20"))
REGULAR = "Member page, of the most frequent buyer"
OPENED = ("Today", "Retention", "Value", "Member list", REGULAR, "Order list", "Imports", "Search")
NOTHING, ORDERS = "a view that does nothing", f"{PER_BATCH} orders by the API"


def run() -> str:
    """The section of docs/benchmarks.md."""
    call_command("collectstatic", interactive=False, verbosity=0)
    before = shop.opened(SCALE)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    kinds = _makers()
    with served.served(Path(settings.DATA_DIR)) as desk:
        _send(desk.port, kinds, 1 / 4, 30)  # warm
        full = _send(desk.port, kinds, 1, MINUTES * 60)
        busy = os.getloadavg()[1]
        with served.watched(desk.processes) as memory:
            soak = _send(desk.port, kinds, 1 / 4, SOAK_MINUTES * 60)
        load = (busy, os.getloadavg()[2])
    sent = sum(len(seen[ORDERS].seconds) for seen in (full, soak))
    stored = Order.objects.filter(source="till").count()
    if not stored >= sent * PER_BATCH:
        raise RuntimeError(f"{sent} batches were acknowledged, but there are only {stored} orders")
    return _section(before, full, soak, memory, load)


def _send(port: int, kinds: dict[str, open_loop.Next], share: float, seconds: float) -> dict[str, Seen]:
    return open_loop.run(port, {kinds[name]: rate * share for name, rate in FULL.items()}, seconds)


def _makers() -> dict[str, open_loop.Next]:
    """Who makes the next request of each kind: pages in turns, batches of new orders, nothing."""
    client = Client()
    client.force_login(shop.administrator(), backend="django.contrib.auth.backends.ModelBackend")
    cookie = {"Host": "testserver", "Cookie": f"sessionid={client.cookies['sessionid'].value}"}
    urls = pages.pages()
    opened = itertools.cycle([Request(name, "GET", urls[name], cookie) for name in OPENED])
    nothing = Request(NOTHING, "GET", "/nothing/", cookie)
    bearer = {"Host": "testserver", "Authorization": f"Bearer {_token()}", "Content-Type": "application/json"}
    batches = (Request(ORDERS, "POST", "/api/v1/orders/batch/", bearer, body) for body in _batches())
    return {"page": lambda: next(opened), "orders": lambda: next(batches), "nothing": lambda: nothing}


def _token() -> str:
    expires = clock.now() + dt.timedelta(days=1)
    _row, text = tokens.create(
        name="till", scopes=[Scope("orders:write")], stores=None, source="till", expires_at=expires, by=system("bench")
    )
    return text


def _batches() -> Iterator[bytes]:
    """Bodies without end: each order new, of a member of the shop, today."""
    draw, numbers = random.Random(7), itertools.count(1)
    members = list(Member.objects.values_list("number", flat=True)[:50_000])
    stores = list(Store.objects.values_list("code", flat=True))
    opened = dt.datetime.combine(shop.END, dt.time(4), tzinfo=dt.UTC)
    while True:
        orders = [
            {
                "order_no": f"L{next(numbers):08}",
                "ordered_at": (opened + dt.timedelta(minutes=draw.randrange(480))).isoformat(),
                "store": draw.choice(stores),
                "member_no": draw.choice(members),
                "total": f"{draw.randrange(5, 300)}.50",
            }
            for _ in range(PER_BATCH)
        ]
        yield json.dumps({"orders": orders}).encode()


def _section(
    before: int, full: dict[str, Seen], soak: dict[str, Seen], memory: served.Memory, load: tuple[float, float]
) -> str:
    rates = ", ".join(f"{rate:g}" for rate in FULL.values())
    return "\n".join(
        [
            f"## Under load, PostgreSQL, {before:,} orders\n",
            f"gunicorn (2 processes of 8 threads), worker and scheduler, and this driver share the machine. Each second"
            f" pages in turns, batches of {PER_BATCH} new orders by the API, and requests to a view that answers"
            f" “ok” behind the same middleware are due: {rates}; for {MINUTES:g} minutes, then a quarter of that for"
            f" {SOAK_MINUTES:g}. Open loop: whatever waits counts from when it was due. All the while publishes bring"
            f" the reports up to date, so that pages seldom find a frame in the cache. The load average was"
            f" {load[0]:.1f} at the full rate and {load[1]:.1f} at a quarter of it, other work on the machine included;"
            f" 2 would keep its cores just busy. {document.machine()}.\n",
            QUEUED if full[NOTHING].percentile(50) > 1 else "",
            document.table(HEADINGS, [_row(name, full[name], soak[name], soak[NOTHING]) for name in NAMES]),
            document.table(MEMORY, [_grown(name, memory) for name in memory.at]),
        ]
    )


NAMES = (NOTHING, ORDERS, *OPENED)
QUEUED = """
The full rate was more than the machine had left for it: the queue grew, everything waited in it alike, and nothing was
refused. What these columns show is the queue.
"""
HEADINGS = (
    "", "a quarter: median", "95 %", "median / nothing", "95 % / nothing", "full rate: median", "95 %",
    "answers", "errors",
)  # fmt: skip
MEMORY = ("memory of", "at a quarter of the time", "at the end", "slope between", "in an hour, at this slope")


def _row(name: str, full: Seen, soak: Seen, bare: Seen) -> list[str]:
    middle, late = soak.percentile(50), soak.percentile(95)
    errors = full.other + soak.other
    return [
        name, milliseconds([middle]), milliseconds([late]),
        f"{middle / bare.percentile(50):.1f}", f"{late / bare.percentile(95):.1f}",
        milliseconds([full.percentile(50)]), milliseconds([full.percentile(95)]),
        f"{len(full.seconds) + len(soak.seconds):,}",
        ", ".join(f"{count} × {what}" for what, count in errors.items()) or "0",
    ]  # fmt: skip


def _grown(name: str, memory: served.Memory) -> list[str]:
    quarter = SOAK_MINUTES * 15
    slope = memory.slope(name, quarter)
    sizes = memory.near(name, quarter), memory.at[name][-1][1]
    return [name, f"{sizes[0]:.0f} MB", f"{sizes[1]:.0f} MB", f"{slope / 60:+.2f} MB a minute", f"{slope:+.0f} MB"]
