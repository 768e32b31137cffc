"""What a till does with a basket: quote, sell, give back, void, exchange; each whole or not at all.

The same order, refund or void again changes nothing: the order by its number, points by keys made of it. Locks are
taken in one order everywhere: imports, coupons, accounts.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from members import problems
from members.lib import display
from members.lib.actor import Actor
from members.lib.money import from_units, to_units
from members.models import Order, Refund
from members.queries import merchants, scope
from members.rules.imports.sent import Item
from members.services import orders
from members.services.imports import direct
from rewards.models import Earning
from rewards.queries import holdings
from rewards.queries.holdings import Holding
from rewards.services import coupons, earning, ledger, spending
from rewards.services.redeeming import NotYet, Redeeming, Refused, Sale

__all__ = [
    "GivenBack", "NotYet", "Refused", "Sale", "Sold", "exchange", "quote", "refund", "sell", "void",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sold:
    """What came of a sale. `off`: code -> what the coupon took off; `refused`: (what, why) of a redemption not done.

    `points_paid` is money; `most_points`: how many the member might have spent on it.
    """

    order: Order
    is_new: bool
    earned: int
    why_none: str
    off: Mapping[str, Decimal] = field(default_factory=dict)
    points: int = 0
    points_paid: Decimal = Decimal(0)
    most_points: int = 0
    refused: Sequence[tuple[str, str]] = ()
    has: Holding | None = None  # the member, afterwards; None: a guest

    @property
    def to_pay(self) -> Decimal:
        """In money."""
        total: Decimal = self.order.total
        return total - sum(self.off.values(), Decimal(0)) - self.points_paid


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What came of a refund or a void. `taken_back` points that the order had earned, `returned` points it had cost."""

    order: Order
    refund: Refund | None
    taken_back: int
    returned: int
    codes: Sequence[str] = ()  # of coupons that can be used again
    has: Holding | None = None


def quote(sale: Sale, *, by: Actor) -> Sold:
    """What the sale would come to now: it is the sale itself, undone, so it cannot say anything else.

    `refused` tells what of the redemption would not be done. Refused when the order itself cannot be taken.
    """
    item = {**sale.item, "order_no": f"quote-{secrets.token_hex(8)}"}
    with transaction.atomic():
        found = _sold(Sale(item, sale.codes, sale.points), by, tells=True)
        transaction.set_rollback(True)
    return found


@transaction.atomic
def sell(sale: Sale, *, by: Actor) -> Sold:
    """Record the order, use its coupons, let points pay, and earn. The same sale again changes nothing."""
    return _sold(sale, by, tells=sale.offline)


def _sold(sale: Sale, by: Actor, *, tells: bool) -> Sold:
    order, is_new = _recorded(sale, by)
    redeeming = Redeeming(sale, order, by, tells)
    with ledger.one_book([redeeming.key, earning.key(order)]):
        off, entry = redeeming.do() if is_new else redeeming.done_before()
        paid = from_units(entry.detail["amount"]) if entry else Decimal(0)
        if is_new:
            orders.split_payment(order, points=paid, coupons=from_units(sum(off.values())))
        earned = earning.settle_order(order.pk, by=by)
    return Sold(
        order, is_new, earned.kept, earned.why_none,
        off={code: from_units(amount) for code, amount in off.items()}, points=-entry.amount if entry else 0,
        points_paid=paid, most_points=redeeming.most_points, refused=redeeming.refused, has=_has(order),
    )  # fmt: skip


def _recorded(sale: Sale, by: Actor) -> tuple[Order, bool]:
    """The order of a sale, and whether this call recorded it."""
    outcome = _one(direct.orders([sale.item], all_or_nothing=False, by=by))
    if outcome.said == direct.CHANGED:
        raise Refused(
            _("Order %(number)s is known with another content. Void it or give it back, and sell under a new number.")
            % {"number": outcome.number},
            "order_changed",
        )
    order = _standing_order(outcome.number, by)
    if order.status != Order.Status.PAID:
        raise Refused(_("Order %(number)s was voided.") % {"number": order.number}, "order_void")
    return order, outcome.said == direct.NEW


