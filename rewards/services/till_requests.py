"""What a till asks for is done once: a key, a lease, and the answer in the transaction of what was done.

A crash before the commit leaves a key without an effect, which frees itself when its lease is over; one after it
leaves the answer, which is given again.
"""

import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import Error, IntegrityError, transaction
from django.db.models import QuerySet

from members.lib import clock
from members.lib.actor import Actor
from rewards.models import TillRequest

KEPT = dt.timedelta(days=90)  # a till that was offline sends again days later; the ledger's own keys stay for good


class Running(Exception):
    """Somebody is at work on the same request. `wait`: seconds after which the key is free at the latest."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__(wait)


class OtherRequest(Exception):
    """The key stands for another request."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do what a row asks for, until somebody else takes it up."""

    request: int
    number: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Status of HTTP and body as JSON."""

    status: int
    body: str


def claim(*, key: str, asked: bytes, by: Actor) -> Lease | Answer:
    """Take the request up, or get what it was answered before. Running or OtherRequest when neither can be.

    `asked`: 32 bytes that tell one request from another.
    """
    own = TillRequest.objects.filter(principal=principal(by), key=key)
    found = own.first()
    if found is None:
        try:
            with transaction.atomic():
                made = TillRequest.objects.create(
                    principal=principal(by), key=key, asked=asked, lease_until=clock.now() + _lease()
                )
            return Lease(made.pk, made.lease)
        except IntegrityError:  # somebody was quicker
            found = own.first()
            if found is None:  # and has given up since
                raise Running(1) from None
    return _taken_up(found, asked)


def _lease() -> dt.timedelta:
    return dt.timedelta(seconds=settings.TILL_KEY_SECONDS)


def _taken_up(found: TillRequest, asked: bytes) -> Lease | Answer:
    if bytes(found.asked) != asked:
        raise OtherRequest
    if found.status is not None:
        return Answer(found.status, found.answer)
    now = clock.now()
    left = (found.lease_until - now).total_seconds()
    if left > 0:
        raise Running(int(left) + 1)
    unanswered = TillRequest.objects.filter(pk=found.pk, lease=found.lease, status=None)
    if not unanswered.update(lease=found.lease + 1, lease_until=now + _lease()):
        raise Running(1)
    return Lease(found.pk, found.lease + 1)


def fulfil(lease: Lease, do: Callable[[], Answer]) -> Answer:
    """Do it and keep the answer, in one transaction that holds only while the lease is ours; else Running.

    Whatever `do` raises undoes everything and frees the key.
    """
    ours = TillRequest.objects.filter(pk=lease.request, lease=lease.number, status=None)
    try:
        with transaction.atomic(durable=True):
            _hold(ours)
            answer = do()
            ours.update(status=answer.status, answer=answer.body)
            return answer
    except BaseException:
        with contextlib.suppress(Error):  # without a database the lease ends by itself
            ours.delete()
        raise


def _hold(ours: QuerySet[TillRequest]) -> None:
    """Until the end of the transaction nobody else can take it up."""
    if ours.select_for_update().first() is None:
        raise Running(1)


def principal(by: Actor) -> str:
    """Whose keys these are: each token's, and each member of staff's, are told apart."""
    return f"token:{by.token_id}" if by.token_id is not None else f"user:{by.user_id}"


@transaction.atomic
def delete_old() -> int:
    """Forget what was asked over KEPT ago. Returns how many."""
    return TillRequest.objects.filter(created_at__lt=clock.now() - KEPT).delete()[0]
