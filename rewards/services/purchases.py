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
from rewards.models import Coupon, Earning, Entry
from rewards.queries import baskets, holdings, points_rules, standing
from rewards.queries import coupons as held_coupons
from rewards.queries.standing import Standing
from rewards.rules import basket
from rewards.services import coupons, earning, spending
from rewards.services.spending import Offline


class Refused(ValueError):
    """It cannot be done; the text says why, for the reader. Nothing was changed. `code` is a word for machines."""

    def __init__(self, text: str, code: str = "refused") -> None:
        self.code = code
        super().__init__(text)


class NotYet(Refused):
    """The order that it belongs to has not come yet: send it again after the order."""


@dataclass(frozen=True, slots=True)
class Sale:
    """An order as the API takes it (members.api.shapes.OrderIn), with what is to be spent on it.

    `offline`: the till sold it on its own and tells now: the order is taken in any case, and what of the redemption no
    longer fits is owed or refused, as the rules of its day say.
    """

    item: Item
    codes: Sequence[str] = ()
    points: int = 0
    offline: bool = False


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
    has: Standing | None = None  # the member, afterwards; None: a guest

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
    has: Standing | None = None


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
    redeeming = _Redeeming(sale, order, by, tells)
    off, entry = redeeming.do() if is_new else redeeming.done_before()
    paid = from_units(entry.detail["amount"]) if entry else Decimal(0)
    coupons_paid = sum(off.values())
    if is_new:
        orders.split_payment(order, points=paid, coupons=from_units(coupons_paid))
    earned = earning.settle_order(order.pk, by=by)
    return Sold(
        order, is_new, earned.kept, earned.why_none,
        off={code: from_units(amount) for code, amount in off.items()}, points=-entry.amount if entry else 0,
        points_paid=paid, most_points=redeeming.most_points, refused=redeeming.refused, has=_standing(order),
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


class _Redeeming:
    """Coupons and points of one sale. `tells`: what is refused of them is told in `refused`; else all is refused."""

    def __init__(self, sale: Sale, order: Order, by: Actor, tells: bool) -> None:
        self._sale, self._order, self._by, self._tells = sale, order, by, tells
        self._key = f"sale:{order.source}:{order.number}"
        self.refused: list[tuple[str, str]] = []
        self.most_points = 0  # how many of the member could pay for what the coupons leave

    def do(self) -> tuple[dict[str, int], Entry | None]:
        """Code -> what the coupon took off (ten-thousandths), and the entry of the points that paid."""
        found = {code: held_coupons.find(code) for code in dict.fromkeys(self._sale.codes)}
        for code, coupon in found.items():
            if coupon is None:
                self._refuse(code, _("There is no coupon “%(code)s”.") % {"code": code}, "unknown_coupon")
        off = self._use({coupon.pk: (code, coupon) for code, coupon in found.items() if coupon})
        if off and Coupon.objects.filter(order=self._order, offer__with_points=False).exists():
            if self._sale.points:
                self._refuse("points", _("A coupon of this order does not go with points."), "points")
            return off, None
        self.most_points = self._most_points(sum(off.values()))
        return off, self._pay() if self._sale.points else None

    def done_before(self) -> tuple[dict[str, int], Entry | None]:
        """The same of an order that is known: what was redeemed when it was sold stands, no more comes to it."""
        used = Coupon.objects.filter(order__source=self._order.source, order__number=self._order.number)
        amounts = {coupon.code: to_units(coupon.amount or 0) for coupon in used}
        off = {code: amounts.get(held_coupons.plain(code)) for code in self._sale.codes}
        entry = Entry.objects.filter(key=self._key).first()
        for what in [code for code, amount in off.items() if amount is None] + ["points"] * self._lacks(entry):
            self._refuse(what, _("The order was sold before, without this."), "sold_before")
        return {code: amount for code, amount in off.items() if amount is not None}, entry

    def _lacks(self, entry: Entry | None) -> bool:
        return bool(self._sale.points) and (entry is None or -entry.amount != self._sale.points)

    def _use(self, wanted: dict[int, tuple[str, Coupon]]) -> dict[str, int]:
        while wanted:
            listed = [coupon for _code, coupon in wanted.values()]
            try:
                off = coupons.use(self._order, listed, by=self._by).off
            except coupons.Refused as error:
                code, _coupon = wanted.pop(self._culprit(listed))
                self._refuse(code, str(error), error.why)
            else:
                return {wanted[pk][0]: amount for pk, amount in off.items()}
        return {}

    def _culprit(self, listed: Sequence[Coupon]) -> int:
        """The coupon over which the others were refused: they are used all or none."""
        why_not = coupons.check(listed, baskets.of_order(self._order), self._order.member).why_not
        return next(iter(why_not), listed[0].pk)

    def _pay(self) -> Entry | None:
        rules = points_rules.on(self._order.business_date) if self._sale.offline else None
        policy = Offline(rules.offline) if rules else Offline.REFUSE
        try:
            return spending.pay(self._order, self._sale.points, self._key, by=self._by, policy=policy)
        except spending.Refused as error:
            self._refuse("points", str(error), "points")
            return None

    def _most_points(self, off: int) -> int:
        cash, member = baskets.cash_on(self._order.business_date), self._order.member
        if cash is None or member is None:
            return 0
        return basket.most_points(baskets.of_order(self._order), off, cash, holdings.of(member).available)

    def _refuse(self, what: str, why: str, code: str) -> None:
        if not self._tells:
            raise Refused(why, code)
        self.refused.append((what, why))


def _standing(order: Order) -> Standing | None:
    return standing.of(order.member) if order.member else None


@transaction.atomic
def refund(item: Item, *, by: Actor) -> GivenBack:
    """Give money back for a recorded order: points that it earned go, points that paid for it come back, in proportion.

    `item` as members.api.shapes.RefundIn. NotYet when the order has not come. The same refund again changes nothing.
    """
    outcome = _one(direct.refunds([item], all_or_nothing=False, by=by))
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
    return refund(back, by=by), sell(sale, by=by)


def _settled(order: Order, given: Refund | None, share: Fraction, by: Actor, codes: Sequence[str] = ()) -> GivenBack:
    """Points follow what has become of an order, of which `share` is given back over all times."""
    versions = _versions(order)
    before = _kept(versions)
    returned = sum(spending.give_back(each, by=by, share=share) for each in versions)
    for each in versions:
        earning.settle_order(each.pk, by=by)
    return GivenBack(order, given, before - _kept(versions), returned, codes, _standing(order))


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
