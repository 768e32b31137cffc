from rewards.models.account import Account
from rewards.models.adjustment import Adjustment, PointsFile
from rewards.models.benefit import Benefit, BenefitUse
from rewards.models.coupon import Coupon, CouponOffer
from rewards.models.earning import Earning, RefundTaken
from rewards.models.entry import Entry
from rewards.models.gift import Gift, GiftClaim
from rewards.models.lot import Lot
from rewards.models.member_card import MemberCard
from rewards.models.own_page import OwnPageLink
from rewards.models.points_rules import EventRule, Multiplier, PointsRules
from rewards.models.posting import Posting
from rewards.models.tier import Tier, TierCondition, TierRules, TierStay
from rewards.models.till_request import TillRequest

__all__ = [
    "Account", "Adjustment", "Benefit", "BenefitUse", "Coupon", "CouponOffer", "Earning", "Entry", "EventRule",
    "Gift", "GiftClaim", "Lot", "MemberCard", "Multiplier", "OwnPageLink", "PointsFile", "PointsRules", "Posting",
    "RefundTaken", "Tier", "TierCondition", "TierRules", "TierStay", "TillRequest",
]  # fmt: skip
