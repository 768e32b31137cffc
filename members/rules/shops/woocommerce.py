"""Events of WooCommerce: topics and JSON of its REST API from version 2 on, as its webhooks carry them."""

from collections.abc import Callable
from dataclasses import replace

from members.rules.imports import states
from members.rules.imports.problems import BadValue
from members.rules.imports.sent import Item
from members.rules.shops import order_parts, reading
from members.rules.shops.order_parts import FEE, GOODS, Part
from members.rules.shops.reading import Object
from members.rules.shops.said import (
    CANCELLED,
    RESTORED,
    DeletedSaid,
    OrderSaid,
    Refunds,
    Returned,
    Said,
    Unreadable,
)

CHANNEL = "woocommerce"
GUEST = "0"
GONE = "trash"


def order(event: Object) -> OrderSaid:
    """order.created, order.updated: the whole order as it is now. Its refunds say an amount and no time.

    A refund is taken to be of the moment at which the order first told of it.
    """
    changed = reading.instant(event, "date_modified_gmt", in_utc=True)
    number = reading.identity(event, "id")
    refunds: Refunds = {
        reading.identity(each, "id"): Returned(changed.isoformat(), abs(reading.money(each, "total")))
        for each in reading.listed(event, "refunds")
    }
    return OrderSaid(
        id=number,
        changed_at=changed,
        status=_status(event),
        refunds=refunds,
        item={
            "order_no": number, "ordered_at": reading.instant(event, "date_created_gmt", in_utc=True).isoformat(),
            "channel": CHANNEL, "currency": reading.text(event, "currency"), **_buyer(event),
            "lines": _lines(event),
        },
    )  # fmt: skip


def restored(event: Object) -> OrderSaid:
    return replace(order(event), trash=RESTORED)


def deleted(event: Object) -> DeletedSaid:
    reading.bare(event)
    return DeletedSaid(reading.identity(event, "id"))


TOPICS: dict[str, Callable[[Object], Said]] = {
    "order.created": order,
    "order.updated": order,
    "order.deleted": deleted,
    "order.restored": restored,
}


def _status(event: Object) -> str:
    word = reading.text(event, "status")
    if word == GONE:
        return CANCELLED
    try:
        found, _fix = states.status_beside_refunds(word)
    except BadValue as error:
        raise Unreadable("status") from error
    return CANCELLED if found == "refunded" else found


def _buyer(event: Object) -> dict[str, object]:
    billing = reading.inner(event, "billing")
    account = reading.text(event, "customer_id")
    name = f"{reading.text(billing, 'first_name')} {reading.text(billing, 'last_name')}".strip()
    return {
        "email": reading.text(billing, "email"), "phone": reading.text(billing, "phone"), "name": name[:120],
        "account": "" if account == GUEST else account, "guest": account in {"", GUEST},
    }  # fmt: skip


def _lines(event: Object) -> list[Item]:
    """Goods after their discounts, then shipping, fees and all taxes; a fee below zero is a discount of the order."""
    goods = [_good(line) for line in reading.listed(event, "line_items") if reading.whole(line, "quantity")]
    charges = [reading.money(each, "total") for each in reading.listed(event, "fee_lines")]
    charges += [reading.money(event, "shipping_total"), reading.money(event, "total_tax")]
    fees = [Part(FEE, amount) for amount in charges if amount > 0]
    discount = -sum(amount for amount in charges if amount < 0)
    return order_parts.lines([*goods, *fees], discount, reading.money(event, "total"), reading.text(event, "currency"))


def _good(line: Object) -> Part:
    return Part(
        kind=GOODS, amount=reading.money(line, "total"), quantity=reading.whole(line, "quantity"),
        sku=reading.text(line, "sku"), product=reading.text(line, "name"),
    )  # fmt: skip
