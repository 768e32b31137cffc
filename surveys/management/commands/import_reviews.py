"""`manage.py import_reviews FILE`: ratings and texts from review sites."""

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from members.lib.actor import system
from members.queries import people
from surveys.exports import reviews as words
from surveys.rules.named_rows import Unreadable
from surveys.services import reviews


class Command(BaseCommand):
    help = "Import reviews from a CSV file with a number, and stars or text."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="where the reviews were left")
        parser.add_argument("--date", type=dt.date.fromisoformat, help="the day of reviews without one (today)")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}") from error
        try:
            outcome = reviews.import_file(
                content, source=options["source"], day=options["date"] or people.today(), dry_run=options["dry_run"],
                by=system("import_reviews"),
            )  # fmt: skip
        except Unreadable as why:
            raise CommandError(words.unreadable(why)) from why
        for fault in words.faults(outcome):
            self.stderr.write(fault)
        self.stdout.write(words.summary(outcome))
