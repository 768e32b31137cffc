"""The lines of an order that adds up to what was paid: goods after their discounts, then shipping, fees and taxes."""

from collections.abc import Sequence
from dataclasses import dataclass

from members.rules.imports.amounts import decimals_of
from members.rules.imports.pieces import plain
from members.rules.imports.sent import Item
from members.rules.imports.spread import taken_off

GOODS, GIFT_CARD, FEE = "goods", "gift_card", "fee"


@dataclass(frozen=True, slots=True)
class Part:
    """One line: its amount before discounts and what is taken off it, in ten-thousandths."""

    kind: str
    amount: int
    off: int = 0
    quantity: int = 1
    sku: str = ""
    product: str = ""

    @property
    def net(self) -> int:
        return self.amount - self.off


def lines(parts: Sequence[Part], discount: int, total: int, currency: str) -> list[Item]:
    """Lines that sum to `total`. Where the parts do not, even after spreading `discount`, one line bears it all."""
    smallest = 10 ** (4 - decimals_of(currency))
    nets = [part.net for part in parts]
    if sum(nets) != total or min(nets, default=-1) < 0:
        nets = _spread([part.amount for part in parts], discount, total, smallest)
    if not nets or any(net % smallest for net in nets):
        return [{"line_kind": GOODS, "quantity": 1, "amount": plain(total)}]
    return [_line(part, net) for part, net in zip(parts, nets, strict=True) if net or part.kind != FEE]


def _spread(amounts: Sequence[int], discount: int, total: int, smallest: int) -> list[int]:
    """The discount of the whole order over its parts, to whole cents; [] when that does not make the total either."""
    fits = amounts and min(amounts) >= 0 and 0 <= discount <= sum(amounts) and sum(amounts) - discount == total
    if not fits or any(each % smallest for each in (*amounts, discount)):
        return []
    return [net * smallest for net in taken_off(discount // smallest, [each // smallest for each in amounts])]


def _line(part: Part, net: int) -> Item:
    if part.kind == FEE:
        return {"line_kind": FEE, "quantity": 1, "amount": plain(net)}
    return {
        "sku": (part.sku or part.product)[:80], "product": part.product[:200], "line_kind": part.kind,
        "quantity": part.quantity, "amount": plain(net),
    }  # fmt: skip
