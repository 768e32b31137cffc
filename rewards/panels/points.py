"""Points on the pages of the ground floor: what a member has, and what an order earned or why nothing."""

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.lib import clock, display
from members.lib.actor import Actor
from members.lib.money import SCALE
from members.lib.registry import Audience, Link, Panel, Params, Todo, UnknownAudience
from members.lib.roles import Right
from members.models import Member, Order
from members.queries import merchants
from rewards.exports import statement as words
from rewards.exports import tier_sentences
from rewards.queries import earnings, expiring, holdings, points_rules, statement, tiers, to_earn, worth

LINES = 3
SOON = 7  # days
LONGEST = 366


def of_member(actor: Actor, member: Member) -> Panel:
    """What the member has, and the last entries."""
    merchant = merchants.current()
    lines = statement.lines(member)[:LINES]
    may_adjust = actor.may(Right.ADJUST_POINTS) and member.erased_at is None
    standing = tiers.standing(member, _today())
    context = {
        "member": member,
        "tier": tier_sentences.told(standing, merchant.currency) if standing else None,
        "said": words.holding_said(holdings.of(member)),
        "lines": words.said(statement.told(lines), merchant),
        "actions": [
            *([Link(_("Give or take points"), reverse("rewards:adjust", args=[member.pk]))] if may_adjust else []),
            *([Link(_("Tier"), reverse("rewards:member-tier", args=[member.pk]))] if standing else []),
            Link(_("The member’s own page"), reverse("rewards:own-page-link", args=[member.pk])),
        ],
    }
    return Panel("rewards/member_panel.html", context)


def of_order(actor: Actor, order: Order) -> Panel | None:
    """What the order gave and took, or why it gave nothing; no card in a shop without rules of points."""
    told = statement.told(earnings.lines_of(order))
    sentences = [f"{line.points}{_(': ')}{line.sentence}" for line in words.said(told, merchants.current())]
    if not sentences and points_rules.published().exists() and (why := to_earn.why_none(order)):
        sentences.append(words.why_none(why))
    return Panel("rewards/order_panel.html", {"sentences": sentences}) if sentences else None


def expiring_audience(actor: Actor, params: Params) -> Audience:
    """Who loses points within so many days (`days`), by the shop's clock."""
    text = (list(params.get("days", [])) or [str(SOON)])[-1]
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) <= LONGEST):
        raise UnknownAudience(_("“%(days)s” is no number of days up to 366.") % {"days": text})
    days, today = int(text), _today()
    found = expiring.by_member(actor, today, today + dt.timedelta(days=days))
    title = ngettext(
        "Members who lose points within %(days)s day", "Members who lose points within %(days)s days", days
    )
    return Audience("members", sorted(found), title % {"days": days}, reads={"days"})


def expiry_todos(actor: Actor) -> Sequence[Todo]:
    """Points that end within a week: whose, how many, and what they would pay."""
    if not actor.may(Right.SEE_MEMBERS):
        return ()
    today = _today()
    soon = expiring.soon(actor, today, today + dt.timedelta(days=SOON))
    if not soon.people:
        return ()
    title = ngettext(
        "%(people)s member loses points within 7 days", "%(people)s members lose points within 7 days", soon.people
    ) % {"people": display.number(soon.people)}
    url = f"{reverse('members:list')}?from=points-expiring&days={SOON}"
    return (Todo(title, _stake(soon.points, today), Link(_("See who"), url), "warn", "clock", 45),)


def _stake(points: int, today: dt.date) -> str:
    named = ngettext("%(n)s point", "%(n)s points", points) % {"n": display.number(points)}
    value = worth.of_a_point(today)
    if value is None:
        return named
    amount = display.money(round(points * value) / SCALE, merchants.current().currency)
    return _("%(points)s, worth %(amount)s at the till") % {"points": named, "amount": amount}


def _today() -> dt.date:
    return clock.local_date(clock.now(), merchants.current().zone)
