"""A till that goes on selling during an import: `python -m benchmarks.other_writer`.

Writes one row every 20 ms to the database of DATABASE_URL until its input ends, then prints the longest and the median
wait in seconds, and how often it wrote.
"""

import json
import selectors
import sys
import time
from statistics import median

import django
from django.db import connection, transaction

PAUSE = 0.02


def write() -> float:
    """Seconds that one small write took, from asking for the lock to the commit."""
    started = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("insert into members_touched (kind, key) values ('order', -1)")
    return time.perf_counter() - started


def main() -> None:
    django.setup()
    waits = [write()]
    print("ready", flush=True)
    ends = selectors.DefaultSelector()
    ends.register(sys.stdin, selectors.EVENT_READ)
    while not ends.select(timeout=PAUSE):
        waits.append(write())
    print(json.dumps({"longest": max(waits), "median": median(waits), "writes": len(waits)}))


if __name__ == "__main__":
    main()
