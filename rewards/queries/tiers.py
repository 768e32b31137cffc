"""Which tier members are in, were in on a day, and what they have bought and earned towards the next.

Ids are those of members already scoped: of the records that stand for a person, not of those merged into them.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from members.lib import clock
from members.lib.id_set import id_set
from members.lib.money import from_units, to_units
from members.models import Exclusion, Job, Member, MemberMerge, Order, Refund
from members.queries import merchants, people
from rewards.models import Entry, Tier, TierRules, TierStay
from rewards.rules import tiers as rules
from rewards.rules.tiers import Fact, Measures, Rules, Stay

CHUNK = 2_000  # members whose facts are held at a time
JOB = "tiers"
LATE = dt.timedelta(hours=1)  # what a transaction recorded may be seen so much later, when it is committed


@dataclass(frozen=True, slots=True)
class Seen:
    """How far an evaluation has looked: facts recorded before `at`, dated up to `day`, by the rules of that key."""

    at: dt.datetime
    day: dt.date
    rules: int | None

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Seen":
        return cls(dt.datetime.fromisoformat(kept["at"]), dt.date.fromisoformat(kept["day"]), kept["rules"])

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return {"at": self.at.isoformat(), "day": self.day.isoformat(), "rules": self.rules}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a member stands. What is missing is None where it is not asked for, or where there is no next tier.

    `kept_until`: the tier is theirs up to and with this day (None: for good). `projected`: the tier after that day if
    nothing more were bought. `keep_*`: what is missing to keep the tier, while `projected` is a lower one.
    """

    tier: Tier
    since: dt.date | None
    kept_until: dt.date | None
    next: Tier | None
    gap_spend: Decimal | None
    gap_orders: int | None
    gap_points: int | None
    projected: Tier
    measures: Measures  # in the window that counts today
    any_condition: bool = True
    keep_spend: Decimal | None = None
    keep_orders: int | None = None
    keep_points: int | None = None
    reason: str = ""  # why the present time began
    note: str = ""


def ladder() -> list[Tier]:
    """All tiers, the lowest first."""
    return list(Tier.objects.order_by("rank"))


def special() -> QuerySet[Tier]:
    """The tiers that are given by hand."""
    return Tier.objects.filter(is_special=True)


def lowest(among: Iterable[Tier]) -> Tier | None:
    """The tier that is everybody's."""
    return min((tier for tier in among if not tier.is_special), key=lambda tier: tier.rank, default=None)


def published() -> QuerySet[TierRules]:
    """The versions in force or to come, newest first."""
    return TierRules.objects.filter(published_at__isnull=False).prefetch_related("conditions__tier")


def drafts() -> QuerySet[TierRules]:
    """The versions that are still worked on."""
    return TierRules.objects.filter(published_at__isnull=True).prefetch_related("conditions__tier")


def rules_on(day: dt.date) -> TierRules | None:
    """The version in force on a day."""
    return published().filter(first_day__lte=day).first()


def values(version: TierRules, first_day: dt.date | None = None) -> Rules:
    """A version as plain values; `first_day` for a draft that names none yet."""
    day = version.first_day or first_day
    if day is None:
        raise ValueError("these rules have no first day")
    conditions = tuple(
        rules.Condition(one.tier.rank, None if one.spend is None else to_units(one.spend), one.orders, one.points)
        for one in version.conditions.all()
        if not one.tier.is_special
    )
    return Rules(
        first_day=day, conditions=conditions, window=rules.Window(version.window), months=version.months,
        any_condition=version.any_condition, down=rules.Down(version.down), grace_days=version.grace_days,
        key=version.pk,
    )  # fmt: skip


def versions() -> list[Rules]:
    """All published versions as plain values, the earliest first."""
    return [values(version) for version in published().order_by("first_day")]


def on(member_ids: Iterable[int], day: dt.date) -> dict[int, str]:
    """The tier code of members on a day; who is missing was in the lowest."""
    held = TierStay.objects.filter(_holding(day), member__in=id_set(member_ids)).order_by("starts_on", "pk")
    return dict(held.values_list("member_id", "tier__code"))


