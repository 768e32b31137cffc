"""The programme of the demo shop: five tiers since its first day, a few partners, some free shipping, and points
for the last year."""

import datetime as dt
from typing import Final

from django.utils.translation import gettext as _

from loyalty_site.demo.shop import Shop
from members.lib.actor import Actor
from members.models import Member, Order
from members.queries import people
from rewards.models import Benefit, BenefitUse, Tier, TierStay
from rewards.services import points_rules, presets, tier_rules, tiers
from rewards.services.tiers import grants

# In twelve months, by what its members spend on tea: about a fifth, a tenth and a fortieth of them.
SPEND: Final = {"silver": 200, "gold": 500, "diamond": 1_000}
PARTNERS: Final = 5
POINTS_DAYS: Final = 365
CHUNK: Final = 2_000


def begin(shop: Shop, by: Actor) -> presets.Programme:
    """Load the classic programme, in force since the shop opened, and work out everybody's tiers since then.

    A job works out the points.
    """
    made = presets.load("classic", by=by, spend=SPEND)
    first_day: dt.date = shop.start
    tier_rules.publish(made.tier_rules, first_day, by=by)
    members = list(Member.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(members), CHUNK):
        tiers.evaluate_many(members[start : start + CHUNK], by=by)
    special = Tier.objects.get(is_special=True)
    for member in Member.objects.order_by("pk")[:PARTNERS]:
        grants.grant(member=member, tier=special, last_day=None, note=_("Partner"), by=by)
    _ship_free(by)
    points_rules.publish(made.points_rules, shop.end - dt.timedelta(days=POINTS_DAYS - 1), by=by)
    return made


def _ship_free(by: Actor) -> None:
    """Who is in a tier with free shipping has had it for one order of the last month."""
    today = people.today()
    for benefit in Benefit.objects.filter(kind=Benefit.Kind.SHIPPING, tier__is_special=False):
        here = TierStay.objects.filter(tier=benefit.tier, ends_on__isnull=True).values("member")
        recent = people.purchases().filter(member__in=here, business_date__gt=today - dt.timedelta(days=30))
        latest = {order.member_id: order for order in recent.order_by("pk")}
        uses = [_use(benefit, order, by) for order in latest.values()]
        BenefitUse.objects.bulk_create(uses, batch_size=CHUNK)
        Benefit.objects.filter(pk=benefit.pk).update(used=len(uses))


def _use(benefit: Benefit, order: Order, by: Actor) -> BenefitUse:
    assert order.member_id is not None  # noqa: S101 - of members' orders
    return BenefitUse(
        benefit=benefit, member_id=order.member_id, order=order, store_id=order.store_id,
        key=f"demo:{benefit.pk}:{order.pk}", cost=benefit.unit_cost, used_at=order.ordered_at,
        business_date=order.business_date, actor_name=by.name,
    )  # fmt: skip
