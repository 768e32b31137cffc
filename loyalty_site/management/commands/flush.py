from typing import Any

from django.core.management.commands import flush

from members.lib import append_only


class Command(flush.Command):
    """Django's own, which empties also the tables whose rows nothing else may delete."""

    def handle(self, **options: Any) -> None:
        """Delete every row of the database, after asking."""
        with append_only.emptying(options["database"]):
            super().handle(**options)
