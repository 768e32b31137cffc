"""Answers to customers that go out as messages: one each, under the rules of every message about service."""

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from members.lib.actor import Actor
from members.models import Consent, Member, Message, MessageTemplate
from members.queries import messages, personal_data
from members.services import contact
from surveys.models import Case, CaseEntry
from surveys.services import cases
from surveys.services.cases import Refused

ABOUT: Final = "case_reply"
SENT = frozenset({CaseEntry.Way.EMAIL, CaseEntry.Way.SMS})
BEGUN: Final = {  # texts to begin with, changed under Messages; the name finds them
    CaseEntry.Way.EMAIL: {
        "name": "投诉回复（邮件）",
        "subject_zh": "{shop}：关于您的反馈 {case}", "subject_en": "{shop}: about your case {case}",
        "body_zh": "{name}，您好！\n\n{text}\n\n不想再收到：{out}",
        "body_en": "Hello {name},\n\n{text}\n\nNo more messages: {out}",
    },
    CaseEntry.Way.SMS: {
        "name": "投诉回复（短信）", "body_zh": "【{shop}】{text} 退订：{out}", "body_en": "{shop}: {text} Stop: {out}",
    },
}  # fmt: skip


@transaction.atomic
def send(case: Case, text: str, *, way: str, seen: int, by: Actor) -> CaseEntry:
    """Answer the customer by a message. Refused where it is known now that it would not go out.

    Consent, quiet hours and the week's limit are asked again when it is sent; the log says what became of it.
    """
    member = case.member and (case.member.merged_into or case.member)
    if why := why_not(member, way):
        raise Refused(why)
    entry = cases.reply(case, text, way=way, seen=seen, by=by)
    assert member is not None  # noqa: S101 - `why_not` asks
    message = contact.queue(member, _template(way), key=f"case-reply-{entry.pk}", about=ABOUT, about_id=entry.pk, by=by)
    CaseEntry.objects.filter(pk=entry.pk).update(detail=entry.detail | {"message": message.pk})
    return entry


def why_not(member: Member | None, way: str) -> str:
    """Why nothing can be sent to the customer of a case this way; "" when it can."""
    if member is None or member.erased_at is not None:
        return _("Messages go to members. Say first which member the customer is, or write to them yourself.")
    ids = personal_data.records_of(member)
    if not messages.address(ids, way):
        return _("The member has left no address for this. Call, or write down how you answered.")
    if not messages.allowed(ids, Consent.Purpose.SERVICE, way):
        return _("The member has not allowed messages about service this way. Call, or write down how you answered.")
    return ""


def _template(way: str) -> MessageTemplate:
    begun = BEGUN[CaseEntry.Way(way)]
    found, _is_new = MessageTemplate.objects.get_or_create(
        name=begun["name"], defaults=begun | {"channel": way, "purpose": Consent.Purpose.SERVICE}
    )
    return found


@contact.filler(ABOUT)
def words_of(message: Message) -> dict[str, str] | None:
    """What was written, and the number of the case. None when it was forgotten by now."""
    entry = CaseEntry.objects.filter(pk=message.about_id or 0).select_related("case").first()
    return {"text": entry.text, "case": entry.case.number} if entry and entry.text else None
