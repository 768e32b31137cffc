"""What probes and Prometheus are told."""

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from celery import current_app
from django.db import OperationalError, connection
from django.test import Client

from analytics.facts import manifest
from analytics.services.publish import publish
from loyalty_site.services import health
from members.lib import clock
from members.lib.actor import system
from members.models import ImportBatch, Merchant, ScheduleMark, Store
from members.services import jobs, schedule
from members.tests.counter import order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    health.broker.forget()
    yield
    health.broker.forget()


@pytest.fixture
def shop(stores: tuple[Store, Store], merchant: Merchant) -> None:
    order("1", stores[0])
    publish()
    schedule.mark(health.SWEEP)


@pytest.mark.usefixtures("shop")
class TestReady:
    def test_all_is_well(self, client: Client) -> None:
        answer = client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json() == {
            "ready": True, "database": "ok", "broker": "ok", "scheduler": "ok", "warehouse": "ok", "disk": "ok"
        }  # fmt: skip
        assert "no-store" in answer["Cache-Control"]

    def test_a_scheduler_that_has_gone_silent(self, client: Client) -> None:
        ScheduleMark.objects.update(done_at=clock.now() - dt.timedelta(hours=2))
        assert self.failing(client) == {"scheduler": "silent for 7200 s"}

    def test_a_scheduler_that_never_ran(self, client: Client) -> None:
        ScheduleMark.objects.all().delete()
        assert self.failing(client) == {"scheduler": "has not run yet"}

    def test_a_broker_that_is_away(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        broker_at(monkeypatch, "redis://:s3cret@127.0.0.1:9/0")
        answer = client.get("/readyz")
        assert self.failing(client) == {"broker": "does not answer"}
        assert "s3cret" not in answer.text

    def test_files_of_the_warehouse_that_are_gone(self, client: Client) -> None:
        next(manifest.folder().glob("sales-*.parquet")).unlink()
        assert self.failing(client) == {"warehouse": "1 of its files are missing"}

    def test_a_manifest_that_cannot_be_read(self, client: Client) -> None:
        (manifest.folder() / manifest.NAME).write_text("{")
        assert self.failing(client) == {"warehouse": "its manifest cannot be read"}

    def test_a_database_that_can_only_be_read(self, client: Client) -> None:
        sqlite = connection.vendor == "sqlite"
        on, off = (f"PRAGMA query_only={v}" if sqlite else f"SET default_transaction_read_only={v}" for v in (1, 0))
        with connection.cursor() as cursor:
            cursor.execute(on)
        try:
            assert self.failing(client) == {"database": "can only be read"}
        finally:
            with connection.cursor() as cursor:
                cursor.execute(off)

    def test_a_disk_that_is_nearly_full(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=3 * 2**20))
        assert self.failing(client) == {"disk": "3 MB left"}

    def failing(self, client: Client) -> dict[str, str]:
        answer = client.get("/readyz")
        assert answer.status_code == 503
        said = answer.json()
        assert said.pop("ready") is False
        return {part: wrong for part, wrong in said.items() if wrong != "ok"}


def test_a_database_that_is_away_is_named_without_its_address(client: Client, settings: Any) -> None:
    def away(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("connection to 10.0.0.9, user huitou, password hunter2 failed")

    with connection.execute_wrapper(away):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "does not answer"
    assert "10.0.0.9" not in answer.text
    assert "hunter2" not in answer.text


def broker_at(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Celery's broker is somewhere else, as far as new connections know."""
    made = current_app.connection_for_write
    monkeypatch.setattr(current_app, "connection_for_write", lambda **kwargs: made(url, **kwargs))


@pytest.mark.usefixtures("shop")
class TestMetrics:
    @pytest.fixture(autouse=True)
    def vouched(self, settings: Any) -> None:
        settings.METRICS_WITHOUT_TOKEN = True

    def text(self, client: Client, **more: Any) -> str:
        answer = client.get("/metrics", **more)
        assert answer.status_code == 200
        return str(answer.text)

    def test_requests_are_counted_by_view_and_status_and_timed(self, client: Client) -> None:
        before = value(self.text(client), 'huitou_requests_total{method="GET",status="200",view="healthz"}')
        client.get("/healthz")
        client.get("/members/13800001111/")  # leads to sign in
        after = self.text(client)
        assert value(after, 'huitou_requests_total{method="GET",status="200",view="healthz"}') == before + 1
        assert value(after, 'huitou_requests_total{method="GET",status="302",view="members:page"}') >= 1
        assert value(after, 'huitou_request_seconds_bucket{le="+Inf",view="healthz"}') >= 1
        assert "13800001111" not in after

    def test_wrong_links_to_opt_out_are_counted_and_not_told(self, client: Client) -> None:
        series = 'huitou_ignored_total{what="opt_out_link"}'
        before = value(self.text(client), series)
        client.get("/s/out/secret-word/")  # changes nothing, so nothing is looked at
        client.post("/s/out/secret-word/")
        after = self.text(client)
        assert value(after, series) == before + 1
        assert "secret-word" not in after

    def test_jobs_imports_and_the_warehouse_come_from_the_database(self, client: Client) -> None:
        job = jobs.enqueue("publish", {}, system("test"))
        type(job).objects.update(created_at=clock.now() - dt.timedelta(minutes=5))
        ImportBatch.objects.create(
            file_name="王小明 13800001111.csv", size=1, sha256="0" * 64, state="done",
            counts={"accepted": 7, "rejected": 2},
        )  # fmt: skip
        said = self.text(client)
        assert value(said, 'huitou_jobs{kind="publish",state="queued"}') == 1
        assert 300 <= value(said, "huitou_oldest_waiting_job_seconds") < 330
        assert value(said, 'huitou_import_rows_total{outcome="accepted"}') == 7
        assert value(said, 'huitou_import_rows_total{outcome="rejected"}') == 2
        assert value(said, "huitou_last_publish_timestamp_seconds") > 1.7e9
        assert value(said, 'huitou_ready{part="database"}') == 1
        assert "13800001111" not in said

    def test_without_a_token_nobody_may_ask_unless_that_is_allowed(self, client: Client, settings: Any) -> None:
        settings.METRICS_WITHOUT_TOKEN = False
        answer = client.get("/metrics")
        assert answer.status_code == 403, "it may be a proxy that hands on a stranger's request"
        assert "METRICS_TOKEN" in answer.text
        settings.DEBUG = True
        assert client.get("/metrics").status_code == 200

    def test_where_it_is_allowed_only_this_machine_may(self, client: Client) -> None:
        assert client.get("/metrics", REMOTE_ADDR="10.0.0.7").status_code == 403
        assert client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.7"}).status_code == 403
        assert client.get("/metrics", REMOTE_ADDR="::1").status_code == 200

    def test_with_a_token_who_has_it(self, client: Client, settings: Any) -> None:
        settings.METRICS_TOKEN = "for-prometheus"
        assert client.get("/metrics").status_code == 403
        assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
        right = {"Authorization": "Bearer for-prometheus"}
        assert client.get("/metrics", headers=right, REMOTE_ADDR="10.0.0.7").status_code == 200


def value(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found.group(1)) if found else 0.0
