"""Where the data are missing, stale, doubtful or unmatched. Each number is counted by the conditions of its list."""

import datetime as dt
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from members.lib import clock
from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Identifier, IdentityConflict, ImportBatch, Member, MemberMerge, Order, Store
from members.queries import imports, merchants, people, scope

RECENT = 90  # days whose guest orders and imports are looked at
TWIN_GROUPS = 50  # of each kind, so many are looked for
REMEMBERED = 600  # seconds
_SAY_WHO = (Member, Identifier, MemberMerge)
SOURCES = 200  # imports looked at to tell how often a source comes


@dataclass(frozen=True, slots=True)
class Guests:
    """Orders of the last days: all, those of guests, those of guests who left a phone or e-mail."""

    since: dt.date
    orders: int
    guests: int
    with_contact: int


@dataclass(frozen=True, slots=True)
class Silent:
    """A store or source, its last day with data, and the days since; `late` when that is unusual."""

    name: str
    code: str
    last: dt.date | None
    days: int | None
    late: bool


@dataclass(frozen=True, slots=True)
class Twins:
    """Members who may be one person, and what they share."""

    members: Sequence[Member]
    same: str  # "birthday" or "phone"


def standing(actor: Actor) -> QuerySet[Member]:
    """Members in scope whose data can be mended: nothing is missing of who was erased."""
    return scope.members(actor).filter(erased_at=None)


def lacking(members: QuerySet[Member], what: str) -> QuerySet[Member]:
    """Those without a phone and an e-mail ("contact"), a name, a birthday or a home store."""
    if what == "contact":
        reached = Identifier.objects.filter(member=OuterRef("pk"), kind__in=["phone", "email"], voided_at__isnull=True)
        return members.filter(~Exists(reached))
    missing = {"name": Q(name=""), "birthday": Q(birth_month=None), "store": Q(home_store=None)}
    return members.filter(missing[what])


def guests(actor: Actor) -> Guests:
    """How many orders of the last days are nobody's."""
    since = people.today() - dt.timedelta(days=RECENT)
    contact = Q(member=None) & (~Q(guest_phone="") | ~Q(guest_email=""))
    found = (
        scope.orders(actor)
        .filter(business_date__gte=since)
        .order_by()
        .aggregate(
            orders=Count("pk"),
            guests=Count("pk", filter=Q(member=None)),
            with_contact=Count("pk", filter=contact),
        )
    )
    return Guests(since, **found)


def stores(actor: Actor) -> list[Silent]:
    """Open stores by how long they have sent nothing, the longest first. Late: nothing of yesterday or today."""
    newest = Order.objects.filter(store=OuterRef("pk"), voided_at__isnull=True).order_by("-business_date")
    rows = scope.stores(actor).filter(is_active=True).annotate(last=Subquery(newest.values("business_date")[:1]))
    today = people.today()
    found = [_silent(store, store.last, today) for store in rows]
    return sorted(found, key=lambda each: -(each.days if each.days is not None else 10**6))


def _silent(store: Store, last: dt.date | None, today: dt.date) -> Silent:
    days = (today - last).days if last else None
    return Silent(store.name, store.code, last, days, late=days is None or days > 1)


def sources(actor: Actor) -> list[Silent]:
    """Where files come from, silent longest first. Late: more than twice as long as its imports usually lie apart."""
    done = imports.visible(actor).filter(state=ImportBatch.State.DONE).exclude(source="").order_by("-id")[:SOURCES]
    by_source = sorted(
        (batch.source, clock.local_date(batch.finished_at, merchants.current().zone))
        for batch in done
        if batch.finished_at
    )
    today = people.today()
    found = []
    for source, rows in groupby(by_source, key=lambda row: row[0]):
        days = sorted({day for _source, day in rows})
        gaps = [(later - earlier).days for earlier, later in pairwise(days)]
        since = (today - days[-1]).days
        found.append(Silent(source, "", days[-1], since, late=bool(gaps) and since > 2 * median(gaps)))
    return sorted(found, key=lambda each: -(each.days or 0))


