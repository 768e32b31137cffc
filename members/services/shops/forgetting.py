"""Events that could not be taken keep their body, so that they can be tried again. An erasure ends that."""

from django.db.models import QuerySet

from members.models import Order, ShopDelivery, ShopOrder
from members.rules.shops import naming
from members.rules.traces import Traces


def forget(traces: Traces, orders: QuerySet[Order]) -> None:
    """Empty the bodies that name the person or are of one of these orders; those of others stay."""
    ids = _told(orders)
    kept = ShopDelivery.objects.exclude(state=ShopDelivery.State.WAITING).exclude(body=b"")
    about = [
        pk
        for pk, connection, body in kept.values_list("pk", "connection", "body").iterator(chunk_size=20)
        if naming.is_about(bytes(body), traces, ids.get(connection, set()))
    ]
    ShopDelivery.objects.filter(pk__in=about).update(body=b"")


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
