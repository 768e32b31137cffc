"""Tills that sell with points: they earn and pay with them, and send the same sale until it is answered."""

import http.client
import itertools
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from loyalty_site.tests.faults.installation import Installation

PAUSE = 0.05  # seconds before a sale is sent again
MEMBERS = 5
RULES = """
from members.lib import clock
from rewards.models import PointsRules
PointsRules.objects.create(
    first_day="2026-01-01", points=1, per=1, cash_points=10, cash_amount=1, published_at=clock.now()
)
"""  # for `manage.py shell`: a point for each yuan, ten points pay one


class PointsTills:
    """Four at a time. `answers` keeps what was acknowledged, by order number."""

    def __init__(self, installation: Installation) -> None:
        self._at, self._over, self._numbers = installation, threading.Event(), itertools.count(1)
        self.acknowledged: dict[str, dict[str, Any]] = {}
        self.sent: set[str] = set()
        self.unanswered: Counter[str] = Counter()
        self.replayed = 0  # answers that an earlier attempt had made, though it was lost

    @property
    def answers(self) -> int:
        return len(self.acknowledged)

    @contextmanager
    def selling(self, tills: int = 4) -> Iterator[None]:
        threads = [threading.Thread(target=self._sell, args=(number,)) for number in range(tills)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def _sell(self, till: int) -> None:
        draw = random.Random(till)
        while not self._over.is_set():
            number = f"P{next(self._numbers):06}"
            self.sent.add(number)
            sale = _sale(number, draw)
            while not self._is_answered(number, sale):
                time.sleep(PAUSE)

    def _is_answered(self, number: str, sale: dict[str, object]) -> bool:
        headers = {
            "Authorization": f"Bearer {self._at.token}", "Content-Type": "application/json", "Idempotency-Key": number,
        }  # fmt: skip
        try:
            status, text = self._at.ask("POST", "/api/v1/till/orders/", json.dumps(sale).encode(), **headers)
        except (OSError, http.client.HTTPException) as error:
            self.unanswered[type(error).__name__] += 1
            return False
        if status not in {200, 201, 422}:  # 422: not enough points, which is an answer too
            self.unanswered[str(status)] += 1
            return False
        self.acknowledged[number] = {"status": status, "points": 0, "earned": 0, **json.loads(text)}
        return True


def _sale(number: str, draw: random.Random) -> dict[str, object]:
    """Of one of a few members, so that tills meet; every third pays with points."""
    points = draw.choice([0, 0, 10])
    return {
        "order_no": number, "ordered_at": "2026-05-04T10:12:00+08:00", "store": "S1",
        "member_no": f"M{draw.randrange(MEMBERS)}", "points": points,
        "lines": [{"sku": "T1", "amount": f"{draw.randrange(5, 40)}.00"}],
    }  # fmt: skip
