"""The job behind an import: stage the file, then either tell what would happen, or write it chunk by chunk."""

import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from django.db import IntegrityError
from django.utils.translation import gettext_lazy, gettext_noop

from members import events
from members.lib import clock
from members.models import ImportBatch, Job
from members.rules.imports.member_presets import MEMBER_PRESETS
from members.rules.imports.presets import PRESETS
from members.rules.imports.problems import Refused
from members.services import audit, jobs
from members.services.imports import bulk, findings, member_summary, options, places, rejected, staging
from members.services.imports.member_write import MemberWriter
from members.services.imports.resolve import Resolver
from members.services.imports.stage import Head, Stage, is_complete
from members.services.imports.summary import summarise
from members.services.imports.write import Writer
from members.services.webhooks import outbox

KIND = "import"
CHUNK = 1_500  # orders in one transaction
CHUNK_ROWS = 12_000  # or so many rows of the file: others wait while a chunk is written
ATTEMPTS = 5
READING = gettext_noop("Reading the file")
CHECKING = gettext_noop("Comparing with what is stored")
WRITING = gettext_noop("Writing orders")
WRITING_MEMBERS = gettext_noop("Writing members")
MEMBERS = "members"
FINISHED = "import.finished"  # the event that webhooks are told of
TOLD = ("rows", "accepted", "fixed", "rejected", "duplicates", "orders", "refunds", "members")  # of the counts
State = ImportBatch.State


class ChunkWriter(Protocol):
    """What writes the chunks of one kind of file: `plan` and `write` run in the transaction of the chunk."""

    def prepare(self, heads: Sequence[Head]) -> None: ...
    def plan(self, heads: Sequence[Head]) -> Any: ...
    def write(self, plan: Any) -> None: ...


def _ended(job: Job) -> None:
    """The batch follows its job when that ends any other way than by its own work."""
    states = {Job.State.CANCELLED: State.CANCELLED, Job.State.FAILED: State.FAILED}
    if job.state in states:
        moving = ImportBatch.objects.filter(job=job, state__in=[State.CHECKING, State.IMPORTING])
        moving.update(state=states[Job.State(job.state)], finished_at=clock.now(), counts=_counts_so_far(job))


def _counts_so_far(job: Job) -> dict[str, Any]:
    counts: dict[str, Any] = job.result.get("counts", {})
    return counts


@jobs.handler(KIND, on_end=_ended, title=gettext_lazy("Import"))
def work(run: jobs.Run) -> None:
    """Arguments: `batch` (id), `write` (bool: write the orders, or check only)."""
    batch = ImportBatch.objects.get(pk=run.arguments["batch"])
    if batch.state == State.DONE:
        return
    try:
        _stage_file(run, batch)
        with Stage(options.stage_path(batch)) as stage:
            if run.arguments["write"]:
                _write(run, batch, stage)
            else:
                _check(run, batch, stage)
    except Refused as refusal:
        _refuse(run, batch, refusal)


def _stage_file(run: jobs.Run, batch: ImportBatch) -> None:
    """Read the file onto a stage, unless an earlier attempt or the check has done so."""
    final = options.stage_path(batch)
    if is_complete(final):
        return
    chosen = options.of(batch)
    reading = options.reading(chosen)
    path = options.file_path(batch)
    opened = staging.open_table(path, reading, batch.file_name)
    beat = _Beat(run)
    with Stage(final.with_suffix(f".{run.lease}.part"), fresh=True) as stage:
        rows = staging.fill(stage, path, opened, reading, beat.rows)
        shape = opened.shape
        known = {
            "rows": rows,
            "encoding": shape.encoding,
            "delimiter": shape.delimiter,
            "sheet": shape.sheet,
            "left_out": [column.header for column in opened.layout.columns if column.header and not column.field],
        }
        counts = {"rejected": stage.rejected(), "duplicates": stage.count(
            "select count(distinct row) from problem where level = 'duplicate'")}  # fmt: skip
        stage.seal(final, known | counts)
    with run.step():
        batch.kind = opened.layout.kind
        batch.preset = opened.layout.preset.name if opened.layout.preset else "generic"
        batch.source = options.source(chosen, opened.layout)
        batch.save(update_fields=["kind", "preset", "source"])


class _Beat:
    """Shows that the reading goes on, twice a second at most."""

    def __init__(self, run: jobs.Run) -> None:
        self._run = run
        self._next = 0.0

    def rows(self, count: int) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + 0.5
            self._run.heartbeat(progress=count, total=0, message=READING)


def _defaults(batch: ImportBatch) -> places.Defaults:
    known = MEMBER_PRESETS if batch.kind == MEMBERS else PRESETS
    return options.defaults(options.of(batch), known.get(batch.preset))


def _check(run: jobs.Run, batch: ImportBatch, stage: Stage) -> None:
    run.heartbeat(message=CHECKING)
    meta = stage.meta()
    found = _of_members(run, batch, stage) if batch.kind == MEMBERS else _of_sales(run, batch, stage)
    counts = _file_counts(batch, meta)
    counts["rejected"] += found["rejected_rows"]
    counts["duplicates"] += found["duplicate_rows"]
    counts["fixed"] = found["fixed_rows"]
    counts["accepted"] = counts["rows"] - counts["fixed"] - counts["rejected"] - counts["duplicates"]
    counts |= {"orders": found["new"], "refunds": found["refunds"], "members": found["members"]}
    with run.step():
        batch.summary, batch.counts, batch.state = found, counts, State.CHECKED
        batch.save(update_fields=["summary", "counts", "state"])


