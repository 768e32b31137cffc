"""The member list: how it is searched and sorted, and the figures beside each name."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import Coalesce, NullIf

from members.lib import clock
from members.lib.actor import Actor
from members.lib.id_set import id_set
from members.lib.money import MoneyField, money
from members.models import Exclusion, Identifier, Member, MemberMerge, MemberTag, Order, Refund
from members.queries import merchants, scope
from members.rules.imports import contacts

SHORTEST_PHONE = 7  # digits
BOUGHT = Q(status=Order.Status.PAID, total__gt=0)  # what makes an order a purchase
_FIELDS: dict[str, Combinable] = {
    "number": F("number_key"), "name": F("name"), "home": F("home_store__name"), "joined": F("joined_on"),
    "gender": NullIf("gender", Value("")), "city": NullIf("city", Value("")),
    "birthday": F("birth_month") * 100 + F("birth_day"),
}  # fmt: skip
_OF_PURCHASES = {
    "first": Min("business_date"), "last": Max("business_date"), "orders": Count("pk"), "average": Avg("gross"),
}  # fmt: skip
SORTS = (*_FIELDS, *_OF_PURCHASES, "spent", "refunds", "net", "first_store", "tags")


@dataclass(frozen=True, slots=True)
class Person:
    """One row: the member, all contacts, and what all their purchases come to (paid orders of more than nothing).

    `net` is revenue less refunds, `last` and `first` are business dates.
    """

    member: Member
    contacts: Sequence[Identifier]
    first: dt.date | None
    last: dt.date | None
    orders: int
    gross: Decimal
    refunds: Decimal
    is_excluded: bool

    @property
    def net(self) -> Decimal:
        return self.gross - self.refunds


def purchases() -> QuerySet[Order]:
    """Orders that count as a purchase: paid, of more than nothing, not voided. Scope them before listing."""
    return Order.objects.filter(BOUGHT, voided_at__isnull=True).order_by()


def matching(members: QuerySet[Member], text: str) -> QuerySet[Member]:
    """Those whose name holds the text, whose number begins with it, or who own this exact contact.

    Four digits also find the phones that end in them. What is said of a merged record finds its owner.
    """
    said = Q(name__icontains=text) | Q(number_key__startswith=text.casefold())
    owned = Identifier.objects.filter(member=OuterRef("pk"), voided_at__isnull=True)
    absorbed = Member.objects.filter(merged_into=OuterRef("pk"), voided_at__isnull=True)
    found = said | Exists(owned.filter(_contact(text)))
    return members.filter(found | Exists(absorbed.filter(found)))


def _contact(text: str) -> Q:
    exact = Q(kind__in=["card", "account", "email"], value=text.casefold()) | Q(kind="card", value=text)
    if sum(map(str.isdigit, text)) >= SHORTEST_PHONE:
        phone, _fix = contacts.phone(text, merchants.region())
        exact |= Q(kind="phone", value=phone or text)
    if len(text) == 4 and text.isdecimal():
        exact |= Q(kind="phone", last4=text)
    return exact


def sorted_by(members: QuerySet[Member], sort: str) -> QuerySet[Member]:
    """In the order of one of SORTS, downwards with a leading minus; who has no figure comes last."""
    downwards = sort.startswith("-")
    key = F("sort_key").desc(nulls_last=True) if downwards else F("sort_key").asc(nulls_last=True)
    return members.annotate(sort_key=_sort_key(sort.removeprefix("-"))).order_by(key, "-pk" if downwards else "pk")


def _sort_key(name: str) -> Combinable:
    mine = purchases().filter(member=OuterRef("pk"))
    if name in _FIELDS:
        return _FIELDS[name]
    if name in _OF_PURCHASES:
        return Subquery(mine.values("member").annotate(figure=_OF_PURCHASES[name]).values("figure"))
    if name == "first_store":
        return first_store()
    if name == "tags":
        worn = MemberTag.objects.filter(Q(member=OuterRef("pk")) | Q(member__merged_into=OuterRef("pk")))
        return Subquery(worn.order_by("tag__name").values("tag__name")[:1])
    return {"spent": _sum(mine, "gross"), "refunds": _sum(_given_back(), "amount")}.get(
        name, _sum(mine, "gross") - _sum(_given_back(), "amount")
    )


def first_store() -> Subquery:
    """The name of the store where each member of a query first bought."""
    mine = purchases().filter(member=OuterRef("pk"))
    return Subquery(mine.order_by("business_date", "ordered_at", "pk").values("store__name")[:1])


def _given_back() -> QuerySet[Refund]:
    return Refund.objects.filter(member=OuterRef("pk"), voided_at__isnull=True).order_by()


def _sum(rows: QuerySet[Any], column: str) -> Coalesce:
    """The sum of a column over a member's rows, nothing when there are none."""
    found = rows.values("member").annotate(figure=Sum(column)).values("figure")
    return Coalesce(Subquery(found, output_field=MoneyField()), money(0))