def code_of(member: Member, day: dt.date) -> str:
    """The tier that a member already scoped is in on a day: the lowest where none is written down; "" without tiers."""
    owner = member.merged_into_id or member.pk
    found = on([owner], day).get(owner)
    if found is None and (base := lowest(ladder())):
        return base.code
    return found or ""


def holding(day: dt.date) -> QuerySet[TierStay]:
    """The times in tiers that hold on a day, of records that stand for a person. Scope them before listing."""
    return TierStay.objects.filter(_holding(day), member__merged_into__isnull=True, member__voided_at__isnull=True)


def _holding(day: dt.date) -> Q:
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gt=day))


def open_stays(member_ids: Iterable[int]) -> dict[int, TierStay]:
    """The time in a tier that each member is in; none for who never left the lowest."""
    found = TierStay.objects.filter(member__in=id_set(member_ids), ends_on__isnull=True).select_related("tier")
    return {stay.member_id: stay for stay in found}


def open_stay(member: Member) -> TierStay | None:
    """The time in a tier that the person is in, whichever of their records is named."""
    owners = Member.objects.filter(pk=member.pk).values(owner=Coalesce("merged_into", "pk"))
    return TierStay.objects.filter(member__in=owners, ends_on__isnull=True).select_related("tier").first()


def history(member: Member) -> QuerySet[TierStay]:
    """All times in tiers of a member already scoped, newest first; those of records merged into it are theirs."""
    return TierStay.objects.filter(member=member).select_related("tier", "rules").order_by("-starts_on", "-pk")


def to_evaluate(seen: Seen | None, today: dt.date) -> list[int]:
    """Whom the evaluation of a day is about, sorted: those whose period is over, and those of whom something is new.

    Everybody when nothing was seen before, or other rules have come into force since.
    """
    everybody = Member.objects.filter(merged_into__isnull=True, voided_at__isnull=True)
    version = rules_on(today)
    if seen is None or seen.rules != (version.pk if version else None):
        return list(everybody.order_by("pk").values_list("pk", flat=True))
    over = TierStay.objects.filter(ends_on__isnull=True, kept_until__lt=today).values_list("member_id", flat=True)
    touched = set(over).union(*(set(rows) for rows in _touched(seen, today)))
    return sorted(everybody.filter(pk__in=id_set(touched)).values_list("pk", flat=True))


def _touched(seen: Seen, today: dt.date) -> Iterator[QuerySet[Any]]:
    """Members of whom a fact was recorded or voided since, or whose date has come only now."""
    new = Q(recorded_at__gte=seen.at) | Q(voided_at__gte=seen.at)
    dated = Q(business_date__gt=seen.day, business_date__lte=today)
    owner = Coalesce("member__merged_into", F("member_id"))
    for facts_of_members in (Order, Refund):
        rows = facts_of_members.objects.filter(new | dated, member__isnull=False)
        yield rows.order_by().values_list("member_id", flat=True).distinct()
    yield Exclusion.objects.filter(new).order_by().values_list(owner, flat=True)
    for end in ("member_id", "owner_id"):
        yield MemberMerge.objects.filter(new).order_by().values_list(end, flat=True)
    account_owner = Coalesce("account__member__merged_into", F("account__member_id"))
    yield Entry.objects.filter(recorded_at__gte=seen.at).order_by().values_list(account_owner, flat=True).distinct()


def seen_now(today: dt.date) -> Seen:
    """How far an evaluation that begins now will have looked, less what open transactions have not shown yet."""
    version = rules_on(today)
    return Seen(clock.now() - LATE, today, version.pk if version else None)


def last_seen() -> Seen | None:
    """How far the last evaluation that was finished has looked."""
    done = Job.objects.filter(kind=JOB, state=Job.State.DONE).order_by("-finished_at", "-pk").first()
    found = done.result.get("seen") if done else None
    return Seen.read(found) if found else None


