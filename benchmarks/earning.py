"""A programme begins over a long history: what earns points, and what expires, by the jobs that do it."""

import datetime as dt
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from benchmarks import document, shop
from members.lib import clock
from members.lib.actor import system
from members.models import Job, Order
from members.services import jobs
from rewards.models import Earning, Entry, Lot, PointsRules
from rewards.queries import ledger_check

SCALE = float(os.environ.get("BENCH_EARNING_SCALE", "3"))
BY = system("bench")
VACUUM = (
    "Autovacuum is off on the server here, so the driver analyzes each minute in its place. "
    if connection.vendor == "postgresql"
    else ""
)


def run() -> str:
    """The section of docs/benchmarks.md."""
    shop.opened(SCALE)
    first = Order.objects.order_by("business_date").values_list("business_date", flat=True).first()
    # The whole history, not the last year alone; and nothing expires before its turn.
    PointsRules.objects.update(first_day=first, expiry=PointsRules.Expiry.NEVER)
    Job.objects.filter(state=Job.State.QUEUED).delete()
    with _vacuumed():
        return _section()


def _section() -> str:
    earning, earned_again = _timed("earn", Earning.objects.count)
    orders, lots = Earning.objects.count(), Lot.objects.filter(remaining__gt=0).count()
    yesterday = clock.now() - dt.timedelta(days=1)
    Lot.objects.filter(remaining__gt=0).update(expires_on=yesterday.date(), expires_at=yesterday)
    expiry, expired_again = _timed("expire_points", Entry.objects.count)
    wrong = list(ledger_check.broken())
    if wrong or earned_again or expired_again:
        raise RuntimeError(f"a second run wrote rows, or the ledger is broken: {wrong[:3]}")
    rows = [
        ["orders that earn", f"{orders:,}", f"{earning:,.0f} s", f"{orders / earning:,.0f}"],
        ["lots that expire", f"{lots:,}", f"{expiry:,.0f} s", f"{lots / expiry:,.0f}"],
    ]
    return (
        f"## Points of a whole history, {connection.vendor}\n\nThe jobs of the night, in one process. A second run of "
        f"each wrote no row, and `ledger_check` finds nothing. {VACUUM}{document.machine()}.\n\n"
        + document.table(["", "rows", "took", "a second"], rows)
    )


@contextmanager
def _vacuumed() -> Iterator[None]:
    """Statistics as a server keeps them whose autovacuum is on: anew each minute. Without them PostgreSQL goes on
    checking every foreign key by the plan of an empty table."""
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    if connection.vendor != "postgresql":
        yield
        return
    done = threading.Event()

    def keep() -> None:
        while not done.wait(60):
            with connection.cursor() as cursor:
                cursor.execute("analyze rewards_account, rewards_entry, rewards_lot, rewards_posting, rewards_earning")
        connection.close()

    keeper = threading.Thread(target=keep)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def _timed(kind: str, counted: Callable[[], int]) -> tuple[float, int]:
    """Seconds of the first run, and the rows that a second one added."""
    began = time.perf_counter()
    _work(kind)
    took = time.perf_counter() - began
    before = counted()
    _work(kind)
    return took, counted() - before


def _work(kind: str) -> None:
    job = jobs.enqueue(kind, {}, BY)
    jobs.run(job.pk)
    job.refresh_from_db()
    if job.state != Job.State.DONE:
        raise RuntimeError(f"{kind}: {job.error}")
