"""What is spent on a sale: its coupons, and the points that pay for it; as asked, or told what of it is not done."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from members.lib.actor import Actor
from members.lib.money import to_units
from members.models import Order
from members.rules.imports.sent import Item
from rewards.models import Coupon, Entry
from rewards.queries import baskets, holdings, points_rules
from rewards.queries import coupons as held_coupons
from rewards.rules import basket
from rewards.services import coupons, spending
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


class Redeeming:
    """Coupons and points of one sale. `tells`: what is refused of them is told in `refused`; else all is refused."""

    def __init__(self, sale: Sale, order: Order, by: Actor, tells: bool) -> None:
        self._sale, self._order, self._by, self._tells = sale, order, by, tells
        self.key = f"sale:{order.source}:{order.number}"
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
        entry = Entry.objects.filter(key=self.key).first()
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
            return spending.pay(self._order, self._sale.points, self.key, by=self._by, policy=policy)
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
