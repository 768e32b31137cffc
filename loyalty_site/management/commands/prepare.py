import io
import sys
from typing import Any

import environ
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from loyalty_site.demo.sign_ins import PASSWORD, SIGN_INS
from members.queries import merchants


class Command(BaseCommand):
    help = "Make ready to run: migrate and, on a first start without DEMO=0, open the demo shop. Tells the sign-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if not merchants.is_set_up() and environ.Env().bool("DEMO", default=True):
            # Standard output is for the sign-ins, which are told last.
            sys.stderr.write("正在生成演示店铺，约两三分钟 · making the demo shop, two or three minutes\n")
            call_command("demo", stdout=io.StringIO())
        if settings.DEBUG and merchants.current().is_demo:
            self._tell_sign_ins()

    def _tell_sign_ins(self) -> None:
        for sign_in in SIGN_INS:
            self.stdout.write(f"    {sign_in.username:<12}{sign_in.role.label} {sign_in.name}")
        self.stdout.write(f"    密码 · password: {PASSWORD}")
