from members.models import Order
from rewards.models import Earning, Entry
from rewards.queries.statement import Line


def lines_of(order: Order) -> list[Line]:
    """What an order gave and took, and what was taken back of it, oldest first; without sums."""
    named = Entry.objects.filter(order=order).order_by("pk").values_list("pk", "kind", "amount")
    return [Line(pk, kind, amount, 0) for pk, kind, amount in named]


def why_none(order: Order) -> str:
    """The code of the rules for an order that earned nothing; "" for one that did, or was not looked at yet."""
    found: str | None = Earning.objects.filter(order=order).values_list("why_none", flat=True).first()
    return found or ""