def absorbed_stays(member_ids: Iterable[int], today: dt.date) -> dict[int, TierStay]:
    """The best tier, still kept, of the records that were merged into each member, when they had one of their own."""
    kept = Q(kept_until__isnull=True) | Q(kept_until__gte=today)
    found = TierStay.objects.filter(kept, member__merged_into__in=id_set(member_ids), ends_on__isnull=True)
    ranked = found.select_related("tier", "member").order_by("tier__rank", "kept_until")
    return {stay.member.merged_into_id: stay for stay in ranked if stay.member.merged_into_id}


def stay_value(stay: TierStay) -> Stay:
    """A stored time in a tier as plain values."""
    return Stay(
        stay.tier.rank, stay.starts_on, stay.kept_until, rules.Reason(stay.reason), is_special=stay.tier.is_special
    )


def facts(member_ids: Iterable[int]) -> dict[int, list[Fact]]:
    """What counts towards tiers, by member, in four queries: valid orders net of refunds, and points earned.

    Points are those that purchases and events gave, less what refunds took of them; never a balance, so whoever
    spends points loses nothing.
    """
    ids = id_set(member_ids)
    found: dict[int, list[Fact]] = defaultdict(list)
    away = _excluded(ids)
    for member, fact in (*_bought(ids), *_given_back(ids), *_points(ids)):
        if not any(first <= fact.counts_on <= last for first, last in away.get(member, ())):
            found[member].append(fact)
    return dict(found)


def _bought(ids: RawSQL) -> Iterator[tuple[int, Fact]]:
    days = people.purchases().filter(member__in=ids).values_list("member_id", "business_date")
    for member, day, spend, orders in days.annotate(Sum("gross"), Count("pk")):
        yield member, Fact(day, day, spend=to_units(spend), orders=orders)


def _given_back(ids: RawSQL) -> Iterator[tuple[int, Fact]]:
    """Refunds, each for the day of its order; the one that makes it all of an order un-makes the purchase."""
    rows = Refund.objects.filter(member__in=ids, voided_at__isnull=True).order_by("business_date", "pk")
    bought = people.purchases().filter(pk__in=rows.order_by().values("order"))
    orders = {pk: (day, gross) for pk, day, gross in bought.values_list("pk", "business_date", "gross")}
    back: dict[int, Decimal] = defaultdict(Decimal)
    for member, order, day, amount in rows.values_list("member_id", "order_id", "business_date", "amount"):
        if order is None:
            yield member, Fact(day, day, spend=-to_units(amount))
        elif order in orders:
            counts_on, gross = orders[order]
            is_whole = back[order] < gross <= back[order] + amount
            back[order] += amount
            yield member, Fact(max(day, counts_on), counts_on, spend=-to_units(amount), orders=-int(is_whole))


def _points(ids: RawSQL) -> Iterator[tuple[int, Fact]]:
    zone = merchants.current().zone
    of_person = Q(account__member__in=ids) | Q(
        account__member__in=Member.objects.filter(merged_into__in=ids).values("pk")
    )
    given = Q(kind=Entry.Kind.EARN) | Q(kind=Entry.Kind.REVERSE, reverses__kind=Entry.Kind.EARN)
    rows = Entry.objects.filter(of_person, given).order_by("pk").values_list(
        Coalesce("account__member__merged_into", "account__member_id"), "amount", "forgiven", "happened_at",
        "order__business_date", "reverses__happened_at", "reverses__order__business_date", "reverses_id",
    )  # fmt: skip
    for member, amount, forgiven, at, ordered_on, given_at, given_on, reverses in rows:
        day = clock.local_date(at, zone)
        if reverses is None:
            counts_on = ordered_on or day
            yield member, Fact(counts_on, counts_on, points=amount)
        else:
            counts_on = given_on or clock.local_date(given_at, zone)
            yield member, Fact(max(day, counts_on), counts_on, points=amount - forgiven)


