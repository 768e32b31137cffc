"""What there is to do about messages to members."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.lib import display
from members.lib.actor import Actor
from members.lib.registry import Link, Todo
from members.queries import messages


def unsettled(actor: Actor) -> Sequence[Todo]:
    """Messages that failed, or of which nobody knows whether they were sent."""
    n = messages.unsettled(actor).count()
    if not n:
        return ()
    title = ngettext("%(n)s message may not have been sent", "%(n)s messages may not have been sent", n)
    detail = _("Send them again or leave them; why stands with each.")
    link = Link(_("Decide"), reverse("members:messages") + "?state=open")
    return (Todo(title % {"n": display.number(n)}, detail, link, "warn", "mail", 57),)
