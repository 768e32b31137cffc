"""The search of the desk: a few members and orders, within the actor's scope, found by what staff have at hand.

First come candidates of any store, by queries that an index answers or that stop at the first few hundred; the scope
is asked of these alone. In one query it would be asked of every member, and every order of a store would be read.
"""

from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Identifier, Member, Order
from members.queries import look_up, merchants, people, scope
from members.rules.imports import contacts

MOST = 300  # candidates of a kind
SHORTEST = 2  # letters or digits
_LAST = "\U0010ffff"  # sorts after every other character


def is_enough(text: str) -> bool:
    """Whether a text can be searched for: two characters, or one that is no Latin letter or digit (王)."""
    return len(text) >= SHORTEST or (bool(text) and not text.isascii())


def members(actor: Actor, text: str, limit: int) -> list[Member]:
    """At most `limit` members, each with phones: the exact ones first, then numbers, then names.

    Who may only look up gets those with exactly this number, card or phone.
    """
    if not actor.may(Right.SEE_MEMBERS):
        return list(look_up.exactly(actor, text)[:limit])
    known, numbers, names = _owners_of(text), _numbered(text), _named(text)
    chosen = _within(scope.members_probed(actor), chain(known, numbers, names), limit)
    if len(chosen) < limit and actor.store_ids is not None and MOST in {len(numbers), len(names)}:
        # So vague a text, and so few of them here: then the list of all who bought here is short.
        said = _begins("number_key", text.casefold()) | Q(name__icontains=text)
        more = scope.members(actor).filter(said).order_by("number_key")
        chosen = list(dict.fromkeys([*chosen, *more.values_list("pk", flat=True)[:limit]]))[:limit]
    return sorted(_with_phones(Member.objects.filter(pk__in=chosen)), key=lambda member: chosen.index(member.pk))


_OWNER = Coalesce("merged_into", "pk")


def _owners_of(text: str) -> list[int]:
    """By card, e-mail or phone, or by the last digits of one."""
    owned = Q(kind__in=["card", "email"], source="", value__in={text, text.casefold()})
    if sum(map(str.isdigit, text)) >= people.SHORTEST_PHONE:
        phone, _fix = contacts.phone(text, merchants.region())
        owned |= Q(kind="phone", source="", value=phone or text)
    if len(text) == 4 and text.isdecimal():
        owned |= Q(kind="phone", last4=text)
    found = Identifier.objects.filter(owned, voided_at__isnull=True).order_by("member__number_key")
    return list(found.values_list(Coalesce("member__merged_into", "member"), flat=True)[:MOST])


def _numbered(text: str) -> list[int]:
    records = Member.objects.filter(_begins("number_key", text.casefold()), voided_at__isnull=True)
    return list(records.order_by("number_key").values_list(_OWNER, flat=True)[:MOST])


def _named(text: str) -> list[int]:
    """By a part of the name; those whose name begins with it come first."""
    records = Member.objects.filter(name__icontains=text, voided_at__isnull=True).order_by("number_key")
    found = list(records.values_list(_OWNER, "name")[:MOST])
    found.sort(key=lambda row: not row[1].casefold().startswith(text.casefold()))
    return [pk for pk, _name in found]


def _within(scoped: QuerySet[Any], candidates: Iterable[int], limit: int) -> list[int]:
    """The first candidates that lie in the scope."""
    ordered = list(dict.fromkeys(candidates))
    mine = set(scoped.filter(pk__in=ordered).values_list("pk", flat=True))
    return [pk for pk in ordered if pk in mine][:limit]


def _with_phones(found: QuerySet[Member]) -> QuerySet[Member]:
    phones = Identifier.objects.filter(kind=Identifier.Kind.PHONE, voided_at__isnull=True).order_by("pk")
    return found.select_related("home_store").prefetch_related(Prefetch("identifiers", phones, to_attr="phones"))


def orders(actor: Actor, text: str, limit: int) -> list[Order]:
    """At most `limit` orders whose number begins so: of the actor's stores, and of their members."""
    if not actor.may(Right.SEE_MEMBERS):
        return []
    for spelt in dict.fromkeys((text, text.upper())):
        begun = Order.objects.filter(_begins("number", spelt), voided_at__isnull=True).order_by("number", "pk")
        candidates = list(begun.values_list("pk", flat=True)[:MOST])
        chosen = _within(_visible(actor), candidates, limit)
        if len(chosen) < limit and actor.store_ids is not None and len(candidates) == MOST:
            more = scope.orders(actor).filter(_begins("number", spelt)).order_by("number", "pk")
            chosen = list(dict.fromkeys([*chosen, *more.values_list("pk", flat=True)[:limit]]))[:limit]
        if chosen:
            found = Order.objects.filter(pk__in=chosen).select_related("member", "store")
            return sorted(found, key=lambda order: chosen.index(order.pk))
    return []


def _visible(actor: Actor) -> QuerySet[Order]:
    if actor.store_ids is None:
        return Order.objects.all()
    own = Exists(scope.members_probed(actor).filter(pk=OuterRef("member")))
    return Order.objects.filter(Q(store__in=actor.store_ids) | own)


def _begins(field: str, text: str) -> Q:
    """Begins with the text, in the form that the engine answers from an index."""
    if connection.vendor == "sqlite":  # LIKE reads every row there
        return Q(**{f"{field}__gte": text, f"{field}__lt": text + _LAST})
    return Q(**{f"{field}__startswith": text})
