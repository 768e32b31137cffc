"""Messages and their templates as tables."""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.lib import clock, display
from members.lib.addresses import member_url
from members.lib.widgets import Cell, Column, Row, Table
from members.models import Message, MessageTemplate

TONES = {
    "waiting": "info", "sending": "info", "sent": "good", "delivered": "good", "skipped": "mut", "failed": "bad",
    "unclear": "warn", "unreached": "bad",
}  # fmt: skip
REASONS = {
    "no_consent": gettext_lazy("has not allowed it, or took it back"),
    "no_address": gettext_lazy("no address for this channel"),
    "weekly_cap": gettext_lazy("has had as many messages as a week allows"),
    "template_off": gettext_lazy("the template is not in use"),
    "erased": gettext_lazy("was erased"),
    "over": gettext_lazy("what it was about is over"),
    "left": gettext_lazy("left by staff"),
    "address_refused": gettext_lazy("the address was refused"),
    "broken": gettext_lazy("it could not be put together"),
    "no_mail_server": gettext_lazy("the mail server did not take it"),
    "no_template_code": gettext_lazy("the template has no code of the SMS provider"),
    "no_sms_provider": gettext_lazy("the SMS provider was not reached, or is busy"),
    "sms_refused": gettext_lazy("the SMS provider refused it"),
    "no_answer": gettext_lazy("no answer came"),
    "not_delivered": gettext_lazy("it was not delivered to the phone"),
}


def table(found: Iterable[Message], zone: str) -> Table:
    """One row a message; the address is nowhere kept."""
    columns = [
        Column(_("Member")), Column(_("Template")), Column(_("Channel")), Column(_("State")), Column(_("Why not")),
        Column(_("Made")), Column(_("Sent")), Column(_("Arrived")),
    ]  # fmt: skip
    return Table(columns, [_row(message, zone) for message in found], _("Messages"), cards=True)


def _row(message: Message, zone: str) -> Row:
    number = message.member.number
    return Row(
        [
            Cell(number, url=member_url(number, message.member_id)), Cell(message.template.name),
            Cell(str(message.get_channel_display())),
            Cell(str(message.get_state_display()), tone=TONES[message.state]),
            Cell(why(message) or display.NONE),
            *(Cell(_day(at, zone)) for at in (message.made_at, message.sent_at, message.delivered_at)),
        ],
        key=str(message.pk) if message.state in {"failed", "unclear"} else "",
    )  # fmt: skip


def _day(at: dt.datetime | None, zone: str) -> str:
    return date_format(clock.local_date(at, zone)) if at else display.NONE


def why(message: Message) -> str:
    """Why it was not sent or did not arrive, with the provider's own code; "" when nothing is wrong."""
    return reason(message.reason, message.provider_said)


def reason(code: str, said: str = "") -> str:
    """A code in words, with what the provider said."""
    words = str(REASONS.get(code, ""))
    return f"{words} ({said})" if words and said else words


def templates(found: Iterable[MessageTemplate]) -> Table:
    columns = [Column(_("Template")), Column(_("Channel")), Column(_("Purpose")), Column(_("In use"))]
    rows = [
        Row(
            [
                Cell(one.name, url=reverse("members:message-template", args=[one.pk])),
                Cell(str(one.get_channel_display())), Cell(str(one.get_purpose_display())),
                Cell(_("yes") if one.is_active else _("no"), tone="good" if one.is_active else "mut"),
            ]
        )
        for one in found
    ]  # fmt: skip
    return Table(columns, rows, _("Templates"), cards=True)