def numbers(ids: Iterable[int]) -> dict[int, str]:
    """The member numbers of members already scoped, by id."""
    return dict(Member.objects.filter(pk__in=id_set(ids)).values_list("pk", "number"))


def with_figures(members: Iterable[Member], day: dt.date | None = None) -> list[Person]:
    """The members, already scoped, each with contacts and figures on a day (else today): four queries for them all."""
    listed = list(members)
    ids = id_set(member.pk for member in listed)
    bought = {row["member_id"]: row for row in _bought(ids)}
    back = dict(
        Refund.objects.filter(member__in=ids, voided_at__isnull=True)
        .order_by()
        .values_list("member_id")
        .annotate(Sum("amount"))
    )
    owned: dict[int, list[Identifier]] = {}
    known = Identifier.objects.filter(_of(ids), voided_at__isnull=True).select_related("member")
    for contact in known.order_by("pk"):
        owned.setdefault(contact.member.merged_into_id or contact.member_id, []).append(contact)
    excluded = set(excluded_on(day or today()).filter(_of(ids)).values_list(_OWNER, flat=True))
    nothing: dict[str, Any] = {"first": None, "last": None, "orders": 0, "gross": Decimal(0)}
    return [
        Person(
            member=member,
            contacts=owned.get(member.pk, []),
            refunds=back.get(member.pk) or Decimal(0),
            is_excluded=member.pk in excluded,
            **{key: bought.get(member.pk, nothing)[key] for key in nothing},
        )
        for member in listed
    ]


_OWNER = Coalesce("member__merged_into", "member")


def _of(ids: RawSQL) -> Q:
    """Rows about these members, or about records that were merged into them.

    One list of both: of two lists with OR between, PostgreSQL would read the whole table.
    """
    named = Member.objects.order_by().filter(pk__in=ids).values("pk")
    absorbed = Member.objects.order_by().filter(merged_into__in=ids).values("pk")
    return Q(member__in=named.union(absorbed, all=True))


def _bought(ids: RawSQL) -> Iterable[Any]:
    return (
        purchases()
        .filter(member__in=ids)
        .values("member_id")
        .annotate(first=Min("business_date"), last=Max("business_date"), orders=Count("pk"), gross=Sum("gross"))
    )


def excluded_on(day: dt.date) -> QuerySet[Exclusion]:
    """The exclusions that hold on a day."""
    holding = Exclusion.objects.filter(voided_at__isnull=True, from_date__lte=day)
    return holding.filter(Q(to_date__isnull=True) | Q(to_date__gte=day))


def exclusions(member: Member) -> QuerySet[Exclusion]:
    """All exclusions that stand, of a member and the records merged into it, newest first."""
    return Exclusion.objects.filter(Q(member=member) | Q(member__merged_into=member), voided_at__isnull=True)


def merged_into(member: Member) -> QuerySet[MemberMerge]:
    """The merges that hold today, of records into a member already scoped; the latest first."""
    return MemberMerge.objects.filter(voided_at__isnull=True, owner=member).select_related("member")


def today() -> dt.date:
    """The date in the merchant's zone."""
    return clock.local_date(clock.now(), merchants.current().zone)


def exclusion(actor: Actor, exclusion_id: int) -> Exclusion | None:
    """An exclusion (a voided one too, so that a late click can be told) of a member the actor may list."""
    mine = scope.members(actor)
    found = Exclusion.objects.filter(Q(member__in=mine) | Q(member__merged_into__in=mine), pk=exclusion_id)
    return found.select_related("member__merged_into").first()


def owner_of(actor: Actor, number: str) -> Member | None:
    """The member whom a merged record of this number counts for, when the actor may list them."""
    record = Member.objects.filter(number_key=number.casefold(), voided_at__isnull=True, merged_into__isnull=False)
    return scope.members(actor).filter(pk__in=record.values("merged_into")).first()


def merges(actor: Actor) -> QuerySet[MemberMerge]:
    """The merges that hold today, into members whom the actor may list; the latest first."""
    holding = MemberMerge.objects.filter(voided_at__isnull=True, owner__in=scope.members(actor))
    return holding.select_related("member", "owner")
