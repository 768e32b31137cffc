"""Events keep their body until they are taken; an erasure empties it, or takes the buyer out of one that waits."""

from django.db.models import QuerySet

from members.models import Order, ShopConnection, ShopDelivery, ShopOrder
from members.rules.shops import naming
from members.rules.traces import Traces

WAITING = ShopDelivery.State.WAITING


def hold() -> None:
    """Until the end of the transaction no event is worked: what is being worked has been written, or is changed first.

    Before the lock of imports, in the order in which an event takes both.
    """
    list(ShopConnection.objects.select_for_update().order_by("pk"))


def forget(traces: Traces, orders: QuerySet[Order]) -> None:
    """What the bodies say that name the person or are of one of these orders; those of others stay.

    One that waits keeps its order, of nobody, so that no sale is lost; all others are emptied.
    """
    ids = _told(orders)
    kept = ShopDelivery.objects.exclude(body=b"").values_list("pk", "connection", "state", "body")
    emptied, waiting = [], {}
    for pk, connection, state, stored in kept.iterator(chunk_size=20):
        body = bytes(stored)
        if not naming.is_about(body, traces, ids.get(connection, set())):
            continue
        if state == WAITING:
            waiting[pk] = naming.nameless(body, traces)
        else:
            emptied.append(pk)
    ShopDelivery.objects.filter(pk__in=emptied).update(body=b"")
    for pk, body in waiting.items():
        ShopDelivery.objects.filter(pk=pk).update(body=body)


def _told(orders: QuerySet[Order]) -> dict[int, set[str]]:
    """Connection -> the shop's ids of those of the orders that it has told of."""
    own = set(orders.values_list("source", "number"))
    known = ShopOrder.objects.filter(number__in={number for _source, number in own})
    found: dict[int, set[str]] = {}
    for connection, source, number, told in known.values_list(
        "connection", "connection__source", "number", "external_id"
    ):
        if (source, number) in own:
            found.setdefault(connection, set()).add(told)
    return found
