"""How many members each tier has, who is close to the next one, and what other rules would make of it."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from members.lib.actor import Actor
from members.lib.money import to_units
from members.models import Exclusion, Member, Refund
from members.queries import people, scope
from rewards.models import Entry, Tier, TierRules
from rewards.queries import tiers
from rewards.rules import tiers as rules
from rewards.rules.tiers import Measures, Rules

AUDIENCE = "tier"  # how lists of members name those of a tier, or close to it
NEAR = 90  # percent of what the next tier takes


@dataclass(frozen=True, slots=True)
class Moved:
    """A tier today and under other rules. `raised`: would come in at once; `at_risk`: are in it today and would not
    keep it by what they have bought so far, once their period is over."""

    tier: Tier
    now: int
    then: int
    raised: int
    at_risk: int


def by_tier(actor: Actor, day: dt.date) -> dict[str, int]:
    """How many members the actor may list are in each tier on a day."""
    everybody = scope.members(actor)
    held = tiers.holding(day).filter(member__in=everybody) if actor.store_ids is not None else tiers.holding(day)
    found = dict(held.order_by().values_list("tier__code").annotate(Count("pk")))
    lowest = tiers.lowest(tiers.ladder())
    if lowest:
        rest = everybody.count() - sum(found.values())
        found[lowest.code] = found.get(lowest.code, 0) + rest
    return found


def members_of(actor: Actor, tier: Tier, day: dt.date) -> list[int]:
    """Which members the actor may list are in a tier on a day."""
    everybody, held = scope.members(actor), tiers.holding(day).order_by()
    lowest = tiers.lowest(tiers.ladder())
    if lowest and tier.pk == lowest.pk:
        found = everybody.exclude(pk__in=held.exclude(tier=tier).values("member"))
    else:
        found = everybody.filter(pk__in=held.filter(tier=tier).values("member"))
    return list(found.order_by("pk").values_list("pk", flat=True))


def sums(first: dt.date, last: dt.date, *, with_points: bool = True) -> dict[int, Measures]:
    """What counted from a day to a day for every member with anything, as `tiers.measures` does, in five queries."""
    spend: dict[int, int] = defaultdict(int)
    orders: dict[int, int] = defaultdict(int)
    points: dict[int, int] = defaultdict(int)
    days = (max(first, dt.date(1, 1, 1)), last)
    bought = people.purchases().filter(member__isnull=False, business_date__range=days).values_list("member_id")
    for member, gross, count in bought.annotate(Sum("gross"), Count("pk")):
        spend[member] += to_units(gross)
        orders[member] += count
    for member, amount, whole in _given_back(days):
        spend[member] -= amount
        orders[member] -= whole
    for member, amount in _points(days) if with_points else ():
        points[member] += amount
    found = {one: Measures(spend[one], orders[one], points[one]) for one in {*spend, *orders, *points}}
    owner = Coalesce("member__merged_into", F("member_id"))
    away = Exclusion.objects.filter(voided_at__isnull=True).order_by().values_list(owner, flat=True)
    return {**found, **tiers.measures(sorted(set(away) & found.keys()), first, last)}


def _counted(version: Rules, day: dt.date) -> dict[int, Measures]:
    """What counts on a day under a version; points only where it asks for them."""
    with_points = any(one.points is not None for one in version.conditions)
    return sums(rules.window_start(version, day), day, with_points=with_points)


def _given_back(days: tuple[dt.date, dt.date]) -> list[tuple[int, int, int]]:
    """Member, amount and whether an order was given back as a whole: by order, and refunds that name none."""
    rows = Refund.objects.filter(voided_at__isnull=True, member__isnull=False, business_date__lte=days[1]).order_by()
    bought = people.purchases().filter(business_date__range=days)
    named = rows.filter(order__in=bought).values_list("member_id", "order_id", "order__gross")
    back = [
        (member, to_units(amount), int(0 < gross <= amount))
        for member, _order, gross, amount in named.annotate(Sum("amount"))
    ]
    loose = rows.filter(order__isnull=True, business_date__range=days).values_list("member_id")
    return back + [(member, to_units(amount), 0) for member, amount in loose.annotate(Sum("amount"))]


def _points(days: tuple[dt.date, dt.date]) -> list[tuple[int, int]]:
    """Only who has points at all is asked for, by the facts: what counts when is said there."""
    with_points = Entry.objects.filter(kind=Entry.Kind.EARN).order_by()
    owners = with_points.values_list(Coalesce("account__member__merged_into", F("account__member_id")), flat=True)
    found = []
    ids = sorted(set(owners.distinct()))
    for start in range(0, len(ids), tiers.CHUNK):
        for member, theirs in tiers.points_of(ids[start : start + tiers.CHUNK]):
            if days[0] <= theirs.counts_on and theirs.day <= days[1]:
                found.append((member, theirs.points))
    return found


def near_misses(actor: Actor, today: dt.date) -> dict[str, list[int]]:
    """Members close to each tier (at least 90 % of one of its conditions) who are in the tier below it."""
    version = tiers.rules_on(today)
    ladder = tiers.ladder()
    lowest = tiers.lowest(ladder)
    if version is None or lowest is None:
        return {}
    known = tiers.values(version)
    ranks = {tier.code: tier.rank for tier in ladder}
    codes = {tier.rank: tier.code for tier in ladder}
    held = dict(tiers.holding(today).order_by().values_list("member_id", "tier__code"))
    mine = set(scope.members(actor).values_list("pk", flat=True)) if actor.store_ids is not None else None
    near: dict[str, list[int]] = defaultdict(list)
    for member, have in _counted(known, today).items():
        rank = ranks[held[member]] if member in held else lowest.rank
        following = min((one for one in known.conditions if one.rank > rank), key=lambda one: one.rank, default=None)
        if following and _is_near(following, have, known) and (mine is None or member in mine):
            near[codes[following.rank]].append(member)
    return dict(near)


def _is_near(condition: rules.Condition, have: Measures, version: Rules) -> bool:
    """Whether it is not met yet, and would be by a tenth more."""
    more = Measures(*(value * 100 // NEAR for value in have))
    any_condition = version.any_condition
    return not rules.is_met(condition, have, any_condition=any_condition) and rules.is_met(
        condition, more, any_condition=any_condition
    )


def preview(draft: TierRules, today: dt.date) -> list[Moved]:
    """Each tier today and with the draft in force, the lowest first: nobody goes down before their period is over."""
    ladder = tiers.ladder()
    lowest = tiers.lowest(ladder)
    if lowest is None:
        return []
    known = tiers.values(draft, first_day=today)
    day = max(known.first_day, today)
    have = _counted(known, day)
    held = {member: (rank, special) for member, rank, special in _held(today)}
    now, then, raised, at_risk = Counter[int](), Counter[int](), Counter[int](), Counter[int]()
    for member in _everybody():
        rank, is_special = held.get(member, (lowest.rank, False))
        earned = rank if is_special else rules.earned(known, have.get(member, rules.NOTHING), lowest.rank)
        now[rank] += 1
        then[max(rank, earned)] += 1
        raised[earned] += earned > rank
        at_risk[rank] += earned < rank
    return [Moved(tier, now[tier.rank], then[tier.rank], raised[tier.rank], at_risk[tier.rank]) for tier in ladder]


def _held(day: dt.date) -> Iterable[tuple[int, int, bool]]:
    return tiers.holding(day).order_by().values_list("member_id", "tier__rank", "tier__is_special")


def _everybody() -> Sequence[int]:
    members = Member.objects.filter(Q(merged_into__isnull=True), voided_at__isnull=True)
    return list(members.order_by().values_list("pk", flat=True))
