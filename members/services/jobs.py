"""Work in the background: the Job row is the truth, the broker only rings the bell.

A worker owns a job by its lease, a number that rises each time the job is taken. Everything a handler writes
goes through `Run.step`: the writes, the counter and the heartbeat are one transaction that holds only while the
lease is still ours. A worker that was thought dead therefore changes nothing when it wakes up, and one that was
killed is resumed by another from the last counter. A message that is lost or comes twice costs seconds only.
"""

import datetime as dt
import logging
import secrets
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_noop
from kombu.exceptions import KombuError
from kombu.exceptions import OperationalError as BrokerError

from members.lib import clock, request_id
from members.lib.actor import Actor
from members.models import Job
from members.queries.actors import actor_by_id
from members.services import audit

logger = logging.getLogger(__name__)

State = Job.State
MAX_ATTEMPTS = 5
NIGHT_OVER = 3  # o'clock, on the merchant's clock: from then on the work of the day's night is due
BEAT_SECONDS = 5  # a page calls a job silent after 10
stopping = threading.Event()  # set while this worker shuts down
GAVE_UP = gettext_noop("It was interrupted too often and has been stopped.")
UNKNOWN_KIND = gettext_noop("This version does not know this kind of job.")


class Fenced(Exception):
    """Another worker has the job, or it was ended: stop; what was written since the last step is undone."""


class Cancelled(Exception):
    """Somebody has asked to stop the job. Let it pass; `on_end` is the place to clean up."""


class Stopping(Exception):
    """This worker is being shut down: the job goes back into the queue and is resumed by the next one."""


class Failure(Exception):
    """A failure that the reader can mend. The text is a msgid (gettext_noop) without personal data."""


@dataclass(slots=True)
class Step:
    """What the row shows once the step is committed. None leaves a field as it is."""

    progress: int | None = None
    total: int | None = None
    message: str | None = None  # a msgid, translated when shown
    result: Mapping[str, Any] | None = None

    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(slots=True)
class Run:
    """One attempt at a job, handed to its handler; `progress` and `result` are where the last one stopped."""

    job_id: int
    lease: int
    arguments: dict[str, Any]
    actor: Actor  # rebuilt now: the rights of today, not of the day it was asked for
    progress: int
    result: dict[str, Any]
    _beaten_at: dt.datetime = field(default_factory=clock.now)

    @contextmanager
    def step(
        self, *, progress: int | None = None, total: int | None = None, message: str | None = None
    ) -> Iterator[Step]:
        """One transaction: what the caller writes inside, the counter and the heartbeat.

        The counter may also be set inside, on the yielded Step. Keep a step well below JOB_STALE_SECONDS.
        Raises Fenced or Cancelled, with everything written inside undone.
        """
        step = Step(progress, total, message)
        with transaction.atomic(durable=True):
            self._guard()
            yield step
            self._mark(step)
        _stop_if_asked()

    def heartbeat(self, *, progress: int | None = None, total: int | None = None, message: str | None = None) -> None:
        """Say "still alive" in a phase that writes nothing; call it as often as you like.

        Without news it writes at most once in BEAT_SECONDS, or in a quarter of JOB_STALE_SECONDS where that is less.
        Raises Fenced or Cancelled.
        """
        step = Step(progress, total, message)
        due = (clock.now() - self._beaten_at).total_seconds() > min(BEAT_SECONDS, settings.JOB_STALE_SECONDS / 4)
        if due or step.changes():
            self._mark(step)
        _stop_if_asked()

    def finish(self, result: Mapping[str, Any] | None = None) -> None:
        """What the job has to show for itself; stored when the handler returns."""
        self.result = dict(result or {})

    def _mark(self, step: Step) -> None:
        changes = step.changes()
        now = clock.now()
        mine = Job.objects.filter(pk=self.job_id, lease=self.lease, state=State.RUNNING)
        if not mine.filter(cancel_requested=False).update(heartbeat_at=now, **changes):
            self._guard()
            raise Fenced
        self._beaten_at = now
        self.progress = changes.get("progress", self.progress)
        self.result = dict(changes.get("result", self.result))

    def _guard(self) -> None:
        job = Job.objects.filter(pk=self.job_id, lease=self.lease, state=State.RUNNING).first()
        if job is None:
            raise Fenced
        if job.cancel_requested:
            raise Cancelled


