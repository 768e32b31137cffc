"""Messages on their way: each once, or not at all and with the reason.

A message is claimed in a transaction that holds the member: who has opted out by then gets none, and two workers
never claim one message. It is sent after that, outside of any transaction. A worker that was killed in between leaves
it claimed: when the claim is over, the gateway is asked; where it cannot be, staff decide, and nothing is sent twice.
"""

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import translation

from members.lib import clock, counters
from members.lib.actor import Actor, system
from members.models import Consent, Member, Message, MessageTemplate
from members.queries import merchants, personal_data
from members.queries import messages as queries
from members.rules import placeholders
from members.services import audit, consents
from members.services.contact import fillers, gateways
from members.services.contact.letters import Letter, NotSent, Unknown

logger = logging.getLogger(__name__)
State = Message.State
CLAIM = dt.timedelta(minutes=2)
PAUSES = (1, 5, 15, 60, 180)  # minutes between attempts; then it has failed
BATCH = 500
SALT = "members.out"
BY = system("messages")


@dataclass(frozen=True, slots=True)
class Claimed:
    message: Message
    letter: Letter
    lease: int  # whoever is late writes nothing over another's


def sweep(limit: int = BATCH) -> int:
    """Send what is due; how many were sent."""
    settle_interrupted()
    sent = 0
    for pk in list(_due().values_list("pk", flat=True)[:limit]):
        try:
            claimed = claim(pk)
            sent += claimed is not None and deliver(claimed)
        except Exception:  # one that cannot be made must not stand before all others
            logger.exception("message %s could not be made", pk)
            _put_aside(pk)
    return sent


def _put_aside(pk: int) -> None:
    """Try it again in a while, and give it up after as many tries as any other."""
    broken = Message.objects.filter(pk=pk, state=State.WAITING)
    broken.filter(attempts__gte=len(PAUSES)).update(state=State.FAILED, reason="broken", next_at=None)
    broken.update(attempts=F("attempts") + 1, next_at=clock.now() + dt.timedelta(minutes=PAUSES[-1]))


def _due() -> QuerySet[Message]:
    return Message.objects.filter(state=State.WAITING, next_at__lte=clock.now()).order_by("next_at", "pk")


@transaction.atomic
def claim(pk: int) -> Claimed | None:
    """Take a message for sending. None when somebody else has it, it has to wait, or it must not be sent."""
    waiting = Message.objects.filter(pk=pk, state=State.WAITING)
    owner = waiting.values_list(Coalesce("member__merged_into", "member"), flat=True).first()
    if owner is None:
        return None
    member = Member.objects.select_for_update().get(pk=owner)  # an opt-out waits here, or was before
    message = Message.objects.select_related("template", "member__home_store").get(pk=pk)
    if message.state != State.WAITING:
        return None
    now = clock.now()
    if until := queries.wakes_at(now, queries.zone_of(message.member)):
        Message.objects.filter(pk=pk).update(next_at=until)
        return None
    if reason := _why_not(message, member, now):
        Message.objects.filter(pk=pk).update(state=State.SKIPPED, reason=reason, next_at=None)
        return None
    letter = _letter(message)
    if letter is None:
        Message.objects.filter(pk=pk).update(state=State.SKIPPED, reason="over", next_at=None)
        return None
    Message.objects.filter(pk=pk).update(
        state=State.SENDING, lease=F("lease") + 1, next_at=now + CLAIM, attempts=F("attempts") + 1
    )
    return Claimed(message, letter, message.lease + 1)


def _why_not(message: Message, member: Member, now: dt.datetime) -> str:
    """A code of members.exports.messages for why it is not sent; "" when it may be."""
    owner = member.merged_into or member
    if owner.erased_at is not None:
        return "erased"
    if not message.template.is_active:
        return "template_off"
    ids = personal_data.records_of(owner)
    if not queries.allowed(ids, message.purpose, message.channel):
        return "no_consent"
    if not queries.address(ids, message.channel):
        return "no_address"
    return "weekly_cap" if queries.sent_this_week(ids, now) >= settings.MESSAGES_PER_WEEK else ""


def _letter(message: Message) -> Letter | None:
    owner = message.member.merged_into or message.member
    template, is_zh = message.template, message.language.startswith("zh")
    leave = settings.DESK_URL.rstrip("/") + reverse("opt-out", args=[out_token(owner, message.purpose)])
    fill = fillers.get(message.about)
    with translation.override(message.language):
        more = fill(message) if fill else {}
    if more is None:
        return None
    values = {"name": owner.name, "shop": merchants.current().name, "out": leave, **more}
    to = queries.address(personal_data.records_of(owner), message.channel)
    return written(template, f"message-{message.pk}", to, values, is_zh=is_zh)


