"""Programmes to begin with: one call makes tiers, their rules, rules of points and benefits, all as drafts.

`classic` is the five tiers that Chinese shops know (普通, 银卡, 金卡, 钻石, 特殊会员). `stars` is the published part of
Starbucks Rewards as relaunched on 10 March 2026 (RTTNews and Business Wire, 28 and 29 January 2026): 1, 1.2 and 1.7
stars for a unit of money, 500 and 2,500 stars earned in 12 months, rewards for 25, 60, 100 and 200 stars.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from members.lib.actor import Actor
from members.queries import merchants
from members.services import audit
from rewards.models import (
    Benefit,
    CouponOffer,
    Gift,
    Multiplier,
    PointsRules,
    Tier,
    TierCondition,
    TierRules,
)

CLASSIC_SPEND: Final = {"silver": 1_000, "gold": 5_000, "diamond": 20_000}  # in twelve months
CLASSIC_RATES: Final = {"silver": 120, "gold": 150, "diamond": 200}  # percent
STARS: Final = {"gold": 500, "reserve": 2_500}  # earned in twelve months
STAR_RATES: Final = {"gold": 120, "reserve": 170}
STAR_LADDER: Final = (25, 60, 100, 200)
Kind = Benefit.Kind


class Refused(ValueError):
    """The preset cannot be loaded; the text says why, for the reader. Nothing was changed."""


class Programme(NamedTuple):
    """What was made: drafts, to be looked at and published."""

    tier_rules: TierRules
    points_rules: PointsRules


@transaction.atomic
def load(name: str, *, by: Actor, spend: Mapping[str, int] | None = None) -> Programme:
    """Make the programme `classic` or `stars`, in the merchant's language. KeyError for another name.

    `spend`: what silver, gold and diamond take in twelve months, where the usual amounts do not fit. Refused when
    there are tiers or rules of points already.
    """
    make = _PRESETS[name]
    if Tier.objects.exists() or PointsRules.objects.exists():
        raise Refused(_("There is a programme already; change its rules instead."))
    with translation.override(merchants.current().language):
        made = make(spend or CLASSIC_SPEND)
    audit.record(
        by=by, verb="load_preset", subject_type="tierrules", subject_id=made.tier_rules.pk, detail={"preset": name}
    )
    return made


def _classic(spend: Mapping[str, int]) -> Programme:
    tiers = _tiers(
        [
            ("ordinary", _("Ordinary")), ("silver", _("Silver")), ("gold", _("Gold")), ("diamond", _("Diamond")),
            ("special", _("Special")),
        ]
    )  # fmt: skip
    version = TierRules.objects.create(
        window=TierRules.Window.ROLLING, months=12, down=TierRules.Down.ONE, grace_days=30
    )
    for code, amount in spend.items():
        TierCondition.objects.create(rules=version, tier=tiers[code], spend=Decimal(amount))
    points = PointsRules.objects.create(
        points=1, per=1, expiry=PointsRules.Expiry.MONTH_END, expiry_length=12, cash_points=100, cash_amount=1,
        cash_minimum=100, cash_percent=50,
    )  # fmt: skip
    _rates(points, tiers, {**CLASSIC_RATES, "special": CLASSIC_RATES["diamond"]})
    _benefits(tiers, _classic_benefits())
    return Programme(version, points)


def _classic_benefits() -> dict[str, Sequence[Benefit]]:
    """Each of the nine kinds once; what a higher tier gives is written down for it."""
    gift = {"kind": Kind.GIFT, "name": _("Birthday gift"), "times": 1, "per": Benefit.Per.YEAR}
    shipping = {"kind": Kind.SHIPPING, "name": _("Free shipping"), "unit_cost": 8}
    silver = [Benefit(**gift, unit_cost=15), Benefit(**shipping, times=1, per=Benefit.Per.MONTH)]
    gold = [
        Benefit(**gift, unit_cost=30), Benefit(**shipping, times=4, per=Benefit.Per.MONTH),
        Benefit(kind=Kind.DISCOUNT, name=_("Member price"), percent=5),
        Benefit(kind=Kind.PRIORITY, name=_("Buy new goods first")),
        Benefit(kind=Kind.AFTER_SALES, name=_("Exchange within 30 days")),
    ]  # fmt: skip
    diamond = [
        Benefit(**gift, unit_cost=80), Benefit(**shipping),
        Benefit(kind=Kind.DISCOUNT, name=_("Member price"), percent=8),
        Benefit(kind=Kind.PRIORITY, name=_("Buy new goods first")),
        Benefit(kind=Kind.AFTER_SALES, name=_("Exchange within 30 days")),
        Benefit(kind=Kind.SUPPORT, name=_("A contact of your own")),
        Benefit(kind=Kind.BOOKING, name=_("Book a visit"), times=12, unit_cost=10),
        Benefit(kind=Kind.EXPERIENCE, name=_("Tasting for members"), times=2, unit_cost=60),
        Benefit(kind=Kind.SERVICE, name=_("Gift wrapping"), unit_cost=5),
    ]  # fmt: skip
    special = [Benefit(kind=one.kind, name=one.name, percent=one.percent, times=one.times, per=one.per,
                       unit_cost=one.unit_cost) for one in diamond]  # fmt: skip
    return {"silver": silver, "gold": gold, "diamond": diamond, "special": special}


def _stars(_spend: Mapping[str, int]) -> Programme:
    tiers = _tiers([("green", _("Green")), ("gold", _("Gold")), ("reserve", _("Reserve"))])
    version = TierRules.objects.create(window=TierRules.Window.ROLLING, months=12, down=TierRules.Down.EARNED)
    for code, stars in STARS.items():
        TierCondition.objects.create(rules=version, tier=tiers[code], points=stars)
    points = PointsRules.objects.create(points=1, per=1, expiry=PointsRules.Expiry.ACTIVITY, expiry_length=6)
    _rates(points, tiers, STAR_RATES)
    off = CouponOffer.objects.create(
        name=_("2 off"), kind=CouponOffer.Kind.AMOUNT, amount=2, valid_days=30, per_member=None
    )
    names = [_("A change to a drink"), _("2 off anything"), _("A coffee or a bakery item"), _("A handmade drink")]
    for stars, name in zip(STAR_LADDER, names, strict=True):
        coupon = off if stars == 60 else None
        kind = Gift.Kind.COUPON if coupon else Gift.Kind.GOODS
        Gift.objects.create(name=name, kind=kind, points=stars, coupon=coupon)
    gift = {"kind": Kind.GIFT, "name": _("Birthday reward"), "times": 1, "per": Benefit.Per.YEAR}
    _benefits(tiers, {code: [Benefit(**gift)] for code in tiers})
    return Programme(version, points)


def _tiers(named: Sequence[tuple[str, str]]) -> dict[str, Tier]:
    return {
        code: Tier.objects.create(code=code, name=name, rank=rank, is_special=code == "special")
        for rank, (code, name) in enumerate(named)
    }


def _rates(points: PointsRules, tiers: Mapping[str, Tier], percent: Mapping[str, int]) -> None:
    for code, rate in percent.items():
        one = Multiplier.objects.create(rules=points, name=tiers[code].name, percent=rate)
        one.tiers.add(tiers[code])


def _benefits(tiers: Mapping[str, Tier], given: Mapping[str, Sequence[Benefit]]) -> None:
    for code, benefits in given.items():
        for one in benefits:
            one.tier = tiers[code]
            one.save()


_PRESETS: Final[dict[str, Callable[[Mapping[str, int]], Programme]]] = {"classic": _classic, "stars": _stars}
