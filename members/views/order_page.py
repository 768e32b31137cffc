import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from itertools import zip_longest
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members.lib import display, registry
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.addresses import member_url
from members.lib.money import plain, to_units
from members.lib.roles import Right
from members.models import Order
from members.queries import history, merchants, orders, people, scope


@needs(Right.SEE_MEMBERS)
@require_safe
def page(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order: what was bought, how it was paid, what came back, its earlier versions and its import."""
    actor = actor_of(request)
    visible = orders.visible(actor).select_related("member", "store", "channel", "batch")
    order = get_object_or_404(visible, pk=order_id)
    versions = list(orders.versions(actor, order))
    back = list(orders.refunds_of(order))
    merchant = merchants.current()
    zone, refunded = merchant.zone, sum((refund.amount for refund in back), start=Decimal(0))
    context = {
        "order": order,
        "when": _on_the_wall(order.ordered_at, order.store.zone),
        "recorded": _on_the_wall(order.recorded_at, zone),
        "member_url": member_url(order.member.number, order.member.pk) if order.member else "",
        "lines": [(line, plain(to_units(line.quantity), 0)) for line in orders.lines_of(order)],
        "payments": orders.payments_of(order),
        "refunds": [(refund, _on_the_wall(refund.refunded_at, refund.store.zone)) for refund in back],
        "refunded": refunded,
        "net": order.gross - refunded,
        "is_wholly": history.is_wholly(order.gross, refunded),
        "versions": [
            (
                version,
                _on_the_wall(version.recorded_at, zone),
                _on_the_wall(version.voided_at, zone),
                _changes(older, version, merchant.currency) if older else [],
            )
            for version, older in zip_longest(versions, versions[1:])
            if len(versions) > 1
        ],
        **_among(actor, order),
        "panels": registry.panels(registry.order_panels, actor, order),
        "current": next((version for version in versions if version.voided_at is None), None),
        "may_import": actor.may(Right.IMPORT),
    }
    return render(request, "members/order.html", context)


def _among(actor: Actor, order: Order) -> dict[str, object]:
    """Where the order stands among the purchases of its member, and whether its day counts."""
    if order.member is None or order.voided_at is not None:
        return {}
    excluded = list(people.exclusions(order.member))
    mine = scope.history(actor, order.member)
    bought = history.purchases(mine, history.given_back(order.member), excluded)
    return {
        "is_excluded": history.is_excluded(order.business_date, excluded),
        "place": history.place(bought, order.pk),
    }


def _changes(before: Order, after: Order, currency: str) -> list[str]:
    """What a version says otherwise than the one before it."""
    said = [
        (_("Total"), [display.money(one.total, currency, 2) for one in (before, after)]),
        (_("Revenue"), [display.money(one.gross, currency, 2) for one in (before, after)]),
        (_("Status"), [str(one.get_status_display()) for one in (before, after)]),
        (_("Business date"), [date_format(one.business_date) for one in (before, after)]),
        (_("Store"), [str(one.store) for one in (before, after)]),
        (_("Channel"), [str(one.channel) for one in (before, after)]),
        (_("Buyer"), [str(one.member or _("Guest")) for one in (before, after)]),
    ]
    return [_changed(name, values) for name, values in said if values[0] != values[1]]


def _changed(name: str, values: Sequence[str]) -> str:
    changed = {"field": name, "before": values[0], "after": values[1]}
    return _("%(field)s: “%(before)s” became “%(after)s”") % changed


def _on_the_wall(instant: dt.datetime | None, zone: str) -> dt.datetime | None:
    """The time a clock in the zone shows, without zone: templates would turn it back into UTC."""
    return None if instant is None else instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
