import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from loyalty_site.services import backups
from members.lib.actor import system


class Command(BaseCommand):
    help = "Put a backup in the place of this database and its files. Stop web, worker and scheduler before."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="what `manage.py backup` wrote")
        parser.add_argument("--force", action="store_true", help="replace a database that is not empty")

    def handle(self, *args: Any, **options: Any) -> None:
        before = os.umask(0o077)  # what comes back holds people's phone numbers
        try:
            done = backups.restore(
                options["path"], by=system("restore"), force=options["force"], tell=self.stderr.write
            )
        except (backups.Refused, OSError) as error:
            raise CommandError(str(error)) from error
        finally:
            os.umask(before)
        self.stdout.write(_("Restored as of %(moment)s.") % {"moment": done.contents.taken_at})
