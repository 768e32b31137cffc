"""Products and stores as data."""

from django.db.models import QuerySet

from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Product, Store
from members.queries import scope


def products(actor: Actor) -> QuerySet[Product]:
    """All products: they are the merchant's, not of a store."""
    every = Product.objects.select_related("category")
    return every if actor.may(Right.READ_CATALOGUE) else every.none()


def stores(actor: Actor) -> QuerySet[Store]:
    """The stores in scope."""
    return scope.stores(actor) if actor.may(Right.READ_CATALOGUE) else Store.objects.none()
