"""Whether the parts that the desk stands on are there. Each answers with "" or with what is wrong, in plain English.

The words are for who runs the machine: they name the part and never a host, a user or a password.
"""

import json
import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from kombu.exceptions import OperationalError as BrokerError

from analytics.facts import manifest
from members.lib import clock
from members.queries import schedule

logger = logging.getLogger(__name__)
SWEEP = "members.sweep"  # the task of the schedule that comes most often
REMEMBERED = 5.0  # seconds for which an answer of the broker stands: probes come often, and a dead one is slow
NEVER, AWAY = "has not run yet", "does not answer"
DATABASE, BROKER, SCHEDULER, WAREHOUSE, DISK = "database", "broker", "scheduler", "warehouse", "disk"
ROOM = 64 * 2**20  # bytes; with less, the next import or publish may not fit


def check() -> dict[str, str]:
    """Every part with what is wrong with it, "" for nothing."""
    found = {DATABASE: database(), BROKER: broker()}
    found[SCHEDULER] = "not asked: the database is away" if found[DATABASE] == AWAY else scheduler()
    return {**found, WAREHOUSE: warehouse(), DISK: disk()}


def database() -> str:
    """It answers, and can be written to."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return "can only be read" if _is_read_only() else ""
    except DatabaseError as error:
        logger.warning("the database does not answer (%s)", type(error).__name__)
        return AWAY


def _is_read_only() -> bool:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA query_only")
            return bool(cursor.fetchone()[0])
        cursor.execute("SHOW default_transaction_read_only")
        return str(cursor.fetchone()[0]) == "on"


@dataclass
class _Remembered:
    """The last answer of a slow question and when it came."""

    ask: Callable[[], str]
    answer: str = ""
    at: float = float("-inf")

    def __call__(self) -> str:
        if time.monotonic() - self.at > REMEMBERED:
            self.answer, self.at = self.ask(), time.monotonic()
        return self.answer

    def forget(self) -> None:
        self.at = float("-inf")


def _ask_broker() -> str:
    """A connection can be made; the file broker has its folder."""
    try:
        with current_app.connection_for_write(connect_timeout=2) as broker_connection:
            broker_connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=2)
    except (BrokerError, OSError) as error:
        logger.warning("the broker does not answer (%s)", type(error).__name__)
        return AWAY
    return ""


broker = _Remembered(_ask_broker)


def scheduler() -> str:
    """Scheduler and worker together did the most frequent task a short while ago."""
    done = schedule.last_done().get(SWEEP)
    if done is None:
        return NEVER
    silent = int((clock.now() - done).total_seconds())
    return f"silent for {silent} s" if silent > 4 * settings.JOB_SWEEP_SECONDS + 60 else ""


def warehouse() -> str:
    """The manifest can be read and its files are there. Before the first publish there is none, which is fine."""
    try:
        current = manifest.read()
    except (OSError, json.JSONDecodeError, KeyError, TypeError) as error:
        logger.warning("the warehouse cannot be read (%s)", type(error).__name__)
        return "its manifest cannot be read"
    if current.generation and not current.token:
        return "was written by another version and waits to be made anew"
    missing = sum(not (manifest.folder() / name).exists() for name in current.files())
    return f"{missing} of its files are missing" if missing else ""


def disk() -> str:
    """There is room below DATA_DIR, for uploads, the warehouse and SQLite."""
    try:
        free = shutil.disk_usage(settings.DATA_DIR).free
    except OSError as error:
        logger.warning("the data folder cannot be reached (%s)", type(error).__name__)
        return "the data folder cannot be reached"
    return f"{free // 2**20} MB left" if free < ROOM else ""
