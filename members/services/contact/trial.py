"""A template sent to whoever writes it, with made-up values: no message to a member, so nothing is counted for any."""

import secrets
from dataclasses import replace

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from members.lib import mail
from members.lib.actor import Actor
from members.models import MessageTemplate
from members.queries import merchants
from members.queries import tries as try_queries
from members.queries.tries import Purpose
from members.services import audit, tries
from members.services.contact import gateways, sending
from members.services.contact.letters import Letter


class TooMany(Exception):
    """So many trials were sent within the hour that no more are."""


def send(template: MessageTemplate, to: str, *, by: Actor) -> None:
    """Send it in the shop's language. Raises TooMany, and NotSent or Unknown as the gateway does."""
    if try_queries.is_shut(Purpose.TRIAL, by.user_id):
        raise TooMany
    tries.count(Purpose.TRIAL, by.user_id)
    is_sent = False
    try:
        gateways.of_channel(template.channel).send(_letter(template, to))
        is_sent = True
    finally:
        detail = {"channel": template.channel, "sent": is_sent}
        audit.record(by=by, verb="try_template", subject_type="message_template", subject_id=template.pk, detail=detail)


def leaves(template: MessageTemplate) -> bool:
    """Whether messages like this one leave the house, or lie on the terminal or in a folder."""
    if template.channel == MessageTemplate.Channel.EMAIL:
        return mail.is_set_up()
    return str(settings.SMS_GATEWAY) != "folder"


def _letter(template: MessageTemplate, to: str) -> Letter:
    """Marked as a trial in subject and name; its links lead to the desk, and opt nobody out."""
    merchant, desk = merchants.current(), settings.DESK_URL.rstrip("/")
    with translation.override(merchant.language):
        values = {
            "name": _("(Test)"), "shop": merchant.name, "link": f"{desk}/?test",
            "out": desk + reverse("opt-out", args=["test"]),
        }  # fmt: skip
        letter = sending.written(
            template, f"test-{template.pk}-{secrets.token_hex(4)}", to, values, is_zh=merchant.language.startswith("zh")
        )
        return replace(letter, subject=_("Test: %(subject)s") % {"subject": letter.subject})