def open_conflicts(actor: Actor) -> QuerySet[IdentityConflict]:
    """Rows left out because their identifiers point to two members, for who may import."""
    every = IdentityConflict.objects.filter(resolved_at=None).select_related("batch", "first", "second")
    return every if actor.may(Right.IMPORT) else every.none()


def to_import_again(actor: Actor) -> QuerySet[ImportBatch]:
    """Imports all of whose conflicts are decided, one by a merge, and whose file has not come again since."""
    conflicts = IdentityConflict.objects.filter(batch=OuterRef("pk"))
    again = ImportBatch.objects.filter(sha256=OuterRef("sha256"), pk__gt=OuterRef("pk"))
    decided = imports.visible(actor).filter(
        Exists(conflicts.filter(resolution=IdentityConflict.Resolution.MERGED)),
        ~Exists(conflicts.filter(resolved_at=None)),
        ~Exists(again.exclude(state=ImportBatch.State.REFUSED)),
    )
    return decided.exclude(state__in=[ImportBatch.State.UNDONE, ImportBatch.State.UNDOING])


def with_rejected(actor: Actor) -> QuerySet[ImportBatch]:
    """Imports of the last days that left rows behind."""
    since = clock.now() - dt.timedelta(days=RECENT)
    done = imports.visible(actor).filter(state=ImportBatch.State.DONE, created_at__gte=since)
    return done.filter(counts__rejected__gt=0, forgotten_at=None)


def twins(actor: Actor) -> list[Twins]:
    """Members of the same name with the same birthday, or whose phones end alike: likely the same person.

    Everybody is compared with everybody, so it is remembered until a member, identifier or merge is added.
    """
    newest = [model.objects.order_by("-pk").values_list("pk", flat=True).first() for model in _SAY_WHO]
    stores = "all" if actor.store_ids is None else sorted(actor.store_ids)
    key = f"twins:{stores}:{newest}".replace(" ", "")
    found: list[Twins] | None = cache.get(key)
    if found is None:
        found = _twins(actor)
        cache.set(key, found, REMEMBERED)
    return found


def _twins(actor: Actor) -> list[Twins]:
    named = standing(actor).exclude(name="")
    groups = [
        *(Twins(same, "birthday") for same in _born_alike(named.exclude(birth_month=None))),
        *(Twins(same, "phone") for same in _phoned_alike(named)),
    ]
    once = {tuple(member.pk for member in group.members): group for group in reversed(groups)}
    return [group for group in reversed(once.values()) if _may_be_one(group)]


def _born_alike(members: QuerySet[Member]) -> list[list[Member]]:
    keys = ("name", "birth_month", "birth_day")
    shared = members.values(*keys).order_by().annotate(n=Count("pk")).filter(n__gt=1).values_list(*keys)
    wanted = set(shared[:TWIN_GROUPS])
    found = members.filter(name__in={name for name, _month, _day in wanted}).select_related("home_store").order_by("pk")
    return _grouped((((m.name, m.birth_month, m.birth_day), m) for m in found), wanted)


def _phoned_alike(members: QuerySet[Member]) -> list[list[Member]]:
    phones = Identifier.objects.filter(kind="phone", voided_at__isnull=True, member__in=members).exclude(last4="")
    keys = ("member__name", "last4")
    shared = phones.values(*keys).order_by().annotate(n=Count("member", distinct=True)).filter(n__gt=1)
    wanted = set(shared.values_list(*keys)[:TWIN_GROUPS])
    alike = phones.filter(member__name__in={name for name, _tail in wanted}, last4__in={tail for _name, tail in wanted})
    rows = alike.select_related("member__home_store")
    return _grouped((((row.member.name, row.last4), row.member) for row in rows.order_by("member")), wanted)


def _grouped(rows: Iterable[tuple[Hashable, Member]], wanted: set[Any]) -> list[list[Member]]:
    groups: dict[Hashable, dict[int, Member]] = {}
    for key, member in rows:
        if key in wanted:
            groups.setdefault(key, {})[member.pk] = member
    return [list(group.values()) for group in groups.values()]


def _may_be_one(group: Twins) -> bool:
    """Two known years of birth that differ are two people."""
    return len({member.birth_year for member in group.members if member.birth_year}) < 2
