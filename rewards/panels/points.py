"""Points on the pages of the ground floor: what a member has, and what an order earned or why nothing."""

from django.urls import reverse
from django.utils.translation import gettext as _

from members.lib.actor import Actor
from members.lib.registry import Link, Panel
from members.models import Member, Order
from members.queries import merchants
from rewards.exports import statement as words
from rewards.queries import earnings, holdings, statement

LINES = 3


def of_member(actor: Actor, member: Member) -> Panel:
    """What the member has, and the last entries."""
    merchant = merchants.current()
    lines = statement.lines(member)[:LINES]
    context = {
        "member": member,
        "said": words.holding_said(holdings.of(member)),
        "lines": words.said(statement.told(lines), merchant),
        "actions": [
            Link(_("The member’s own page"), reverse("rewards:own-page-link", args=[member.pk])),
        ],
    }
    return Panel("rewards/member_panel.html", context)


def of_order(actor: Actor, order: Order) -> Panel | None:
    """What the order gave and took, or why it gave nothing; no card for one that the rules have not looked at."""
    told = statement.told(earnings.lines_of(order))
    sentences = [f"{line.points}{_(': ')}{line.sentence}" for line in words.said(told, merchants.current())]
    why = earnings.why_none(order)
    if why:
        sentences.append(words.why_none(why))
    return Panel("rewards/order_panel.html", {"sentences": sentences}) if sentences else None
