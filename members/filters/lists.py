"""The two lists as their address asks for them: of whom, narrowed by what, in which order. Page and file alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict

from members.filters import MemberFilter, OrderFilter, behind, orders_behind, unread, unseen_stores
from members.lib import listing
from members.lib.access import request_of
from members.lib.actor import Actor
from members.lib.registry import Audience
from members.models import Member, Order
from members.queries import orders, people


@dataclass(frozen=True, slots=True)
class FoundMembers:
    """What the address of the member list asks for: the people behind a number (or all), and whom the filters leave."""

    audience: Audience | None
    everyone: QuerySet[Member]
    filters: MemberFilter
    sort: str
    warnings: Sequence[str]

    @property
    def people(self) -> QuerySet[Member]:
        return people.sorted_by(self.filters.qs, self.sort).select_related("home_store")


@dataclass(frozen=True, slots=True)
class FoundOrders:
    """The same of the order list."""

    audience: Audience | None
    everything: QuerySet[Order]
    filters: OrderFilter
    sort: str
    warnings: Sequence[str]

    @property
    def orders(self) -> QuerySet[Order]:
        return orders.sorted_by(self.filters.qs, self.sort).select_related("member", "store", "channel")


def find_members(actor: Actor, params: QueryDict) -> FoundMembers:
    """UnknownAudience when the number it comes from is none."""
    audience, everyone = behind(actor, params)
    sort, warning = listing.sort_in(params, people.SORTS, "-last" if audience else "number")
    filters = MemberFilter(params, everyone, request=request_of(actor))
    unseen = unseen_stores(actor, params) if audience else []
    return FoundMembers(
        audience, everyone, filters, sort, [*filter(None, [warning]), *unseen, *unread(filters, audience)]
    )


def find_orders(actor: Actor, params: QueryDict) -> FoundOrders:
    """UnknownAudience when the number it comes from is none."""
    audience, everything = orders_behind(actor, params)
    sort, warning = listing.sort_in(params, orders.SORTS, "-date")
    filters = OrderFilter(params, everything, request=request_of(actor))
    unseen = unseen_stores(actor, params) if audience else []
    return FoundOrders(
        audience, everything, filters, sort, [*filter(None, [warning]), *unseen, *unread(filters, audience)]
    )
