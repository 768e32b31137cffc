"""`manage.py import_points FILE`: opening balances, or points given and taken, of many members."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from members.lib.actor import Actor
from members.lib.roles import Role
from members.models import Job
from members.services import jobs
from rewards import problems
from rewards.models import PointsFile
from rewards.queries import points_files as queries
from rewards.services import points_files


class Command(BaseCommand):
    help = "Import opening balances of points, or points to give and take, from a CSV or Excel file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--kind", choices=PointsFile.Kind.values, default="opening", help="what the file holds (default: opening)"
        )
        parser.add_argument("--dry-run", action="store_true", help="check only, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        by = Actor(kind="command", name="import_points", role=Role.ADMIN, store_ids=None)
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        try:
            file = points_files.check(path, path.name, options["kind"], by=by)
            self._tell(file)
            if options["dry_run"] or not file.lines.exists():
                points_files.discard(file, by=by)
                return
            job = points_files.start(file, by=by)
        except points_files.Refused as refused:
            raise CommandError(str(refused)) from refused
        self._work_off(job)

    def _tell(self, file: PointsFile) -> None:
        for row, column, code in file.findings:
            self.stderr.write(f"{row}: {problems.points_column(column)}: {'. '.join(problems.points_file(code))}")
        counts = {name: getattr(file, name) for name in ("rows", "repeated", "wrong", "given", "taken")}
        self.stdout.write(json.dumps({**counts, "ready": queries.sums(file)["ready"]}))

    def _work_off(self, job: Any) -> None:
        jobs.run(job.pk)
        job.refresh_from_db()
        if job.state == Job.State.FAILED:
            raise CommandError(job.error)
        self.stdout.write(json.dumps(job.result))