def _of_sales(run: jobs.Run, batch: ImportBatch, stage: Stage) -> dict[str, Any]:
    guests = options.of(batch).contacts == "guests"
    resolver = partial(Resolver, batch.source, itemised=batch.kind == "lines", guests=guests)
    return summarise(stage, batch.kind, resolver, _defaults(batch), run.heartbeat)


def _of_members(run: jobs.Run, batch: ImportBatch, stage: Stage) -> dict[str, Any]:
    home, decided = options.of_members(batch)
    return member_summary.summarise(stage, batch.source, _defaults(batch), home, decided, run.heartbeat)


def _file_counts(batch: ImportBatch, meta: dict[str, Any]) -> dict[str, Any]:
    return {
        "file": batch.file_name, "encoding": meta["encoding"], "delimiter": meta["delimiter"], "rows": meta["rows"],
        "accepted": 0, "fixed": 0, "rejected": meta["rejected"], "duplicates": meta["duplicates"],
        "orders": 0, "refunds": 0, "members": 0, "rejected_rows": None,
        "columns_left_out": meta["left_out"],
        **({"sheet": meta["sheet"]} if meta["sheet"] else {}),
    }  # fmt: skip


def _write(run: jobs.Run, batch: ImportBatch, stage: Stage) -> None:
    """Chunk by chunk from where the last attempt stopped: the cursor and the counts are in the job's result."""
    defaults = _defaults(batch)
    meta = stage.meta()
    total = stage.count("select count(*) from head")
    result = run.result or {"after": 0, "counts": _file_counts(batch, meta)}
    done = stage.count(f"select count(*) from head where id <= {int(result['after'])}")  # noqa: S608 (a number)
    if done:
        result |= {"resumed": done}  # told to the reader
    run.heartbeat(progress=done, total=total, message=WRITING_MEMBERS if batch.kind == MEMBERS else WRITING)
    with run.step() as step:
        if batch.kind == MEMBERS:
            places.create_missing_stores(stage, options.of(batch).store, defaults)
        else:
            places.create_missing(stage, defaults)
        step.result = result
    writer = _writer(batch, stage, places.load(defaults))
    if not run.result["after"]:
        stage.forget_standing()
    for heads in stage.chunks(run.result["after"], CHUNK, CHUNK_ROWS):
        writer.prepare(heads)
        _chunk_safely(run, stage, heads, writer)
    _finish(run, batch)


def _writer(batch: ImportBatch, stage: Stage, known: places.Places) -> ChunkWriter:
    if batch.kind == MEMBERS:
        return MemberWriter(stage, batch, known, *options.of_members(batch))
    return Writer(batch, known, guests=options.of(batch).contacts == "guests")


def _chunk_safely(run: jobs.Run, stage: Stage, heads: list[Head], writer: ChunkWriter) -> None:
    """One chunk, planned afresh when another writer has just created the same member or order."""
    stands = run.progress, run.result
    for attempt in range(ATTEMPTS):
        try:
            return _chunk(run, stage, heads, writer)
        except IntegrityError:
            run.progress, run.result = stands
            if attempt == ATTEMPTS - 1:
                raise
    return None


def _chunk(run: jobs.Run, stage: Stage, heads: list[Head], writer: ChunkWriter) -> None:
    with run.step() as step:
        bulk.one_import_at_a_time()
        plan = writer.plan(heads)
        writer.write(plan)
        stage.add_problems(plan.problems)
        step.progress = run.progress + len(heads)
        step.result = run.result | {"after": heads[-1].id, "counts": plan.counted(run.result["counts"])}


def _finish(run: jobs.Run, batch: ImportBatch) -> None:
    path: Path | None = rejected.store(batch) if run.arguments.get("wait") else None  # the page makes it when asked
    counts = run.result["counts"] | {"rejected_rows": str(path) if path else None}
    with Stage(options.stage_path(batch)) as stage:
        batch.summary = batch.summary | {"groups": findings.groups(stage)}
    with run.step():
        batch.counts, batch.state, batch.finished_at = counts, State.DONE, clock.now()
        batch.save(update_fields=["counts", "summary", "state", "finished_at"])
        kept = {key: value for key, value in counts.items() if key != "rejected_rows"}
        if decisions := options.of(batch).decisions:
            kept["decisions"] = decisions
        audit.record(by=run.actor, verb="import", subject_type="import", subject_id=batch.pk, detail=kept)
        told = {name: counts[name] for name in TOLD}
        outbox.emit(FINISHED, {"import": batch.pk, "kind": batch.kind, "source": batch.source, "counts": told})
    run.finish({"counts": counts, "resumed": run.result.get("resumed", 0)})
    with Stage(options.stage_path(batch)) as stage:
        stage.keep_findings_only()
    events.facts_changed.send(sender=ImportBatch, by=run.actor, wait=bool(run.arguments.get("wait")))


def _refuse(run: jobs.Run, batch: ImportBatch, refusal: Refused) -> None:
    with run.step():
        batch.state, batch.finished_at = State.REFUSED, clock.now()
        batch.refusal = {"code": refusal.code, "params": refusal.params}
        batch.save(update_fields=["state", "finished_at", "refusal"])
    run.finish({"refused": refusal.code})
