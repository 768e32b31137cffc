"""A shop sends an event: who it is, whether it is known already; kept at once and answered, worked by a job."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from members.lib import signatures
from members.lib.actor import system
from members.models import ShopConnection, ShopDelivery
from members.services import jobs

KIND = "shop_events"
_PING = re.compile(rb"webhook_id=\d{1,20}")
Kind = ShopConnection.Kind


class Forged(Exception):
    """No secret of the connection has signed this. Nothing is stored."""


class Unnamed(ValueError):
    """The header named by the text is missing or cannot be one."""


@dataclass(frozen=True, slots=True)
class _Headers:
    signature: str
    topic: str
    delivery: str


_HEADERS = {
    Kind.SHOPIFY: _Headers("X-Shopify-Hmac-Sha256", "X-Shopify-Topic", "X-Shopify-Webhook-Id"),
    Kind.WOOCOMMERCE: _Headers("X-WC-Webhook-Signature", "X-WC-Webhook-Topic", "X-WC-Webhook-Delivery-ID"),
}


def is_ping(connection: ShopConnection, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether WooCommerce only asks if somebody is there, as it does, unsigned, when a webhook is saved."""
    unsigned = _HEADERS[Kind.WOOCOMMERCE].signature not in headers
    return connection.kind == Kind.WOOCOMMERCE and unsigned and _PING.fullmatch(body) is not None


def receive(connection: ShopConnection, headers: Mapping[str, str], body: bytes) -> bool:
    """Keep the event; False when it was kept before. Forged or Unnamed when it cannot be taken."""
    said = _HEADERS[Kind(connection.kind)]
    if not signatures.is_of_body(headers.get(said.signature, ""), connection.secrets, body):
        raise Forged
    topic, delivery = _named(headers, said.topic, 80), _named(headers, said.delivery, 200)
    if connection.kind == Kind.WOOCOMMERCE:  # which gives all deliveries of one second the same id
        delivery += hashlib.sha256(body).hexdigest()
    key = hashlib.sha256(delivery.encode()).hexdigest()
    with transaction.atomic():
        _kept, is_new = ShopDelivery.objects.get_or_create(
            connection=connection, key=key, defaults={"topic": topic, "body": body}
        )
        if is_new:
            ring(connection)
    return is_new


def ring(connection: ShopConnection) -> None:
    """See to it that what waits is worked."""
    jobs.enqueue_once(KIND, system("shops"), {"connection": connection.pk})


def _named(headers: Mapping[str, str], name: str, longest: int) -> str:
    value = headers.get(name, "").strip()
    if not value or len(value) > longest or not value.isprintable():
        raise Unnamed(name)
    return value
