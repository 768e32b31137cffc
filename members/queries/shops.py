import datetime as dt

from django.db.models import BooleanField, Count, ExpressionWrapper, Max, Q, QuerySet

from members.lib import clock
from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import PrivacyRequest, ShopConnection, ShopDelivery

STUCK = (ShopDelivery.State.REFUSED, ShopDelivery.State.FAILED)
_WEEK = dt.timedelta(days=7)


def connections(actor: Actor) -> QuerySet[ShopConnection]:
    """All connections, newest first, for who keeps the settings; with the last event and how many got stuck lately."""
    found = (
        ShopConnection.objects.select_related("store") if actor.may(Right.SETTINGS) else ShopConnection.objects.none()
    )
    lately = Q(deliveries__state__in=STUCK, deliveries__received_at__gte=clock.now() - _WEEK)
    return found.annotate(last_at=Max("deliveries__received_at"), stuck=Count("deliveries", filter=lately))


def open_connection(kind: str, connection_id: int) -> ShopConnection | None:
    """The connection that an address of ours names, as long as it is active."""
    return ShopConnection.objects.filter(pk=connection_id, kind=kind, ended_at=None).first()


def deliveries(actor: Actor) -> QuerySet[ShopDelivery]:
    """The events of all shops, newest first, for who keeps the settings; whether one has its body still (`has_body`).

    The bodies, up to two megabytes each, stay where they are.
    """
    found = ShopDelivery.objects.all() if actor.may(Right.SETTINGS) else ShopDelivery.objects.none()
    return found.defer("body").annotate(has_body=ExpressionWrapper(~Q(body=b""), BooleanField()))


def stuck(actor: Actor) -> QuerySet[ShopDelivery]:
    """Events of the last week that could not be taken, of connections that are active."""
    lately = deliveries(actor).filter(received_at__gte=clock.now() - _WEEK, state__in=STUCK)
    return lately.filter(connection__ended_at=None)


def open_requests(actor: Actor) -> QuerySet[PrivacyRequest]:
    """What customers have asked for and nobody has seen to; an erased member is done with."""
    found = PrivacyRequest.objects.filter(done_at=None).exclude(kind="erase", member__erased_at__isnull=False)
    found = found.select_related("member", "connection")
    return found if actor.may(Right.ERASE) else found.none()
