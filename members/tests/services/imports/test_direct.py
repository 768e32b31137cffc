"""Orders that are sent twice at once: stored once, and both senders are told what became of them."""

import threading
from collections import Counter

import pytest
from django.db import connections

from members.lib.actor import system
from members.models import Identifier, Member, Merchant, Order, Store
from members.services.imports import direct

ORDERS = [
    {"order_no": f"A{n}", "ordered_at": "2026-05-04T10:00:00+08:00", "total": "5", "phone": f"138{n % 7:08}"}
    for n in range(60)
]


@pytest.mark.django_db(transaction=True)
def test_the_same_batch_at_once_is_stored_once() -> None:
    Merchant.objects.create(pk=1, name="Test")
    Store.objects.create(code="S1", name="First")
    told: list[Counter[str]] = []
    errors: list[Exception] = []
    barrier = threading.Barrier(4)

    def send() -> None:
        try:
            barrier.wait()
            answer = direct.orders(ORDERS, all_or_nothing=False, by=system("till"))
            told.append(Counter(outcome.said for outcome in answer.outcomes))
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)
        finally:
            connections.close_all()

    senders = [threading.Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert errors == []
    assert sorted(told, key=str) == sorted([Counter(new=60), *[Counter(same=60)] * 3], key=str)
    assert (Order.objects.count(), Member.objects.count(), Identifier.objects.count()) == (60, 7, 7)
