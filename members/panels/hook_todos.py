"""What there is to do where other systems and this one tell each other things."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.lib import display
from members.lib.actor import Actor
from members.lib.registry import Link, Todo
from members.queries import shops, webhooks


def stuck_events(actor: Actor) -> Sequence[Todo]:
    """Events of shops that could not be taken."""
    n = shops.stuck(actor).count()
    if not n:
        return ()
    title = ngettext("%(n)s event of a shop was not taken", "%(n)s events of shops were not taken", n)
    detail = _("The orders they tell of are missing, or not up to date.")
    link = Link(_("Look"), reverse("members:connections"))
    return (Todo(title % {"n": display.number(n)}, detail, link, "bad", "warn", 82),)


def given_up(actor: Actor) -> Sequence[Todo]:
    """Messages that a receiver did not take for a day."""
    n = webhooks.given_up(actor).count()
    if not n:
        return ()
    title = ngettext("%(n)s webhook message was not delivered", "%(n)s webhook messages were not delivered", n)
    detail = _("The other system did not take them for a day. Send them again when it is back.")
    link = Link(_("Look"), reverse("members:webhooks"))
    return (Todo(title % {"n": display.number(n)}, detail, link, "bad", "warn", 79),)


def privacy_requests(actor: Actor) -> Sequence[Todo]:
    """Customers who asked a shop for their data, or to be erased."""
    n = shops.open_requests(actor).count()
    if not n:
        return ()
    title = ngettext("%(n)s customer asks about their data", "%(n)s customers ask about their data", n)
    detail = _("They asked in the shop for a copy or to be erased; the law sets a time for it.")
    link = Link(_("Decide"), reverse("members:connections") + "#requests")
    return (Todo(title % {"n": display.number(n)}, detail, link, "bad", "users", 88),)
