"""What the import commands share: one JSON object on success, one line on stderr and exit 1 when a file is refused."""

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from members import problems
from members.lib.actor import Actor
from members.lib.roles import Role
from members.models import ImportBatch, Job
from members.rules.imports.problems import Refused
from members.services import imports, jobs

POLL_SECONDS = 0.2


class ImportCommand(BaseCommand):
    """An import from the command line; each command adds the options that only its kinds of file have."""

    actor_name = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN", help="may be repeated")
        parser.add_argument("--encoding", default="", help="of the file (default: recognised)")
        parser.add_argument("--timezone", default="", help="of times in the file that name no zone")
        parser.add_argument("--store", default="", help="code of the store, where no column names it")
        parser.add_argument("--store-timezone", default="", help="of the stores that the file creates")
        parser.add_argument("--dry-run", action="store_true", help="check only, store nothing")

    def chosen(self, options: dict[str, Any]) -> imports.Options:
        """The options of the import; CommandError for one that cannot be."""
        return imports.Options(
            preset=options["preset"],
            columns=pairs("--map", "FIELD=COLUMN", options["map"]),
            encoding=options["encoding"],
            timezone=options["timezone"],
            store=options["store"],
            store_timezone=options["store_timezone"],
            source=options["source"],
        )

    def handle(self, *args: Any, **options: Any) -> None:
        by = Actor(kind="command", name=self.actor_name, role=Role.ADMIN, store_ids=None)
        chosen = self.chosen(options)
        try:
            batch = imports.receive(name=options["file"].name, content=_blocks(options["file"]), chosen=chosen, by=by)
        except Refused as refusal:
            raise CommandError(problems.refusal(refusal.code, refusal.params)) from refusal
        job = imports.check(batch, by=by) if options["dry_run"] else imports.start(batch, by=by, wait=True)
        if job is not None:
            _work_off(job)
        batch.refresh_from_db()
        self._answer(batch)

    def _answer(self, batch: ImportBatch) -> None:
        if batch.state == ImportBatch.State.REFUSED:
            raise CommandError(problems.refusal(batch.refusal["code"], batch.refusal["params"]))
        if batch.state not in (ImportBatch.State.DONE, ImportBatch.State.CHECKED):
            error = batch.job.error if batch.job else ""
            raise CommandError(f"{batch.get_state_display()}: {error}")
        self.stdout.write(json.dumps(batch.counts, ensure_ascii=False))


def pairs(option: str, form: str, entries: Sequence[str]) -> dict[str, str]:
    """NAME=VALUE entries of a repeatable option."""
    found = [entry.partition("=") for entry in entries]
    for name, sign, _ in found:
        if not sign:
            raise CommandError(f"{option} {name}: write it as {form}")
    return {name.strip(): value.strip() for name, _, value in found}


def _work_off(job: Job) -> None:
    """Do the job here; when a worker was faster, wait for it."""
    jobs.run(job.pk)
    while not Job.objects.get(pk=job.pk).is_over:
        time.sleep(POLL_SECONDS)
        jobs.run(job.pk)


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                yield block
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
