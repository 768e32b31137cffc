"""Two stores: Wang and Li buy in the first (Li also in the second), Zhao only in the second."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from conftest import People
from members.models import Store, User
from members.tests.counter import member, order, refund


@pytest.fixture
def shop(stores: tuple[Store, Store]) -> SimpleNamespace:
    here, there = stores
    wang = member("M1", here, "Wang", phone="+8613812341111", email="wang@example.com")
    li = member("M2", there, "Li", card="c-2222")
    zhao = member("M3", there, "Zhao", phone="+8613812343333")
    first = order("A1", here, wang, day="2026-05-01", gross="20")
    refund("R1", first, "5.5")
    orders = {
        "A1": first,
        "A2": order("A2", here, wang, day="2026-05-09", gross="12.34"),
        "A3": order("A3", here, wang, day="2026-05-10", gross="99", status="cancelled"),
        "B1": order("B1", here, li, day="2026-05-02"),
        "B2": order("B2", there, li, day="2026-05-03", gross="30"),
        "C1": order("C1", there, zhao, day="2026-05-04"),
        "G1": order("G1", here, None, day="2026-05-05"),
    }
    return SimpleNamespace(here=here, there=there, wang=wang, li=li, zhao=zhao, orders=orders)


@pytest.fixture
def clients(people: People, signed_in: Callable[[User], Client]) -> SimpleNamespace:
    return SimpleNamespace(**{name: signed_in(user) for name, user in people._asdict().items()})
