"""A till as a process of its own: redeems single points of one member, by the ledger or as one would naively.

Arguments: member, tries, name, "carefully" or "naively". Prints the keys it was granted.
"""

import sys

import django

django.setup()

from django.db import OperationalError  # noqa: E402 - after the set-up

from members.lib import clock  # noqa: E402
from members.lib.actor import system  # noqa: E402
from members.models import Member  # noqa: E402
from rewards.models import Account  # noqa: E402
from rewards.services import ledger  # noqa: E402
from rewards.services.ledger import Deed, NotEnough  # noqa: E402


def carefully(one: Member, key: str) -> bool:
    try:
        ledger.redeem(member=one, points=1, deed=Deed(key=key, by=system("till"), happened_at=clock.now()))
    except NotEnough:
        return False
    return True


def naively(one: Member, _key: str) -> bool:
    """Look, then save: what most shops do."""
    account = Account.objects.get(member=one)
    if account.balance < 1:
        return False
    try:
        Account.objects.filter(pk=account.pk).update(balance=account.balance - 1)
    except OperationalError:
        return False
    return True


def main(member: str, tries: str, name: str, how: str) -> None:
    one = Member.objects.get(pk=int(member))
    spend = carefully if how == "carefully" else naively
    for number in range(int(tries)):
        key = f"{name}-{number}"
        if spend(one, key):
            sys.stdout.write(f"{key}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