Handler = Callable[[Run], None]
OnEnd = Callable[[Job], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """What is known of a kind of job."""

    handle: Handler
    on_end: OnEnd | None = None
    title: str | Promise = ""
    nightly: bool = False
    alone: bool = False


_kinds: dict[str, Kind] = {}


def handler(
    kind: str, *, on_end: OnEnd | None = None, title: str | Promise = "", nightly: bool = False, alone: bool = False
) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of a kind; it lives in, or is imported by, an app's `tasks.py`.

    A handler is called again with the same arguments after a crash: it resumes from `run.progress` or starts
    over. `on_end(job)` runs in the transaction that ends the job, whichever way (done, failed, cancelled), even
    one that never started: the place to keep a row that mirrors the job in step with it. `title` names the kind for
    readers. `nightly`: every business day has this job once; its `day` is the argument. `alone`: one of the kind runs
    at a time, the next waits for its end.
    """

    def register(function: Handler) -> Handler:
        _kinds[kind] = Kind(function, on_end, title, nightly, alone)
        return function

    return register


def titles() -> dict[str, str]:
    """Every kind of job that has a name for readers, with it."""
    return {name: str(kind.title) for name, kind in _kinds.items() if kind.title}


def nightly_kinds() -> list[str]:
    """The kinds of work that every business day has once."""
    return sorted(name for name, kind in _kinds.items() if kind.nightly)


def stands_alone(kind: str) -> bool:
    """Whether a job of this kind may be queued again by itself; one that a row of its own follows is resumed there."""
    return kind in _kinds and _kinds[kind].on_end is None


def enqueue(kind: str, arguments: Mapping[str, Any], by: Actor, total: int = 0) -> Job:
    """Store the job and ring the bell on commit. With the broker down it waits for the sweeper, no more."""
    job = Job.objects.create(
        kind=kind, arguments=dict(arguments), user_id=by.user_id, total=total, request_id=request_id.current()
    )
    transaction.on_commit(lambda: _ring(job.pk))
    return job


@transaction.atomic
def enqueue_once(kind: str, by: Actor, arguments: Mapping[str, Any] | None = None) -> Job:
    """As `enqueue`, but a job of this kind and these arguments that still waits is returned instead.

    It cannot start before this transaction ends, so it will see what this transaction writes.
    """
    arguments = dict(arguments or {})
    queued = Job.objects.select_for_update().filter(kind=kind, state=State.QUEUED, arguments=arguments)
    return queued.first() or enqueue(kind, arguments, by)


def enqueue_nightly(day: dt.date, by: Actor) -> list[Job]:
    """The nightly work of a business day. Asked twice, by two schedulers or at the same instant, it is made once."""
    made = [_enqueue_for(kind, day, by) for kind in nightly_kinds()]
    return [job for job in made if job is not None]


def _enqueue_for(kind: str, day: dt.date, by: Actor) -> Job | None:
    with transaction.atomic():
        defaults = {"kind": kind, "arguments": {"day": day.isoformat()}, "user_id": by.user_id}
        job, is_new = Job.objects.get_or_create(key=f"{kind}:{day.isoformat()}", defaults=defaults)
        if is_new:
            transaction.on_commit(lambda: _ring(job.pk))
    return job if is_new else None


def run(job_id: int) -> None:
    """Take the job if it is free and work on it. Anything else (taken, over, gone) is not an error."""
    job = None if stopping.is_set() else _take(job_id)
    if job is None:
        return
    with request_id.carried(job.request_id or f"job-{job.pk:08d}"):
        _attend(job)


def _attend(job: Job) -> None:
    known = _kinds.get(job.kind)
    if known is None:
        _end(job, State.FAILED, error=UNKNOWN_KIND)
    elif job.attempts > MAX_ATTEMPTS:
        _end(job, State.FAILED, error=GAVE_UP)
    elif job.cancel_requested:
        _end(job, State.CANCELLED)
    else:
        _work(job, known.handle)


def cancel(job: Job, by: Actor) -> None:
    """Ask to stop: a waiting job ends at once, a running one at its next step."""
    with transaction.atomic():
        locked = Job.objects.select_for_update().get(pk=job.pk)
        if locked.is_over:
            return
        Job.objects.filter(pk=job.pk).update(cancel_requested=True)
        _audit(job, "cancel", by)
        if locked.state == State.QUEUED:
            _end(locked, State.CANCELLED)


def retry(job: Job, by: Actor) -> bool:
    """Queue a failed or cancelled job again, to go on where it stopped. False when it is neither."""
    ended = Job.objects.filter(pk=job.pk, state__in=[State.FAILED, State.CANCELLED])
    with transaction.atomic():
        queued = ended.update(
            state=State.QUEUED,
            cancel_requested=False,
            attempts=0,
            error="",
            started_at=None,
            finished_at=None,
            heartbeat_at=None,
        )
        if queued:
            _audit(job, "retry", by)
            transaction.on_commit(lambda: _ring(job.pk))
    return bool(queued)


def sweep() -> int:
    """Ring again for what waits or whose worker has gone silent. Returns how many."""
    due = Job.objects.filter(Q(state=State.QUEUED) | _silent()).order_by("id").values_list("pk", flat=True)
    waiting = list(due[:100])
    for job_id in waiting:
        _ring(job_id, expires=settings.JOB_SWEEP_SECONDS)
    return len(waiting)


def _stop_if_asked() -> None:
    if stopping.is_set():
        raise Stopping


def _audit(job: Job, verb: str, by: Actor) -> None:
    audit.record(by=by, verb=verb, subject_type="job", subject_id=job.pk, detail={"kind": job.kind})


def _silent() -> Q:
    limit = clock.now() - dt.timedelta(seconds=settings.JOB_STALE_SECONDS)
    return Q(state=State.RUNNING, heartbeat_at__lt=limit)


def _ring(job_id: int, expires: int | None = None) -> None:
    try:
        current_app.send_task("members.run_job", args=[job_id], expires=expires, retry=False)
    except (BrokerError, KombuError, OSError) as error:
        logger.warning("the broker is away, job %s waits for the sweeper (%s)", job_id, type(error).__name__)


def _take(job_id: int) -> Job | None:
    """The lease, by one conditional update: of two workers at the same instant one gets it."""
    now = clock.now()
    free = Job.objects.filter(Q(state=State.QUEUED) | _silent(), pk=job_id)
    with transaction.atomic():
        if _must_wait(job_id):
            return None
        taken = free.update(
            state=State.RUNNING,
            lease=F("lease") + 1,
            attempts=F("attempts") + 1,
            heartbeat_at=now,
            started_at=Coalesce(F("started_at"), now),
        )
        return Job.objects.get(pk=job_id) if taken else None


def _must_wait(job_id: int) -> bool:
    """Whether another one of its kind is at work, and the kind works alone. Two that start at once wait here."""
    kinds = [name for name, kind in _kinds.items() if kind.alone]
    mine = Job.objects.filter(pk=job_id, kind__in=kinds).values("kind")
    held = Job.objects.filter(kind__in=mine, finished_at=None).order_by("pk").select_for_update()
    since = clock.now() - dt.timedelta(seconds=settings.JOB_STALE_SECONDS)
    at_work = [job.pk for job in held if job.state == State.RUNNING and job.heartbeat_at and job.heartbeat_at >= since]
    return bool(at_work) and job_id not in at_work


def _work(job: Job, handle: Handler) -> None:
    attempt = Run(
        job_id=job.pk, lease=job.lease, arguments=job.arguments, actor=actor_by_id(job.user_id, job.kind),
        progress=job.progress, result=dict(job.result),
    )  # fmt: skip
    try:
        handle(attempt)
    except Fenced:
        logger.warning("job %s was taken over, this attempt stops", job.pk)
    except Stopping:
        mine = Job.objects.filter(pk=job.pk, lease=job.lease, state=State.RUNNING)
        mine.update(state=State.QUEUED, attempts=F("attempts") - 1)
    except Cancelled:
        _end(job, State.CANCELLED)
    except Failure as failure:
        _end(job, State.FAILED, error=str(failure))
    except (OperationalError, InterfaceError) as error:
        # The database itself is in trouble: the row stays as it is and the sweeper tries again.
        logger.warning("job %s lost the database (%s), it will be resumed", job.pk, type(error).__name__)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises must reach the row
        _end(job, State.FAILED, error=error_id(f"job {job.pk} ({job.kind})", error))
    else:
        _end(job, State.DONE, result=attempt.result)


def _end(job: Job, state: str, **fields: Any) -> None:
    """End the job with what its kind wants to write with it, unless another worker has it by now."""
    with transaction.atomic():
        mine = Job.objects.filter(pk=job.pk, lease=job.lease, finished_at__isnull=True)
        if not mine.update(state=state, finished_at=clock.now(), **fields):
            return
        kind = _kinds.get(job.kind)
        if kind and kind.on_end:
            kind.on_end(Job.objects.get(pk=job.pk))
        if kind and kind.alone:
            _ring_next(job.kind)


def _ring_next(kind: str) -> None:
    following = Job.objects.filter(kind=kind, state=State.QUEUED).order_by("pk").first()
    if following is not None:
        transaction.on_commit(lambda: _ring(following.pk))


def error_id(what: str, error: Exception) -> str:
    """Log where it broke; the id to quote. Without the error's text, which may hold somebody's phone number."""
    known_as = secrets.token_hex(3).upper()
    where = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s failed, error %s: %s\n%s", what, known_as, type(error).__name__, where)
    return known_as
