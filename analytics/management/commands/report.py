from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from analytics.facts.door import NoData
from analytics.reports import output
from analytics.reports.query import BadParameter, parse
from analytics.reports.report import Result, UnknownReport, frame, get, said_unknown
from analytics.services import exports
from members.lib.actor import system

_ACTOR = system("report")
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
        result = self._result(options["slug"], given)
        if options["output"]:
            self._write(options["output"], result, options["format"])
        else:
            for text in _texts(result, options["format"]):
                self.stdout.write(text, ending="")

    def _write(self, file: Path, result: Result, form: str) -> None:
        try:
            with file.open("w", encoding="utf-8") as target:
                target.writelines(_texts(result, form))
        except OSError as error:
            reason = _("The file “%(file)s” cannot be written: %(reason)s.")
            raise CommandError(reason % {"file": file, "reason": error.strerror}) from error

    def _result(self, slug: str, given: dict[str, list[str]]) -> Result:
        try:
            return frame(slug, _ACTOR, parse(get(slug).choices, given))
        except UnknownReport as known:
            raise CommandError(said_unknown(slug, known)) from known
        except BadParameter as bad:
            raise CommandError(f"{bad.name}: {bad.message}") from bad
        except NoData as empty:
            raise CommandError(_("There is no data yet. Import orders first: manage.py import_orders FILE")) from empty


def _texts(result: Result, form: str) -> Iterator[str]:
    """What is printed, piece by piece; a list of members is in the audit before the first."""
    listed = result.report.lists_members
    if form == "json":
        return iter([exports.members_json(result, by=_ACTOR) if listed else output.json_text(result)])
    return exports.members_lines(result, by=_ACTOR) if listed else output.csv_lines(result, keys=True, bom=False)
