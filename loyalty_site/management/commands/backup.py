from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from loyalty_site.services import backups
from members.lib import clock
from members.lib.actor import system


class Command(BaseCommand):
    help = "Write database and uploaded files into one file, while the desk works on. Prints its path."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, nargs="?", help="the file to write (default: in DATA_DIR/backups)")

    def handle(self, *args: Any, **options: Any) -> None:
        usual = settings.DATA_DIR / "backups" / f"huitou-{clock.now():%Y%m%d-%H%M%S}.tar.gz"
        path = (options["path"] or usual).resolve()
        if path.exists():
            raise CommandError(_("The file “%(file)s” is there already.") % {"file": path})
        try:
            made = backups.make(path, by=system("backup"))
        except (backups.Refused, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(made.path))