def written(template: MessageTemplate, key: str, to: str, values: Mapping[str, str], *, is_zh: bool) -> Letter:
    """A template filled in. Providers allow no links in what is filled in: theirs begins with the desk's address."""
    subject, body = (template.subject_zh, template.body_zh) if is_zh else (template.subject_en, template.body_en)
    start = settings.DESK_URL.rstrip("/") + "/"
    return Letter(
        key=key, to=to, subject=placeholders.filled(subject, values), body=placeholders.filled(body, values),
        leave=values["out"], template_code=template.gateway_code,
        values={name: values[name].removeprefix(start) for name in placeholders.used(body) if name in values},
    )  # fmt: skip


def deliver(claimed: Claimed) -> bool:
    """Hand a claimed message over, and note what came of it."""
    message = claimed.message
    try:
        number = gateways.of_channel(message.channel).send(claimed.letter)
    except NotSent as failure:
        _failed(claimed, failure)
        return False
    except Unknown as cut:
        _ours(claimed).update(state=State.UNCLEAR, next_at=None, reason=cut.code, provider_said=cut.said)
        return False
    _ours(claimed).update(
        state=State.SENT, sent_at=clock.now(), next_at=None, gateway_id=number[:120], reason="", provider_said=""
    )
    return True


def _ours(claimed: Claimed) -> QuerySet[Message]:
    """The message while the claim is ours."""
    return Message.objects.filter(pk=claimed.message.pk, state=State.SENDING, lease=claimed.lease)


def _failed(claimed: Claimed, failure: NotSent) -> None:
    message, why = claimed.message, {"reason": failure.code, "provider_said": failure.said}
    if failure.is_final or message.attempts >= len(PAUSES):
        _ours(claimed).update(state=State.FAILED, next_at=None, **why)
    else:
        pause = dt.timedelta(minutes=PAUSES[message.attempts])
        _ours(claimed).update(state=State.WAITING, next_at=clock.now() + pause, **why)


def settle_interrupted() -> int:
    """Messages whose claim is over: sent, to be sent, or unclear, as the gateway says. How many."""
    over = Message.objects.filter(state=State.SENDING, next_at__lte=clock.now())
    settled = 0
    for message in over:
        known = gateways.of_channel(message.channel).was_sent(f"message-{message.pk}")
        same = Message.objects.filter(pk=message.pk, state=State.SENDING, lease=message.lease)
        if known is None:
            settled += same.update(state=State.UNCLEAR, next_at=None)
        elif known:
            settled += same.update(state=State.SENT, sent_at=clock.now(), next_at=None)
        else:
            settled += same.update(state=State.WAITING, next_at=clock.now())
    return settled


@transaction.atomic
def decide(message: Message, *, again: bool, by: Actor) -> bool:
    """What staff say of a message that failed, or of which nobody knows whether it was sent. Whether it was open."""
    open_states = [State.UNCLEAR, State.FAILED]
    found = Message.objects.filter(pk=message.pk, state__in=open_states)
    state, at = (State.WAITING, clock.now()) if again else (State.SKIPPED, None)
    changed = found.update(state=state, next_at=at, reason="" if again else "left", attempts=0, provider_said="")
    if changed:
        detail = {"again": again}
        audit.record(by=by, verb="decide_message", subject_type="message", subject_id=message.pk, detail=detail)
    return bool(changed)


def out_token(member: Member, purpose: str) -> str:
    """What the link to opt out carries: signed, so that nobody opts out for another, and good for good."""
    return signing.dumps([member.pk, purpose], salt=SALT, compress=True)


def opt_out(token: str) -> bool:
    """Withdraw the consent that a link is for, on every channel. Whether it was a link of ours."""
    try:
        member_id, purpose = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        counters.ignored(counters.OPT_OUT_LINK)
        return False
    member = Member.objects.filter(pk=member_id).first()
    if member is None or (member.merged_into or member).erased_at is not None:
        return True  # nothing is kept of them, so nothing is sent
    owner = member.merged_into or member
    today = clock.local_date(clock.now(), merchants.current().zone)
    consents.record(
        member=owner, purpose=purpose, channel="", given=False, happened_on=today, source=Consent.Source.LINK, by=BY
    )
    return True
