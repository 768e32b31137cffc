from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rewards.queries import replay

SHOWN = 20


class Command(BaseCommand):
    help = "Ask the rules of points again about every order. Exit code 1 names those of which they say something else."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for each in replay.differences():
            found += 1
            if found <= SHOWN:
                self.stderr.write(f"{each.invariant}: {each.row} says {each.stated}, should be {each.found}")
        if found:
            more = f" ({found - SHOWN} more not shown)" if found > SHOWN else ""
            raise CommandError(f"The replay differs from the ledger in {found} places{more}.")
        self.stdout.write("The replay equals the ledger.")
