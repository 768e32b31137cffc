"""The demo shop as material: the same at every run, whatever the day."""

import datetime as dt

from loyalty_site.demo.generate import Wish
from loyalty_site.services import demo
from members.lib.actor import Actor, system
from members.lib.roles import Role
from members.models import Order, User
from members.services import staff

END = dt.date(2026, 9, 30)
ADMIN = Actor(kind="user", name="bench", role=Role.ADMIN, store_ids=None)


def opened(scale: float) -> int:
    """Open the shop in the empty database and publish it. Returns the number of orders."""
    demo.open_shop(wish=Wish(end=END, scale=scale), by=system("bench"))
    return Order.objects.count()


def administrator() -> User:
    known = User.objects.filter(username="bench").first()
    return known or staff.create(
        username="bench", password="only-for-the-bench", display_name="Bench", role=Role.ADMIN, by=system("bench")
    )
