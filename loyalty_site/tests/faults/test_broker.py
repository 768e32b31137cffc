"""The broker is gone: pages work, what was asked for is kept, and it is done once the broker is back."""

import contextlib
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty
from shutil import which
from typing import Any

import pytest
from celery import current_app
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from kombu import Connection

from conftest import People
from loyalty_site.celery import transport_options
from loyalty_site.services import health
from members.lib.actor import system
from members.models import Job, Merchant, Store, User
from members.services import jobs
from members.tests import processes

pytestmark = pytest.mark.django_db(transaction=True)
SALES = b"order_no,ordered_at,member_no,amount,store\n" + b"".join(
    b"F%d,2026-05-04 10:00,M1,10.00,S1\n" % number for number in range(50)
)


@pytest.fixture
def marketer(people: People, signed_in: Callable[[User], Client], stores: tuple[Store, Store]) -> Client:
    return signed_in(people.marketer)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def away(port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Celery is told of a Redis where none listens; until somebody starts one."""
    before = current_app.conf.broker_url, current_app.conf.broker_transport_options
    url = f"redis://127.0.0.1:{port}/0"
    current_app.conf.update(
        broker_url=url, broker_write_url=url, broker_read_url=url,
        broker_transport_options={"max_retries": 1, "interval_start": 0, "socket_connect_timeout": 1},
    )  # fmt: skip
    current_app._pool = None
    current_app.amqp._producer_pool = None
    health.broker.forget()
    yield url
    current_app.conf.update(
        broker_url=before[0], broker_write_url=before[0], broker_read_url=before[0], broker_transport_options=before[1]
    )
    current_app._pool = None
    current_app.amqp._producer_pool = None
    health.broker.forget()


@contextlib.contextmanager
def redis_on(port: int, log: Path) -> Iterator[None]:
    with log.open("ab") as output:
        server = subprocess.Popen(
            [str(which("redis-server")), "--port", str(port), "--save", "", "--bind", "127.0.0.1"],
            stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        processes.wait_for(lambda: answers(port), log)
        yield
    finally:
        processes.kill(server)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def upload(client: Client) -> Any:
    return client.post("/members/imports/new/", {"file": SimpleUploadedFile("sales.csv", SALES)})


def test_pages_work_and_what_was_asked_for_waits(marketer: Client, merchant: Merchant, away: str) -> None:
    for page in ("/", "/members/", "/members/orders/", "/members/imports/", "/jobs/", "/analytics/reports/"):
        assert marketer.get(page).status_code == 200, page
    job = jobs.enqueue("housekeeping", {}, by=system("test"))
    assert upload(marketer).status_code in {200, 302}
    assert Job.objects.get(pk=job.pk).state == "queued"
    assert marketer.get("/readyz").json()["broker"] == "does not answer"
    jobs.sweep()  # nor does the sweeper mind


@pytest.mark.skipif(which("redis-server") is None, reason="no redis-server on this machine")
def test_what_waited_is_done_once_the_broker_is_back(
    marketer: Client, merchant: Merchant, away: str, port: int, tmp_path: Path
) -> None:
    asked = [jobs.enqueue("housekeeping", {"n": n}, by=system("test")) for n in range(5)]
    assert Job.objects.filter(state="queued").count() == 5
    log = tmp_path / "log"
    env = processes.environment(
        DATABASE_URL=processes.database_url(), CELERY_BROKER_URL=away, DATA_DIR=str(tmp_path), SECRET_KEY="x",
        DEBUG="1", JOB_STALE_SECONDS="2", JOB_SWEEP_SECONDS="1",
    )  # fmt: skip
    command = ["-m", "celery", "-A", "loyalty_site", "worker", "-B", "-P", "solo", "--loglevel", "WARNING"]
    with processes.started(command, log, env):  # which waits for its broker too
        with redis_on(port, log):
            processes.wait_for(lambda: not Job.objects.exclude(state="done").exists(), log)
        later = jobs.enqueue("housekeeping", {"n": 9}, by=system("test"))  # gone again, under a running worker
        with redis_on(port, log):
            processes.wait_for(lambda: Job.objects.get(pk=later.pk).state == "done", log)
    done = Job.objects.filter(pk__in=[job.pk for job in (*asked, later)])
    print(f"asked for while the broker was away: {len(asked) + 1}; done {done.count()}")  # noqa: T201
    assert {job.attempts for job in done} == {1}


def test_a_message_in_a_file_that_was_cut_off_ends_no_worker(tmp_path: Path) -> None:
    options = transport_options("filesystem://localhost/", tmp_path)
    with Connection("filesystem://localhost/", transport_options=options) as connection:
        queue = connection.SimpleQueue("bells")
        queue.put({"rung": 1})
        (message,) = (tmp_path / "messages").iterdir()
        message.write_bytes(b"")  # its writer was killed
        with pytest.raises(Empty):
            queue.get_nowait()
        queue.put({"rung": 2})
        assert queue.get(timeout=5).payload == {"rung": 2}
        queue.close()
