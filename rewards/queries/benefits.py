"""What tiers give: what a member may use today, and what each benefit was used for and cost so far."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum

from members.models import Member
from rewards.models import Benefit, BenefitUse
from rewards.queries import persons, tiers

LEFT = Q(stock__isnull=True) | Q(used__lt=F("stock"))
Per = Benefit.Per


@dataclass(frozen=True, slots=True)
class Offered:
    """A benefit of the member's tier. `left`: how often it may still be used in its period; None: without limit."""

    benefit: Benefit
    used: int  # by this member in the period
    left: int | None

    @property
    def is_free(self) -> bool:
        """Whether it may be used now."""
        return self.left is None or self.left > 0


@dataclass(frozen=True, slots=True)
class Used:
    """How often a benefit was used in all, by how many members, and what that cost."""

    times: int = 0
    members: int = 0
    cost: Decimal = Decimal(0)


def on_offer(day: dt.date) -> QuerySet[Benefit]:
    """Benefits that tiers give on a day, whether any is left or not."""
    begun = Q(first_day__isnull=True) | Q(first_day__lte=day)
    lasting = Q(last_day__isnull=True) | Q(last_day__gte=day)
    return Benefit.objects.filter(begun, lasting, is_active=True).select_related("tier")


def every() -> QuerySet[Benefit]:
    """All benefits, on offer or not."""
    return Benefit.objects.select_related("tier")


def period_start(benefit: Benefit, day: dt.date) -> dt.date:
    """The first day of the period that a limit counts in."""
    if benefit.per == Per.YEAR:
        return day.replace(month=1, day=1)
    if benefit.per == Per.MONTH:
        return day.replace(day=1)
    return day if benefit.per == Per.DAY else dt.date.min


def of(member: Member, today: dt.date) -> list[Offered]:
    """The benefits of the tier that a member already scoped is in today, each with its uses left."""
    given = list(on_offer(today).filter(tier__code=tiers.code_of(member, today)))
    days = _days_of_use(given, persons.records(member.merged_into_id or member.pk))
    return [_offered(benefit, days.get(benefit.pk, []), today) for benefit in given]


def _days_of_use(benefits: Sequence[Benefit], records: Sequence[int]) -> dict[int, list[dt.date]]:
    days: dict[int, list[dt.date]] = {}
    uses = BenefitUse.objects.filter(benefit__in=benefits, member__in=records).order_by()
    for benefit, day in uses.values_list("benefit_id", "business_date"):
        days.setdefault(benefit, []).append(day)
    return days


def _offered(benefit: Benefit, days: Sequence[dt.date], today: dt.date) -> Offered:
    used = sum(period_start(benefit, today) <= day <= today for day in days)
    limits = []
    if benefit.times is not None:
        limits.append(max(benefit.times - used, 0))
    if benefit.stock is not None:
        limits.append(benefit.stock - benefit.used)
    return Offered(benefit, used, min(limits, default=None))


def used() -> dict[int, Used]:
    """What all benefits were used for and cost so far, by benefit; those never used are missing."""
    sums = BenefitUse.objects.order_by().values_list("benefit_id")
    rows = sums.annotate(Count("pk"), Count("member", distinct=True), Sum("cost"))
    return {benefit: Used(times, members, cost) for benefit, times, members, cost in rows}


def uses_of(member: Member) -> QuerySet[BenefitUse]:
    """What a member already scoped has used, newest first."""
    return BenefitUse.objects.filter(member__in=persons.records(member.pk)).select_related("benefit__tier", "store")
