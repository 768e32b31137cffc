"""A desk that books points before it knows whether it has done so already: what the kills must find out.

Points first and without a key, then the order, each in a transaction of its own: a till that asks again after a crash
earns twice.
"""

import json
import time
from collections.abc import Callable, Iterable
from typing import Any

from loyalty_site.wsgi import application as honest  # first: it sets Django up
from members.lib import clock
from members.lib.actor import system
from members.models import Member, Order
from members.services.imports import direct
from rewards.services import ledger

BY = system("till")
BETWEEN = 0.2  # seconds between the two transactions, as on a busy machine


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if not environ["PATH_INFO"].endswith("/till/orders/"):
        return honest(environ, start_response)
    sale = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    number = sale["order_no"]
    points = int(sale["lines"][0]["amount"].split(".")[0])
    if not Order.objects.filter(number=number).exists():
        member, _made = Member.objects.get_or_create(number=sale["member_no"])
        deed = ledger.Deed(key=None, by=BY, happened_at=clock.now(), detail={"number": number})
        ledger.earn(member=member, points=points, deed=deed, term=ledger.Term())
        time.sleep(BETWEEN)
        direct.orders([{**sale, "points": None}], all_or_nothing=False, by=BY)
    start_response("201 Created", [("Content-Type", "application/json")])
    return [json.dumps({"earned": points, "points": 0}).encode()]
