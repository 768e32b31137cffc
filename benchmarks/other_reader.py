"""Somebody who keeps looking at Today: `python -m benchmarks.other_reader`.

Opens the page again and again until its input ends, then prints how often, the median and the 95th percentile of the
server's seconds.
"""

import json
import selectors
import sys
import time
from statistics import median, quantiles

import django
from django.test import Client

PAUSE = 0.2


def main() -> None:
    django.setup()
    from benchmarks import shop  # noqa: PLC0415 (models need a set-up)

    client = Client()
    client.force_login(shop.administrator(), backend="django.contrib.auth.backends.ModelBackend")
    seconds: list[float] = []
    ends = selectors.DefaultSelector()
    ends.register(sys.stdin, selectors.EVENT_READ)
    client.get("/")
    print("ready", flush=True)
    while not ends.select(timeout=PAUSE):
        started = time.perf_counter()
        if client.get("/").status_code != 200:
            raise RuntimeError("Today did not answer")
        seconds.append(time.perf_counter() - started)
    print(json.dumps({"views": len(seconds), "median": median(seconds), "p95": quantiles(seconds, n=20)[-1]}))


if __name__ == "__main__":
    main()
