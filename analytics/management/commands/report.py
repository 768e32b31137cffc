from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from analytics.facts.door import NoData
from analytics.reports import output
from analytics.reports.query import BadParameter, parse
from analytics.reports.report import UnknownReport, frame, get, said_unknown
from members.lib.actor import system

_SINGLE = ("from", "to", "as_of", "known_at", "segment", "grain")
_SEVERAL = ("store", "channel", "tier")


class Command(BaseCommand):
    help = "Print a report: the same frame that the page, its CSV button and the API give."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="kpi, retention, repeat-purchase, …")
        for name in _SINGLE:
            parser.add_argument(f"--{name.replace('_', '-')}", dest=f"given_{name}")
        for name in _SEVERAL:
            parser.add_argument(f"--{name}", dest=f"given_{name}", action="append")
        parser.add_argument("--option", action="append", default=[], metavar="K=V")
        parser.add_argument("--format", choices=("csv", "json"), default="csv")
        parser.add_argument("--output", type=Path, help="a file instead of the screen")

    def handle(self, *args: Any, **options: Any) -> None:
        given = {name: [options[f"given_{name}"]] for name in _SINGLE if options[f"given_{name}"]}
        given |= {name: options[f"given_{name}"] for name in _SEVERAL if options[f"given_{name}"]}
        for pair in options["option"]:
            name, equals, value = pair.partition("=")
            if not equals:
                raise CommandError(_("--option takes NAME=VALUE, not “%(given)s”.") % {"given": pair})
            given[name] = [value]
        text = self._text(options["slug"], given, options["format"])
        if options["output"]:
            self._write(options["output"], text)
        else:
            self.stdout.write(text, ending="")

    def _write(self, file: Path, text: str) -> None:
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            reason = _("The file “%(file)s” cannot be written: %(reason)s.")
            raise CommandError(reason % {"file": file, "reason": error.strerror}) from error

    def _text(self, slug: str, given: dict[str, list[str]], form: str) -> str:
        try:
            result = frame(slug, system("report"), parse(get(slug).choices, given))
        except UnknownReport as known:
            raise CommandError(said_unknown(slug, known)) from known
        except BadParameter as bad:
            raise CommandError(f"{bad.name}: {bad.message}") from bad
        except NoData as empty:
            raise CommandError(_("There is no data yet. Import orders first: manage.py import_orders FILE")) from empty
        return output.json_text(result) if form == "json" else output.csv_text(result, keys=True, bom=False)
