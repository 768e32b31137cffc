"""Members who may be written to, and messages that wait for them."""

import datetime as dt

from members.lib import clock
from members.lib.actor import system
from members.models import Consent, Identifier, Member, Message, MessageTemplate
from members.services import consents, contact

BY = system("test")
NOON = dt.datetime(2026, 11, 25, 4, tzinfo=dt.UTC)  # in Shanghai


def template(channel: str = "sms") -> MessageTemplate:
    return MessageTemplate.objects.create(
        name=channel,
        channel=channel,
        subject_zh="{shop}",
        subject_en="{shop}",
        body_zh="{name}：{out}",
        body_en="{out}",
    )


def member(number: str = "M1", *, allows: bool = True, channel: str = "sms") -> Member:
    made = Member.objects.create(number=number, name="王")
    kind, value = ("email", f"{number.lower()}@x.cn") if channel == "email" else ("phone", f"+86138{number[1:]:0>8}")
    Identifier.objects.create(member=made, kind=kind, value=value)
    if allows:
        consented(made, given=True)
    return made


def consented(who: Member, *, given: bool) -> None:
    day = clock.local_date(clock.now(), "Asia/Shanghai")
    consents.record(
        member=who, purpose="service", channel="", given=given, happened_on=day, source=Consent.Source.FORM, by=BY
    )


def queued(who: Member, key: str = "a", of: MessageTemplate | None = None) -> Message:
    return contact.queue(who, of or template(), key=key, by=BY)
