"""What a database says about its orders and their buyers, to hold a restored one to the one it was taken from."""

import hashlib

from members.models import Member, Order


def numbers() -> list[str]:
    return list(Order.objects.order_by("number").values_list("number", flat=True))


def digest(last: str) -> str:
    """Of every column of the orders up to a number, and of all members."""
    rows = [
        *Order.objects.filter(number__lte=last).order_by("number").values_list(),
        *Member.objects.order_by("pk").values_list(),
    ]
    return hashlib.sha256("\n".join(map(repr, rows)).encode()).hexdigest()
