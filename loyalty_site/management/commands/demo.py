import datetime as dt
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from loyalty_site.demo.catalogue import CHANNEL_CODES, ZONE
from loyalty_site.demo.generate import DEFAULT_SEED, Wish
from loyalty_site.demo.sign_ins import PASSWORD, SIGN_INS
from loyalty_site.services import demo
from members.lib import clock
from members.lib.actor import system


class Command(BaseCommand):
    help = "Open the demo shop, a tea chain of 12 stores, in an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=float, default=1.0, help="1 = 48,000 members and about 400,000 orders")
        parser.add_argument("--end-date", type=dt.date.fromisoformat, help="last day with sales (default: yesterday)")
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
        parser.add_argument(
            "--problem-channel",
            choices=[*CHANNEL_CODES, "none"],
            default="delivery",
            help="whose new buyers of the last six full months come back less",
        )
        parser.add_argument("--replace", action="store_true", help="take away a demo shop that is there already")

    def handle(self, *args: Any, **options: Any) -> None:
        problem = options["problem_channel"]
        try:
            wish = Wish(
                end=options["end_date"] or clock.local_date(clock.now(), ZONE) - dt.timedelta(days=1),
                scale=options["scale"],
                seed=options["seed"],
                problem_channel=None if problem == "none" else problem,
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        started = time.monotonic()
        self._open(wish, replace=options["replace"])
        self.stdout.write(f"The demo shop is open ({time.monotonic() - started:.0f} s).")
        if settings.DEBUG:
            names = ", ".join(sign_in.username for sign_in in SIGN_INS)
            self.stdout.write(f"Sign in as {names}; the password of all is {PASSWORD}")

    def _open(self, wish: Wish, *, replace: bool) -> None:
        by = system("demo")
        try:
            if replace:
                demo.take_away(by=by)
            demo.open_shop(wish=wish, by=by)
        except demo.NotEmpty as error:
            raise CommandError(
                "This database holds a shop already. Only a demo shop can be replaced: --replace"
            ) from error
        except demo.NotDemo as error:
            raise CommandError("There is no demo shop to replace.") from error
