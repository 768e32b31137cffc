import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from members.lib.access import actor_of, needs
from members.lib.addresses import member_url
from members.lib.money import plain, to_units
from members.lib.roles import Right
from members.queries import merchants, orders


@needs(Right.SEE_MEMBERS)
@require_safe
def page(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order: what was bought, how it was paid, what came back, its earlier versions and its import."""
    actor = actor_of(request)
    visible = orders.visible(actor).select_related("member", "store", "channel", "batch")
    order = get_object_or_404(visible, pk=order_id)
    versions = list(orders.versions(actor, order))
    back = list(orders.refunds_of(order))
    zone = merchants.current().zone
    context = {
        "order": order,
        "when": _on_the_wall(order.ordered_at, order.store.zone),
        "recorded": _on_the_wall(order.recorded_at, zone),
        "member_url": member_url(order.member.number, order.member.pk) if order.member else "",
        "lines": [(line, plain(to_units(line.quantity), 0)) for line in orders.lines_of(order)],
        "payments": orders.payments_of(order),
        "refunds": [(refund, _on_the_wall(refund.refunded_at, refund.store.zone)) for refund in back],
        "refunded": sum((refund.amount for refund in back), start=Decimal(0)),
        "versions": [
            (version, _on_the_wall(version.recorded_at, zone), _on_the_wall(version.voided_at, zone))
            for version in versions
            if len(versions) > 1
        ],
        "current": next((version for version in versions if version.voided_at is None), None),
        "may_import": actor.may(Right.IMPORT),
    }
    return render(request, "members/order.html", context)


def _on_the_wall(instant: dt.datetime | None, zone: str) -> dt.datetime | None:
    """The time a clock in the zone shows, without zone: templates would turn it back into UTC."""
    return None if instant is None else instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
