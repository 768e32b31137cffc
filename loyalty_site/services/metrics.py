"""What Prometheus reads. No label holds anything about a person: views by name, jobs by kind.

Requests are counted in the processes that answer them. With several of them gunicorn.conf.py names a folder
(PROMETHEUS_MULTIPROC_DIR) in which each keeps its counts, and whichever is asked adds them up. All else is asked of
the database, so that it is right whoever answers.
"""

import os
from collections.abc import Iterator

from django.db import DatabaseError
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from analytics.facts import manifest
from loyalty_site.services import health
from members.lib import clock, counters
from members.queries import imports, jobs, schedule

_HERE = counters.REGISTRY  # what the apps below count is in it already
_REQUESTS = Counter(
    "huitou_requests", "Requests answered, by the name of the view.", ["view", "method", "status"], registry=_HERE
)
_SECONDS = Histogram(
    "huitou_request_seconds",
    "Seconds until the answer began.",
    ["view"],
    registry=_HERE,
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def count_request(view: str, method: str, status: int, seconds: float) -> None:
    """One answered request."""
    _REQUESTS.labels(view, method if method in _METHODS else "other", str(status)).inc()
    _SECONDS.labels(view).observe(seconds)


def text() -> bytes:
    """Everything, in the format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Everything())
    return generate_latest(registry)


class _Everything(Collector):
    def describe(self) -> list[Metric]:
        return []  # or registering would ask the database

    def collect(self) -> Iterator[Metric]:
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            yield from MultiProcessCollector(CollectorRegistry()).collect()  # type: ignore[no-untyped-call]
        else:
            yield from _HERE.collect()
        parts = health.check()
        yield _ready(parts)
        if not parts[health.WAREHOUSE] and (published := manifest.read().published_at):
            yield _gauge("huitou_last_publish_timestamp_seconds", "When the warehouse was made.", published / 1e6)
        try:
            yield from _of_jobs()
            yield _import_rows()
        except DatabaseError:
            return  # huitou_ready says so


def _ready(parts: dict[str, str]) -> Metric:
    family = GaugeMetricFamily("huitou_ready", "1: this part is there.", labels=["part"])
    for part, wrong in parts.items():
        family.add_metric([part], float(not wrong))
    return family


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)


def _of_jobs() -> Iterator[Metric]:
    family = GaugeMetricFamily("huitou_jobs", "Jobs in the database.", labels=["kind", "state"])
    for (kind, state), n in jobs.counts().items():
        family.add_metric([kind, state], n)
    yield family
    oldest = jobs.oldest_waiting()
    waited = (clock.now() - oldest).total_seconds() if oldest else 0
    yield _gauge("huitou_oldest_waiting_job_seconds", "Age of the job that has waited longest.", waited)
    if (done := schedule.last_done().get(health.SWEEP)) is not None:
        yield _gauge("huitou_scheduler_last_timestamp_seconds", "When the scheduler was last heard.", done.timestamp())


def _import_rows() -> Metric:
    family = CounterMetricFamily("huitou_import_rows", "Rows of imported files, by outcome.", labels=["outcome"])
    for outcome, n in imports.rows_by_outcome().items():
        family.add_metric([outcome], n)
    return family
