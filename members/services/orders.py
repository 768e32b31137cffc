"""What becomes of recorded orders beside their import: how they were paid, and that they were cancelled."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from members import events
from members.lib import clock
from members.lib.actor import Actor
from members.models import Order, Payment, Refund
from members.services import audit
from members.services.imports import bulk, direct, versions

NOT_MONEY = (Payment.Kind.POINTS, Payment.Kind.COUPON)


class Refused(ValueError):
    """The order cannot be changed like this; the text says why, for the reader."""


@transaction.atomic
def split_payment(order: Order, *, points: Decimal, coupons: Decimal) -> None:
    """Write down that points and coupons paid these parts of an order, and money the rest; its revenue is less by them.

    Call it in the transaction that records the order. One that says how it was paid stays as it is.
    """
    if not (points or coupons) or Payment.objects.filter(order=order).exists():
        return
    if points + coupons > order.total:
        raise ValueError("points and coupons pay more than the order costs")
    parts = {
        Payment.Kind.POINTS: points,
        Payment.Kind.COUPON: coupons,
        Payment.Kind.MONEY: order.total - points - coupons,
    }
    Payment.objects.bulk_create(
        Payment(order=order, kind=kind, amount=amount) for kind, amount in parts.items() if amount
    )
    order.gross -= points + coupons
    order.save(update_fields=["gross"])


def paid_with_money(order: Order) -> Decimal:
    """What can be given back of an order in money, refunds that were given included."""
    other: Decimal | None = Payment.objects.filter(order=order, kind__in=NOT_MONEY).aggregate(sum=Sum("amount"))["sum"]
    total: Decimal = order.total
    return total - (other or Decimal(0))


def refunded(order: Order) -> Decimal:
    """What has been given back of an order in money, over all its refunds that stand."""
    back: Decimal | None = Refund.objects.filter(order=order, voided_at=None).aggregate(sum=Sum("amount"))["sum"]
    return back or Decimal(0)


@transaction.atomic
def cancel(order: Order, *, by: Actor) -> Order:
    """The purchase is undone as a whole: a new version of the order says so. One that was cancelled stays as it is.

    Refused when money was given back of it by a refund already.
    """
    bulk.one_import_at_a_time()  # a refund that is on its way has been written, or sees the order cancelled
    locked = Order.objects.select_for_update(of=("self",)).select_related("store").get(pk=order.pk)
    if locked.voided_at is not None:
        raise Refused(_("The order was changed a moment ago. Look at it again."))
    if locked.status == Order.Status.CANCELLED:
        return locked
    if refunded(locked):
        raise Refused(_("Money of this order was given back already. Give back the rest with a refund."))
    versions.renew_orders({locked.pk: {"status": Order.Status.CANCELLED.value}}, now=clock.now())
    found = Order.objects.select_related("store", "member").get(replaces=locked, voided_at=None)
    audit.record(by=by, verb="void", subject_type="order", subject_id=found.pk)
    direct.tell(found)
    events.facts_changed.send(sender=Order, by=by, wait=False)
    return found
