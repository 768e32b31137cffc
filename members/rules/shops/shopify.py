"""Events of Shopify: topics and JSON of its Admin API (REST form), as its webhooks carry them."""

from collections.abc import Callable

from members.rules.imports import states
from members.rules.imports.problems import BadValue
from members.rules.shops import order_parts, reading
from members.rules.shops.order_parts import FEE, GIFT_CARD, GOODS, Part
from members.rules.shops.reading import Object
from members.rules.shops.said import (
    CANCELLED,
    ERASE,
    GIVE_OUT,
    TEST,
    DeletedSaid,
    OrderSaid,
    PersonSaid,
    Refunds,
    RefundsSaid,
    Returned,
    Said,
    Unreadable,
)

CHANNEL = "shopify"


def order(event: Object) -> OrderSaid:
    """orders/create, paid, updated, cancelled…: each holds the whole order as it is now, with its refunds."""
    number = reading.needed(event, "name")
    total = reading.money(event, "total_price")
    discount = reading.money(event, "total_discounts")
    currency = reading.text(event, "currency")
    refunds: Refunds = {}
    for each in reading.listed(event, "refunds"):
        refunds |= _refund(each, currency)
    return OrderSaid(
        id=reading.identity(event, "id"),
        changed_at=reading.instant(event, "updated_at"),
        status=_status(event),
        refunds=refunds,
        item={
            "order_no": number, "ordered_at": reading.instant(event, "created_at").isoformat(), "channel": CHANNEL,
            "currency": currency, **_buyer(event),
            "lines": order_parts.lines(_parts(event), discount, total, currency),
        },
    )  # fmt: skip


def refund(event: Object) -> RefundsSaid:
    """refunds/create: one refund, which names its order by id."""
    return RefundsSaid(reading.identity(event, "order_id"), _refund(event, ""))


def deleted(event: Object) -> DeletedSaid:
    reading.bare(event)
    return DeletedSaid(reading.identity(event, "id"))


def _person(kind: str, orders: str) -> Callable[[Object], PersonSaid]:
    def asked(event: Object) -> PersonSaid:
        reading.bare(event)
        customer = reading.inner(event, "customer")
        ids = event.get(orders) or []
        if not isinstance(ids, list):
            raise Unreadable(orders)
        email, phone = reading.text(customer, "email"), reading.text(customer, "phone")
        return PersonSaid(kind, email, phone, [str(each) for each in ids])

    return asked


TOPICS: dict[str, Callable[[Object], Said]] = {
    "orders/create": order,
    "orders/paid": order,
    "orders/updated": order,
    "orders/cancelled": order,
    "orders/delete": deleted,
    "refunds/create": refund,
    "customers/data_request": _person(GIVE_OUT, "orders_requested"),
    "customers/redact": _person(ERASE, "orders_to_redact"),
}


def _status(event: Object) -> str:
    if event.get("test") is True:
        return TEST
    if event.get("cancelled_at"):
        return CANCELLED
    word = reading.text(event, "financial_status")
    try:
        found, _fix = states.status_beside_refunds(word)
    except BadValue as error:
        raise Unreadable("financial_status") from error
    return CANCELLED if found == "refunded" else found


def _buyer(event: Object) -> dict[str, str]:
    """As the export names the buyer: the order's own contacts before those of the customer's account."""
    customer, billing = reading.inner(event, "customer"), reading.inner(event, "billing_address")
    name = reading.text(billing, "name")
    if not name:
        name = f"{reading.text(customer, 'first_name')} {reading.text(customer, 'last_name')}".strip()
    phones = [reading.text(source, "phone") for source in (event, customer, billing)]
    emails = [reading.text(source, "email") for source in (event, customer)]
    return {"email": next(filter(None, emails), ""), "phone": next(filter(None, phones), ""), "name": name[:120]}


def _parts(event: Object) -> list[Part]:
    """Goods, shipping, tips, duties, and taxes where the prices do not hold them."""
    parts = [_good(line) for line in reading.listed(event, "line_items") if reading.whole(line, "quantity")]
    shipped = reading.listed(event, "shipping_lines")
    parts += [Part(FEE, reading.money(each, "price"), _allocated(each)) for each in shipped]
    parts.append(Part(FEE, reading.money(event, "total_tip_received")))
    duties = reading.inner(reading.inner(event, "original_total_duties_set"), "shop_money")
    parts.append(Part(FEE, reading.money(duties, "amount")))
    if event.get("taxes_included") is not True:
        parts.append(Part(FEE, reading.money(event, "total_tax")))
    return [part for part in parts if part.amount or part.kind != FEE]


def _good(line: Object) -> Part:
    quantity = reading.whole(line, "quantity")
    return Part(
        kind=GIFT_CARD if line.get("gift_card") is True else GOODS,
        amount=reading.money(line, "price") * quantity,
        off=_allocated(line) or reading.money(line, "total_discount"),
        quantity=quantity,
        sku=reading.text(line, "sku"),
        product=reading.text(line, "name") or reading.text(line, "title"),
    )


def _allocated(line: Object) -> int:
    """What is taken off this line, of its own discounts and as its share of the order's."""
    return sum(reading.money(each, "amount") for each in reading.listed(line, "discount_allocations"))


def _refund(event: Object, currency: str) -> Refunds:
    """The money that went back; a refund that only puts goods back into the stock gives none."""
    at = reading.instant(event, "processed_at" if event.get("processed_at") else "created_at").isoformat()
    amount = 0
    for each in reading.listed(event, "transactions"):
        if reading.text(each, "kind") == "refund" and reading.text(each, "status") == "success":
            if currency and reading.text(each, "currency") not in {"", currency}:
                raise Unreadable("transactions.currency")
            amount += reading.money(each, "amount")
    return {reading.identity(event, "id"): Returned(at, amount)}
