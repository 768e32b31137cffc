"""Messages to members: written with what causes them, sent by `contact.sending`."""

from collections.abc import Callable

from members.lib import clock
from members.lib.actor import Actor
from members.models import Member, Message, MessageTemplate
from members.queries import merchants

Filler = Callable[[Message], dict[str, str] | None]  # None: it is no longer to be sent
fillers: dict[str, Filler] = {}


def filler(about: str) -> Callable[[Filler], Filler]:
    """Register what fills the names of messages about something, at the moment of sending and in its transaction."""

    def register(fill: Filler) -> Filler:
        fillers[about] = fill
        return fill

    return register


def queue(
    member: Member, template: MessageTemplate, *, key: str, about: str = "", about_id: int | None = None,
    by: Actor,
) -> Message:  # fmt: skip
    """Write a message down, in the caller's transaction. The same key again is the same message."""
    made, _is_new = Message.objects.get_or_create(
        key=key,
        defaults={
            "member": member, "template": template, "channel": template.channel, "purpose": template.purpose,
            "language": merchants.current().language, "about": about, "about_id": about_id,
            "next_at": clock.now(),
        },
    )  # fmt: skip
    return made
