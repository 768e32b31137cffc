"""Kinds of jobs that this app brings: a service registers its own."""

from rewards.services import coupon_expiry, coupon_issue, nightly_check, tier_rules, tiers
from rewards.services.tiers import grants

__all__ = ["coupon_expiry", "coupon_issue", "grants", "nightly_check", "tier_rules", "tiers"]
