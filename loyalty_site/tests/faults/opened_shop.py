"""`python -m loyalty_site.tests.faults.opened_shop`: migrate, open a shop with a store, print what opens its doors."""

import datetime as dt
import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - models need a set-up
from django.test import Client  # noqa: E402

from members.lib import clock  # noqa: E402
from members.lib.actor import system  # noqa: E402
from members.lib.roles import Role, Scope  # noqa: E402
from members.models import Merchant, Store  # noqa: E402
from members.services import staff, tokens  # noqa: E402


def opened() -> dict[str, str]:
    """The text of a token that may send orders, and the cookie of an administrator who is signed in."""
    call_command("migrate", verbosity=0)
    by = system("test")
    Merchant.objects.create(pk=1, name="Test")
    Store.objects.create(code="S1", name="First")
    _row, token = tokens.create(
        name="till",
        scopes=list(Scope),
        stores=None,
        source="till",
        expires_at=clock.now() + dt.timedelta(days=1),
        by=by,
    )
    admin = staff.create(username="admin", password="pw-for-tests", display_name="Admin", role=Role.ADMIN, by=by)
    client = Client()
    client.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    return {"token": token, "cookie": f"sessionid={client.cookies['sessionid'].value}"}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(opened()))
