"""Requests at a steady rate, whether or not the server keeps up: each has its due time, and counts from there."""

import http.client
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import quantiles

SENDERS = 48  # at once; more that are due wait, and their waiting counts
PATIENCE = 60  # seconds, of one request


@dataclass(frozen=True, slots=True)
class Request:
    """One request: what it is counted as, and what is sent."""

    kind: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None = None


Next = Callable[[], Request]


@dataclass(slots=True)
class Seen:
    """Seconds from the due time to the whole answer, of the answers 200; how often something else came."""

    seconds: list[float] = field(default_factory=list)
    other: Counter[str] = field(default_factory=Counter)

    def percentile(self, percent: int) -> float:
        return quantiles(self.seconds, n=100, method="inclusive")[percent - 1]


def run(port: int, rates: dict[Next, float], seconds: float) -> dict[str, Seen]:
    """Send for so many seconds. `rates`: who makes the next request of a kind, and how many of them a second."""
    found: dict[str, Seen] = {}
    began = time.monotonic() + 0.1
    with ThreadPoolExecutor(SENDERS) as senders:
        for due, make in _schedule(rates, seconds):
            time.sleep(max(0.0, began + due - time.monotonic()))
            request = make()
            senders.submit(_send, port, request, began + due, found.setdefault(request.kind, Seen()))
    return found


def _schedule(rates: dict[Next, float], seconds: float) -> Iterator[tuple[float, Next]]:
    """When each request is due, in seconds from the beginning; kinds are spread between each other."""
    due = [
        ((number + (place + 0.5) / len(rates)) / rate, make)
        for place, (make, rate) in enumerate(rates.items())
        for number in range(int(seconds * rate))
    ]
    return iter(sorted(due, key=lambda pair: pair[0]))


def _send(port: int, request: Request, due: float, seen: Seen) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(request.method, request.path, request.body, request.headers)
        answer = connection.getresponse()
        answer.read()
    except OSError as error:
        seen.other[type(error).__name__] += 1
    else:
        if answer.status in {200, 302}:  # what was sent is answered by the way to the next page
            seen.seconds.append(time.monotonic() - due)
        else:
            seen.other[str(answer.status)] += 1
    finally:
        connection.close()
