"""What an event says -> the order and its refunds as they stand here, whatever came before it or is still to come.

The order is that of the newest version told; refunds are added up; once restored counts for more than deleted, however
often. So events that come twice, late or in another order end in the same state.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from members.lib import clock
from members.lib.actor import Actor
from members.models import Order, Refund, ShopConnection, ShopOrder
from members.rules.imports.problems import Problem
from members.rules.shops import said as rules
from members.rules.shops.said import DeletedSaid, OrderSaid, Refunds, RefundsSaid, Returned
from members.services.imports import direct, versions

OLDER, AWAITED, NOTED = "older", "awaited", "noted"


@dataclass(slots=True)
class Outcome:
    """What became of an event: a code, and what was found (why it was refused, or what was put right)."""

    code: str
    problems: list[Problem] = field(default_factory=list)
    number: str = ""  # of the order, once it is known

    @property
    def is_refused(self) -> bool:
        return self.code == direct.REFUSED


def actor_of(connection: ShopConnection) -> Actor:
    """Whom orders of this shop are recorded by: it reaches its own store and no other."""
    return Actor(
        kind="shop", name=connection.name, role=None, store_ids=frozenset({connection.store_id}),
        source=connection.source,
    )  # fmt: skip


def settle(connection: ShopConnection, event: OrderSaid | RefundsSaid | DeletedSaid) -> Outcome:
    """Inside the caller's transaction, which holds the lock on the connection."""
    known, _made = ShopOrder.objects.get_or_create(connection=connection, external_id=event.id)
    by = actor_of(connection)
    if not isinstance(event, DeletedSaid):
        known.refunds = _stored(rules.merged(_refunds(known), event.refunds))
    if not isinstance(event, RefundsSaid):
        known.trash = rules.furthest(known.trash, event.trash)
    found = _take(known, event, connection, by) if isinstance(event, OrderSaid) else Outcome(NOTED)
    known.save()
    if not found.is_refused:
        found = _bring_up(known, found, by)
    found.number = known.number or (str(event.item["order_no"])[:120] if isinstance(event, OrderSaid) else "")
    return found


def _take(known: ShopOrder, event: OrderSaid, connection: ShopConnection, by: Actor) -> Outcome:
    """The order itself, when this is the newest that was told of it."""
    if event.version <= known.version:
        return Outcome(direct.SAME if event.version == known.version else OLDER)
    number = known.number or str(event.item["order_no"])  # the first stays: a shop may call an order something else
    status = _standing(known, event.status, number, by)
    item = {**event.item, "order_no": number, "status": status, "store": connection.store.code}
    outcome = direct.orders([item], all_or_nothing=False, by=by).outcomes[0]
    if outcome.said != direct.REFUSED:
        known.version, known.status, known.number = event.version, event.status, outcome.number
    return Outcome(outcome.said, outcome.problems)


def _bring_up(known: ShopOrder, found: Outcome, by: Actor) -> Outcome:
    """Status and refunds of the stored order, as all that was told makes them."""
    order = (
        Order.objects.filter(source=by.source, number=known.number, voided_at=None).first() if known.number else None
    )
    if order is None:
        return Outcome(AWAITED) if found.code == NOTED else found
    status = _standing(known, known.status, known.number, by)
    if order.status != status:
        versions.renew_orders({order.pk: {"status": status}}, now=clock.now())
        direct.tell(Order.objects.get(replaces=order, voided_at=None))
        found.code = direct.CHANGED if found.code in {NOTED, direct.SAME, OLDER} else found.code
    if status != rules.PAID or not (items := rules.refund_items(known.number, _refunds(known))):
        return found
    answer = direct.refunds(items, all_or_nothing=False, by=by)
    return _with_refunds(found, answer)


def _standing(known: ShopOrder, base: str, number: str, by: Actor) -> str:
    """The status of the order, by all that was told of it and by refunds that a file has brought."""
    told = any(each.amount for each in _refunds(known).values())
    stored = Refund.objects.filter(order__source=by.source, order__number=number, voided_at=None)
    return rules.standing(base, deleted=known.trash == rules.DELETED, gave_back=told or stored.exists())


def _with_refunds(found: Outcome, answer: direct.Answer) -> Outcome:
    if refused := [each for each in answer.outcomes if each.said == direct.REFUSED]:
        return Outcome(direct.REFUSED, [problem for each in refused for problem in each.problems])
    is_news = answer.count(direct.NEW) or answer.count(direct.CHANGED)
    if is_news and found.code in {NOTED, direct.SAME, OLDER}:
        return Outcome("refunded", found.problems)
    return found


def _refunds(known: ShopOrder) -> Refunds:
    return {key: Returned(at, amount) for key, (at, amount) in known.refunds.items()}


def _stored(refunds: Refunds) -> Mapping[str, list[object]]:
    return {key: [each.at, each.amount] for key, each in refunds.items()}
