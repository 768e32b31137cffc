"""What providers of text messages report: which arrived, and which did not.

Reports come more than once, late, and in any order. One that it arrived stands against every other, and also ends the
doubt about a message that nobody answered for. One that it did not counts only for the very sending that it names.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from members.lib import clock, counters
from members.models import Message, MessageTemplate
from members.rules.sms_receipts import Receipt

State = Message.State


@transaction.atomic
def take(receipts: list[Receipt]) -> int:
    """Note what was reported; how many were of messages of ours. The others are counted and left."""
    by_number, by_id = _known(receipts)
    meant = [(by_number.get(one.number) or by_id.get(one.message_id or 0, 0), one) for one in receipts]
    known = sorted(((pk, one) for pk, one in meant if pk), key=lambda pair: pair[0])  # two lists never lock crosswise
    for pk, receipt in known:
        (_arrived if receipt.arrived else _lost)(pk, receipt)
    counters.ignored(counters.RECEIPT, len(receipts) - len(known))
    return len(known)


def _known(receipts: Iterable[Receipt]) -> tuple[dict[str, int], dict[int, int]]:
    """The messages that are meant, by the provider's number and by our own."""
    numbers = {receipt.number for receipt in receipts if receipt.number}
    ids = {receipt.message_id for receipt in receipts if receipt.message_id}
    meant = Message.objects.filter(Q(gateway_id__in=numbers) | Q(pk__in=ids), channel=MessageTemplate.Channel.SMS)
    rows = list(meant.values_list("pk", "gateway_id"))
    return {number: pk for pk, number in rows if number}, {pk: pk for pk, _number in rows}


def _arrived(pk: int, receipt: Receipt) -> None:
    now = clock.now()
    at = min(receipt.at or now, now)
    Message.objects.filter(pk=pk).exclude(state=State.DELIVERED).update(
        state=State.DELIVERED, delivered_at=at, sent_at=Coalesce("sent_at", at), next_at=None, reason="",
        provider_said="",
    )  # fmt: skip


def _lost(pk: int, receipt: Receipt) -> None:
    same = Message.objects.filter(pk=pk, gateway_id__in={receipt.number, ""}, state__in=[State.SENT, State.UNCLEAR])
    same.update(
        state=State.UNREACHED, reason="not_delivered", provider_said=receipt.said, gateway_id=receipt.number,
        sent_at=Coalesce("sent_at", F("made_at")),
    )  # fmt: skip
