"""Tills that send orders and, when no answer comes, the same orders once more. What was answered must be there."""

import contextlib
import http.client
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator

from loyalty_site.tests.faults.installation import Installation

PER_BATCH = 3
PAUSE = 0.05  # seconds before a batch is sent again


class Tills:
    """Four at a time; each sends a batch until it is acknowledged, then the next."""

    def __init__(self, installation: Installation) -> None:
        self._at, self._over, self._numbers = installation, threading.Event(), itertools.count(1)
        self.sent: set[str] = set()
        self.acknowledged: set[str] = set()
        self.answers = 0  # acknowledged batches
        self.unanswered: Counter[str] = Counter()  # what came instead of an answer 200
        self.known_already = 0  # batches that were in before, though their first answer was lost

    @contextlib.contextmanager
    def selling(self, tills: int = 4) -> Iterator[None]:
        threads = [threading.Thread(target=self._sell) for _ in range(tills)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def _sell(self) -> None:
        while not self._over.is_set():
            first = next(self._numbers) * PER_BATCH
            numbers = [f"{first + offset:07}" for offset in range(PER_BATCH)]
            self.sent.update(numbers)
            self._send_until_answered([order(number) for number in numbers])

    def _send_until_answered(self, orders: list[dict[str, object]]) -> None:
        while not self._is_answered(orders):
            time.sleep(PAUSE)

    def _is_answered(self, orders: list[dict[str, object]]) -> bool:
        try:
            status, text = self._at.send(orders)
        except (OSError, http.client.HTTPException) as error:
            self.unanswered[type(error).__name__] += 1
            return False
        if status != 200:
            self.unanswered[str(status)] += 1
            return False
        results = json.loads(text)["results"]
        assert all(result["outcome"] in {"new", "same"} for result in results), text
        self.known_already += all(result["outcome"] == "same" for result in results)
        self.acknowledged.update(result["number"] for result in results)
        self.answers += 1
        return True


def order(number: str) -> dict[str, object]:
    """Two lines of an amount that the number gives."""
    amount = int(number) % 89 + 1
    lines = [{"sku": "T1", "amount": f"{amount}.00"}, {"sku": "C1", "amount": "0.50"}]
    return {
        "order_no": number, "ordered_at": "2026-05-04T10:12:00+08:00", "store": "S1", "member_no": f"M{amount}",
        "lines": lines,
    }  # fmt: skip
