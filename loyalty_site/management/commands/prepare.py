from typing import Any

import environ
from django.core.management import call_command
from django.core.management.base import BaseCommand

from members.queries import merchants


class Command(BaseCommand):
    help = "Make ready to run: migrate and, on a first start without DEMO=0, open the demo shop."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if not merchants.is_set_up() and environ.Env().bool("DEMO", default=True):
            call_command("demo", stdout=self.stderr)
