"""A till of benchmarks.ledger: redeems and earns for so many seconds, then prints how often."""

import random
import sys
import time

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 - after the set-up

from members.lib import clock  # noqa: E402
from members.lib.actor import system  # noqa: E402
from members.models import Member  # noqa: E402
from rewards.services import ledger  # noqa: E402
from rewards.services.ledger import Deed, Term  # noqa: E402

BY = system("till")


def main(seconds: float, number: int) -> None:
    members, draw = list(Member.objects.all()), random.Random(number)
    start = f"{number}-{clock.to_micros(clock.now())}"
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    over, deeds = time.monotonic() + seconds, 0
    while time.monotonic() < over:
        one, key = draw.choice(members), f"{start}-{deeds}"
        with transaction.atomic(), ledger.one_book([f"r{key}", f"e{key}"]):
            ledger.redeem(member=one, points=1, deed=Deed(key=f"r{key}", by=BY, happened_at=clock.now()))
            ledger.earn(member=one, points=1, deed=Deed(key=f"e{key}", by=BY, happened_at=clock.now()), term=Term())
        deeds += 1
    print(deeds)


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
