"""A desk that says yes before it has written anything: what the tests of killed servers must find out.

A thread of the web process writes afterwards, as a queue in memory does.
"""

import json
import queue
import threading
from collections.abc import Callable, Iterable
from typing import Any

from loyalty_site.wsgi import application as honest  # first: it sets Django up
from members.lib.actor import system
from members.services.imports import direct

waiting: queue.Queue[list[dict[str, Any]]] = queue.Queue()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if not environ["PATH_INFO"].endswith("/orders/batch/"):
        return honest(environ, start_response)
    orders = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))["orders"]
    waiting.put(orders)
    results = [{"number": order["order_no"], "outcome": "new"} for order in orders]
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"results": results}).encode()]


def write() -> None:
    while True:
        direct.orders(waiting.get(), all_or_nothing=False, by=system("till"))


threading.Thread(target=write, daemon=True).start()
