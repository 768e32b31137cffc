"""What Today asks for around gifts: those out of stock, and those that have waited for days."""

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.lib import clock, display
from members.lib.actor import Actor
from members.lib.registry import Link, Todo
from members.lib.roles import Right
from members.queries import people
from rewards.models import GiftClaim
from rewards.queries import gifts, offers

WAITED = dt.timedelta(days=3)
NAMED = 3


def of_gifts(actor: Actor) -> Sequence[Todo]:
    """At most one row for each of the two."""
    return [*_out_of_stock(actor), *_waiting(actor)]


def _out_of_stock(actor: Actor) -> Sequence[Todo]:
    gone = list(offers.out_of_stock(actor, people.today()).values_list("name", flat=True))
    if not gone:
        return []
    title = ngettext("%(n)s gift is out of stock", "%(n)s gifts are out of stock", len(gone)) % {"n": len(gone)}
    names = _(", ").join(gone[:NAMED])
    detail = _("Members still see %(names)s on offer. Raise the stock or take it off.") % {"names": names}
    return [Todo(title, detail, Link(_("To the gifts"), reverse("rewards:gifts")), "warn", "gift", 40)]


def _waiting(actor: Actor) -> Sequence[Todo]:
    if not actor.may(Right.COUNTER):
        return []
    since = clock.now() - WAITED
    n = gifts.claims(actor).filter(state=GiftClaim.State.RESERVED, claimed_at__lt=since).count()
    if not n:
        return []
    title = ngettext(
        "%(n)s gift has waited for more than 3 days", "%(n)s gifts have waited for more than 3 days", n
    ) % {"n": display.number(n)}  # fmt: skip
    detail = _("The members have paid with points. Hand the gifts over, or cancel them and the points go back.")
    return [Todo(title, detail, Link(_("To the gifts"), reverse("rewards:claims")), "warn", "bag", 45)]
