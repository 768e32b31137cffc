"""A member with points, and the shortest way to say what happens to them."""

import datetime as dt
from dataclasses import replace

from members.lib import clock
from members.lib.actor import system
from members.models import Member
from rewards.models import Account
from rewards.queries import ledger_check
from rewards.services.ledger import Deed, Term

BY = system("till 1")
DAY = dt.timedelta(days=1)


def member(number: str) -> Member:
    return Member.objects.create(number=number)


def deed(key: str, **more: object) -> Deed:
    return replace(Deed(key=key, by=BY, happened_at=clock.now()), **more)  # type: ignore[arg-type]


def lasting(days: int, *, pending: int = 0) -> Term:
    """A term that ends with the day so many days from now, in Shanghai, and begins after `pending` days."""
    today = clock.local_date(clock.now(), "Asia/Shanghai")
    available_at = clock.now() + pending * DAY if pending else None
    return Term(available_at=available_at, expires_on=today + days * DAY, zone="Asia/Shanghai")


def figures(one: Member) -> tuple[int, int, int]:
    """Available, pending, owed: of the person, over all merged records."""
    theirs = Account.objects.filter(member__in=[one, *Member.objects.filter(merged_into=one)])
    rows = list(theirs.values_list("balance", "pending", "debt"))
    return (sum(row[0] for row in rows), sum(row[1] for row in rows), sum(row[2] for row in rows))


def assert_right() -> None:
    """The ledger proves itself."""
    found = list(ledger_check.broken())
    assert found == [], found