def points_of(member_ids: Iterable[int]) -> Iterator[tuple[int, Fact]]:
    """The points that members earned, each with its days, excluded days too."""
    return _points(id_set(member_ids))


def _excluded(ids: RawSQL) -> dict[int, list[tuple[dt.date, dt.date]]]:
    """The days on which members are no customers (staff, test, reseller): what they buy then raises nobody."""
    of_person = Q(member__in=ids) | Q(member__in=Member.objects.filter(merged_into__in=ids).values("pk"))
    rows = Exclusion.objects.filter(of_person, voided_at__isnull=True).order_by()
    days: dict[int, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    owner = Coalesce("member__merged_into", F("member_id"))
    for member, first, last in rows.values_list(owner, "from_date", "to_date"):
        days[member].append((first, last or dt.date.max))
    return days


def measures(member_ids: Sequence[int], first: dt.date, last: dt.date) -> dict[int, Measures]:
    """What counted from a day to a day, as known on the last."""
    return {member: rules.measure(theirs, first, last) for member, theirs in facts(member_ids).items()}


def standing(member: Member, today: dt.date) -> Standing | None:
    """Where a member stands today; None while there are no tiers."""
    return standings([member.pk], today).get(member.pk)


def standings(member_ids: Sequence[int], today: dt.date) -> dict[int, Standing]:
    """Where members stand today, in seven queries for them all; nothing while there are no tiers."""
    tiers = ladder()
    base = lowest(tiers)
    if base is None:
        return {}
    known = versions()
    held, counted = open_stays(member_ids), facts(member_ids)
    return {
        member: _standing(tiers, base, known, held.get(member), counted.get(member, []), today) for member in member_ids
    }


def _standing(
    tiers: Sequence[Tier], base: Tier, known: Sequence[Rules], held: TierStay | None, counted: Sequence[Fact],
    today: dt.date,
) -> Standing:  # fmt: skip
    tier = held.tier if held else base
    by_rank = {one.rank: one for one in tiers}
    version = rules.rules_on(known, today)
    value = stay_value(held) if held else None
    later = by_rank.get(rules.projected(counted, known, base=base.rank, stay=value, today=today), base)
    have = rules.measure(counted, rules.window_start(version, today), today) if version else Measures()
    following = None if version is None or tier.is_special else _next(version, tier.rank)
    gap = rules.missing(following, have) if following else None
    keep = _to_keep(known, held, counted) if later.rank < tier.rank else None
    return Standing(
        tier=tier, since=held.starts_on if held else None, kept_until=held.kept_until if held else None,
        next=by_rank[following.rank] if following else None,
        gap_spend=_amount(gap), gap_orders=gap.orders if gap else None, gap_points=gap.points if gap else None,
        projected=later, measures=have, any_condition=version.any_condition if version else True,
        keep_spend=_amount(keep), keep_orders=keep.orders if keep else None, keep_points=keep.points if keep else None,
        reason=held.reason if held else "", note=held.note if held else "",
    )  # fmt: skip


def _next(version: Rules, rank: int) -> rules.Condition | None:
    above = [one for one in version.conditions if one.rank > rank]
    return min(above, key=lambda one: one.rank, default=None)


def _to_keep(known: Sequence[Rules], held: TierStay | None, counted: Sequence[Fact]) -> rules.Condition | None:
    """What is missing at the end of the period for the tier that is held."""
    if held is None or held.kept_until is None or held.tier.is_special:
        return None
    version = rules.rules_on(known, held.kept_until + rules.DAY)
    asked = [one for one in version.conditions if one.rank == held.tier.rank] if version else []
    if version is None or not asked:
        return None
    first, last = rules.period(stay_value(held), version)
    have = rules.measure(counted, first, last + version.grace_days * rules.DAY)
    return rules.missing(asked[0], have)


def _amount(gap: rules.Condition | None) -> Decimal | None:
    return None if gap is None or gap.spend is None else from_units(gap.spend)
