"""`manage.py import_orders FILE`: orders, order lines or refunds."""

from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from members.management.import_command import ImportCommand
from members.services import imports


class Command(ImportCommand):
    help = "Import orders, order lines or refunds from a CSV file."
    actor_name = "import_orders"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--preset", default="auto", help="auto, generic, or one of docs/import.md (default: found from the header)"
        )
        parser.add_argument("--kind", default="sales", help="orders, lines or refunds (default: found from the header)")
        parser.add_argument("--source", default="", help="name under which order numbers are unique")
        parser.add_argument(
            "--contacts", default="members", choices=["members", "guests"],
            help="what a buyer is who is known by a phone or e-mail only (default: a member)",
        )  # fmt: skip

    def chosen(self, options: dict[str, Any]) -> imports.Options:
        kind = "sales" if options["kind"] in {"auto", "members"} else options["kind"]
        return replace(super().chosen(options), kind=kind, contacts=options["contacts"])
