"""`manage.py import_members FILE`: the people of a shop, one record for each."""

from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from django.core.management.base import CommandError

from members.management.import_command import ImportCommand, pairs
from members.rules.imports.member_rows import FIELDS
from members.services import imports


class Command(ImportCommand):
    help = "Import members from a CSV file."
    actor_name = "import_members"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--preset", default="auto", help="auto, generic, shopify, zoho or fxiaoke")
        parser.add_argument("--source", default="", help="the marketplace whose accounts the file names")
        parser.add_argument(
            "--differing",
            action="append",
            default=[],
            metavar="FIELD=keep|take",
            help="which value stands where the stored one differs (default: keep); may be repeated",
        )

    def chosen(self, options: dict[str, Any]) -> imports.Options:
        differing = pairs("--differing", "FIELD=keep|take", options["differing"])
        for name, decision in differing.items():
            if name not in FIELDS or decision not in {"keep", "take"}:
                raise CommandError(
                    f"--differing {name}={decision}: the fields are {', '.join(FIELDS)}, the decisions keep and take"
                )
        return replace(super().chosen(options), kind="members", decisions={"differing": differing})
