"""A small shop in the database: sales, refunds and corrections, each marked as touched as every service does it."""

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any

from members.lib import clock
from members.lib.actor import system
from members.models import Channel, Exclusion, Member, Merchant, Order, OrderLine, Product, Refund, Store, Touched
from members.services import exclusions

_numbers = itertools.count(1)


class Shop:
    """Two stores (S1, S2) and two channels (counter, app) unless told otherwise; members by number."""

    def __init__(self, stores: int = 2, channels: tuple[str, ...] = ("counter", "app")) -> None:
        Merchant.objects.get_or_create(pk=1, defaults={"name": "Test"})
        self.stores = [
            Store.objects.get_or_create(code=f"S{number}", defaults={"name": f"Store {number}"})[0]
            for number in range(1, stores + 1)
        ]
        self.channels = [
            Channel.objects.get_or_create(code=code, defaults={"name": code.title()})[0] for code in channels
        ]

    def member(self, number: str) -> Member:
        return Member.objects.get_or_create(number=number, defaults={"number_key": number.casefold()})[0]

    def sell(
        self,
        buyer: str | None,
        date: str,
        amount: str = "10",
        store: int = 1,
        channel: int = 1,
        at: str = "",
        goods: str = "",
    ) -> Order:
        """A paid order of a member, or of a guest (None), in the store and channel with these ordinals.

        `at`: the instant, in ISO form; noon in Shanghai unless told otherwise. `goods`: SKUs, one line for each.
        """
        placed = self._placed(date, store, channel, "ordered_at")
        if at:
            placed["ordered_at"] = dt.datetime.fromisoformat(at)
        order = Order.objects.create(
            source="till", number=f"O{next(_numbers)}", content_hash=b"", total=Decimal(amount), gross=Decimal(amount),
            member=None if buyer is None else self.member(buyer), **placed,
        )  # fmt: skip
        for sku in goods.split():
            product, _new = Product.objects.get_or_create(sku=sku, defaults={"name": sku.upper()})
            OrderLine.objects.create(order=order, product=product, quantity=1, amount=Decimal(1))
        Touched.objects.create(kind=Touched.Kind.ORDER, key=order.pk)
        return order

    def give_back(self, order: Order, date: str, amount: str | None = None, *, naming: bool = True) -> Refund:
        """A refund for an order, wholly unless told otherwise; it may leave the order unnamed."""
        placed = self._placed(date, 1, 1, "refunded_at") | {"store": order.store, "channel": order.channel}
        refund = Refund.objects.create(
            source="till", number=f"R{next(_numbers)}", content_hash=b"", member=order.member,
            order=order if naming else None, amount=order.gross if amount is None else Decimal(amount), **placed,
        )  # fmt: skip
        Touched.objects.create(kind=Touched.Kind.REFUND, key=refund.pk)
        return refund

    def void(self, fact: Order | Refund) -> None:
        """What an import that brings a new version does to the old one."""
        fact.voided_at = clock.now()
        fact.save(update_fields=["voided_at"])
        kind = Touched.Kind.ORDER if isinstance(fact, Order) else Touched.Kind.REFUND
        Touched.objects.create(kind=kind, key=fact.pk)

    def exclude(self, buyer: str, first: str, last: str | None = None) -> Exclusion:
        return exclusions.exclude(
            member=self.member(buyer), reason=Exclusion.Reason.STAFF, from_date=dt.date.fromisoformat(first),
            to_date=None if last is None else dt.date.fromisoformat(last), by=system("test"),
        )  # fmt: skip

    def _placed(self, date: str, store: int, channel: int, instant: str) -> dict[str, Any]:
        day = dt.date.fromisoformat(date)
        noon = dt.datetime.combine(day, dt.time(4), dt.UTC)
        return {
            "store": self.stores[store - 1], "channel": self.channels[channel - 1], "business_date": day, instant: noon,
        }  # fmt: skip