def _one(answer: direct.Answer) -> direct.Outcome:
    """The outcome of the only item; Refused (NotYet: its order has still to come) with the first reason."""
    (outcome,) = answer.outcomes
    if outcome.said == direct.REFUSED:
        problem = next((each for each in outcome.problems if each.level == "reject"), outcome.problems[0])
        raise (NotYet if problem.code == "unknown_order" else Refused)(problems.reason(problem), problem.code)
    return outcome


def _standing_order(number: str, by: Actor) -> Order:
    """The order of this sender under a number, in the own stores; NotYet when there is none."""
    known = Order.objects.filter(source=by.source, number=number, voided_at=None, store__in=scope.stores(by))
    found = known.select_related("store", "member").first()
    if found is None:
        raise NotYet(_("There is no order %(number)s of this sender yet.") % {"number": number}, "unknown_order")
    return found


def _has(order: Order) -> Holding | None:
    return holdings.with_tier(order.member) if order.member else None


@transaction.atomic
def refund(item: Item, *, by: Actor) -> GivenBack:
    """Give money back for a recorded order: points that it earned go, points that paid for it come back, in proportion.

    `item` as members.api.shapes.RefundIn. NotYet when the order has not come. The same refund again changes nothing.
    """
    outcome = _one(direct.refunds([item], all_or_nothing=False, by=by))
    if any(problem.code == "refund_sign" for problem in outcome.problems):  # a file may mean it, a till has mistyped
        raise Refused(
            _("Write what is given back without a minus; to sell something, send an order."), "negative_refund"
        )
    given = Refund.objects.select_related("order").get(source=by.source, number=outcome.number, voided_at=None)
    order = _standing_order(given.order.number if given.order else "", by)
    left = orders.paid_with_money(order) - orders.refunded(order)
    if left < 0:
        raise Refused(
            _("Only %(left)s that was paid with money is left to be given back; points come back by themselves.")
            % {"left": display.money(left + given.amount, merchants.current().currency, 2)},
            "refund_exceeds_money",
        )
    return _settled(order, given, _share_back(order), by)


@transaction.atomic
def void(number: str, *, by: Actor) -> GivenBack:
    """Undo a purchase as a whole: the order is cancelled, points and coupons are as if it had not been.

    NotYet when the order has not come. The same void again changes nothing.
    """
    try:
        order = orders.cancel(_standing_order(number, by), by=by)
    except orders.Refused as error:
        raise Refused(str(error), "order_refunded") from error
    returned = [coupon.code for each in _versions(order) for coupon in coupons.give_back(each, by=by)]
    return _settled(order, None, Fraction(1), by, returned)


@transaction.atomic
def exchange(back: Item, sale: Sale, *, by: Actor) -> tuple[GivenBack, Sold]:
    """Give goods back and sell others, in one: neither is done without the other."""
    with ledger.one_book():
        return refund(back, by=by), sell(sale, by=by)


def _settled(order: Order, given: Refund | None, share: Fraction, by: Actor, codes: Sequence[str] = ()) -> GivenBack:
    """Points follow what has become of an order, of which `share` is given back over all times."""
    versions = _versions(order)
    before = _kept(versions)
    with ledger.one_book():
        returned = sum(spending.give_back(each, by=by, share=share) for each in versions)
        for each in versions:
            earning.settle_order(each.pk, by=by)
    return GivenBack(order, given, before - _kept(versions), returned, codes, _has(order))


def _share_back(order: Order) -> Fraction:
    paid = to_units(orders.paid_with_money(order))
    return min(Fraction(to_units(orders.refunded(order)), paid), Fraction(1)) if paid > 0 else Fraction(0)


def _versions(order: Order) -> list[Order]:
    """An order under all its versions, the oldest first: points and coupons name the one that stood at the time."""
    known = Order.objects.filter(source=order.source, number=order.number)
    return list(known.select_related("store", "member").order_by("pk"))


def _kept(versions: Sequence[Order]) -> int:
    """How many points an order has left of what it earned."""
    kept: int = Earning.objects.filter(order__in=versions).aggregate(sum=Sum("kept", default=0))["sum"]
    return kept
