"""Purchases earn points: what the rules of the day say, once, and less what refunds took.

`settle_order` compares what an order should have with what the ledger gave it, and writes the difference. So it is
right whenever it is called and however often, after a sale, a refund, a void, or a refund that was withdrawn.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max, QuerySet, Sum

from members.lib import clock
from members.lib.actor import Actor
from members.lib.money import from_units, to_units
from members.models import Member, Order, Refund
from rewards.models import Earning, Entry, PointsRules
from rewards.queries import to_earn
from rewards.queries.points_rules import Versions
from rewards.queries.to_earn import PURCHASE
from rewards.rules import earning as rules_of_earning
from rewards.rules.earning import Rules
from rewards.services import ledger
from rewards.services.earning import withdrawn
from rewards.services.earning.look import Looked, look, term
from rewards.services.earning.withdrawn import Undone
from rewards.services.ledger import Deed, Policy

__all__ = ["PURCHASE", "given", "left", "settle_order"]

REFUND, AGAIN = "refund", "refund_withdrawn"


@transaction.atomic
def settle_order(order_id: int, *, by: Actor, versions: Versions | None = None) -> Earning:
    """Give an order the points that it should have now, or take back what it should not have; again changes nothing.

    The row is not saved (no key) when no rules are to be asked: the order is a guest's, not paid, void, or older than
    the programme; its `why_none` says which.
    """
    order = Order.objects.select_related("store", "buyer").get(pk=order_id)
    standing = (versions or Versions()).on(order.business_date)
    if order.buyer is None or standing is None or order.status != Order.Status.PAID:
        return Earning(order=order, why_none=to_earn.why_none(order))
    with ledger.one_book([key(order)]):
        ledger.settle(member=order.buyer)  # from here on the person's orders queue
        order.refresh_from_db(fields=["voided_at", "member"])
        known = Earning.objects.filter(order=order).select_related("rules", "order__store").first()
        if known is not None:
            return _follow(known, order.buyer, by)
        if order.voided_at is not None:
            return Earning(order=order, is_void=True)
        return _first_look(order, order.buyer, *standing, by)


def key(order: Order) -> str:
    """Of the entry by which an order earns at its first look."""
    return f"order-{order.pk}"


def _first_look(order: Order, buyer: Member, version: PointsRules, rules: Rules, by: Actor) -> Earning:
    [case] = to_earn.cases([order])
    lives_on = version.expiry == PointsRules.Expiry.ACTIVITY
    bought = _days_bought(order) if lives_on else ()
    earned_today = to_earn.earned_that_day(order) if rules.per_day is not None else 0
    found = look(case, version, rules, earned_today=earned_today, bought=bought)
    entry = _earn(found, buyer, by) if found.kept else None
    if lives_on and found.term.expires_on:
        ledger.prolong(member=buyer, until=found.term.expires_on, zone=order.store.zone)
    if found.term.expires_at and found.term.expires_at <= clock.now():
        ledger.settle(member=buyer)  # an old purchase whose points are over already
    return Earning.objects.create(
        order=order, rules=version, entry=entry, points=found.worked.points, kept=found.kept,
        eligible=from_units(found.worked.eligible), why_none=found.worked.why_none,
        refunded=from_units(case.refunded), considered_at=clock.now(),
    )  # fmt: skip


def _days_bought(order: Order) -> Sequence[dt.date]:
    owner = order.member_id or 0
    return to_earn.days_bought([owner], order.business_date).get(owner, ())


def _earn(found: Looked, buyer: Member, by: Actor) -> Entry:
    order = found.case.order
    deed = Deed(key(order), by, order.ordered_at, order, PURCHASE, found.detail())
    return ledger.earn(member=buyer, points=found.kept, deed=deed, term=found.term).entry


def given(order: Order) -> QuerySet[Entry]:
    """The entries by which an order earned, oldest first, each with what was taken (`taken`) and let go (`let_go`)."""
    earned = Entry.objects.filter(order=order, kind=Entry.Kind.EARN, reason=PURCHASE)
    return earned.annotate(
        taken=Sum("reversals__amount", default=0), let_go=Sum("reversals__forgiven", default=0)
    ).order_by("pk")


def left(entry: Entry) -> int:
    """What of an entry of `given` still stands."""
    return int(entry.amount + entry.taken - entry.let_go)  # type: ignore[attr-defined]


def _follow(known: Earning, buyer: Member, by: Actor) -> Earning:
    """Bring an order that was looked at before to what its refunds and its state say now."""
    order, back = known.order, to_earn.refunded([known.order_id]).get(known.order_id, 0)
    is_void = order.voided_at is not None
    kept = 0 if is_void else rules_of_earning.kept_after(known.points, to_units(order.gross), back)
    entries = list(given(order))
    kept = max(kept - to_earn.taken_by_unnamed(order), 0)
    more = kept - sum(map(left, entries))
    if not more and (to_units(known.refunded), known.is_void) == (back, is_void):
        return known
    if more > 0:
        again = _give_again(known, buyer, more, entries, by)
        known.entry = known.entry or again
    elif more < 0:
        _take_back(known, entries, -more, by)
    known.kept, known.refunded, known.is_void = kept, from_units(back), is_void
    known.considered_at = clock.now()
    known.save(update_fields=["kept", "refunded", "is_void", "considered_at", "entry"])
    return known


def _give_again(known: Earning, buyer: Member, points: int, entries: Sequence[Entry], by: Actor) -> Entry | None:
    """A refund was withdrawn: what it took comes again, with the term it had; what it let go only counts again."""
    undone = withdrawn.undo(known.order, points)
    for number, (given_by, let_go, of) in enumerate(undone.let_go, 1 + _reversals(known.order)):
        deed = Deed(
            f"{key(known.order)}-stands-{number}", by, clock.now(), known.order, AGAIN, {"of": {str(of): let_go}}
        )
        entry = next(each for each in entries if each.pk == given_by)
        ledger.count_again(given=entry, points=let_go, deed=deed)
    return _earn_again(known, buyer, undone, len(entries), by) if undone.points else None


def _earn_again(known: Earning, buyer: Member, undone: Undone, times: int, by: Actor) -> Entry:
    order, version = known.order, known.rules
    assert version is not None  # noqa: S101 - only what rules were asked about is followed
    name = f"{key(order)}-{times + 1}" if times else key(order)
    detail = {"rules": version.pk, "again": AGAIN} | ({"of": undone.taken} if undone.taken else {})
    deed = Deed(name, by, clock.now(), order, PURCHASE, detail)
    bought = _days_bought(order) if version.expiry == PointsRules.Expiry.ACTIVITY else ()
    lasts = term(version, order.business_date, order.store.zone, bought)
    entry = ledger.earn(member=buyer, points=undone.points, deed=deed, term=lasts).entry
    ledger.settle(member=buyer)
    return entry


def _reversals(order: Order) -> int:
    return Entry.objects.filter(reverses__order=order).count()


def _take_back(known: Earning, entries: Sequence[Entry], points: int, by: Actor) -> None:
    """Out of the latest entry first; by the policy of the rules that gave them."""
    order, version = known.order, known.rules
    policy = Policy(version.refund) if version else Policy.DEBT
    times, because = _reversals(order), {"rules": known.rules_id, "refunds": withdrawn.not_told_of(order)}
    for entry in reversed(entries):
        part = min(left(entry), points)
        if part > 0:
            times += 1
            deed = Deed(f"order-{order.pk}-back-{times}", by, _when(order), order, REFUND, because)
            ledger.take_back(given=entry, points=part, deed=deed, policy=policy)
            points -= part


def _when(order: Order) -> dt.datetime:
    """When what takes points back happened: the void, or the last refund."""
    last = Refund.objects.filter(order=order, voided_at__isnull=True).aggregate(at=Max("refunded_at"))["at"]
    return order.voided_at or last or clock.now()
