"""`manage.py import_cases FILE`: complaints and service cases of another desk."""

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from members.lib.actor import system
from members.queries import people
from surveys.exports import case_files as words
from surveys.rules.named_rows import Unreadable
from surveys.services import case_files


class Command(BaseCommand):
    help = "Import cases from a CSV file with a number and a text. The same file again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="the desk or system that numbered them")
        parser.add_argument("--date", type=dt.date.fromisoformat, help="the day of cases without any time (today)")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}") from error
        try:
            outcome = case_files.import_file(
                content, source=options["source"], day=options["date"] or people.today(), dry_run=options["dry_run"],
                by=system("import_cases"),
            )  # fmt: skip
        except Unreadable as why:
            raise CommandError(words.unreadable(why)) from why
        for fault in words.faults(outcome):
            self.stderr.write(fault)
        self.stdout.write(words.summary(outcome))
