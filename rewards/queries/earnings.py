from members.models import Order
from rewards.models import Entry
from rewards.queries.statement import Line


def lines_of(order: Order) -> list[Line]:
    """What an order gave and took, and what was taken back of it, oldest first; without sums."""
    named = Entry.objects.filter(order=order).order_by("pk").values_list("pk", "kind", "amount")
    return [Line(pk, kind, amount, 0) for pk, kind, amount in named]
