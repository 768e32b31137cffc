from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rewards.queries import ledger_check, tier_check

SHOWN = 20


class Command(BaseCommand):
    help = "Prove balances, lots, entries and tiers, each against the others. Exit code 1 names what is broken."

    def handle(self, *args: Any, **options: Any) -> None:
        found = [*ledger_check.broken(), *tier_check.broken()]
        for each in found[:SHOWN]:
            self.stderr.write(f"{each.invariant}: {each.row} says {each.stated}, should be {each.found}")
        if found:
            more = f" ({len(found) - SHOWN} more not shown)" if len(found) > SHOWN else ""
            raise CommandError(f"The ledger is broken in {len(found)} places{more}.")
        self.stdout.write("The ledger is right.")
