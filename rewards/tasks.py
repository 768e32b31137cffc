"""Kinds of jobs, and of what a second person decides, that this app brings: a service registers its own."""

from rewards.services import (
    adjustments,
    coupon_expiry,
    coupon_issue,
    large_issues,
    nightly_check,
    points_files,
    points_rules,
    sweep,
    tier_rules,
    tiers,
)
from rewards.services.earning import catch_up, events
from rewards.services.tiers import grants

__all__ = [
    "adjustments", "catch_up", "coupon_expiry", "coupon_issue", "events", "grants", "large_issues", "nightly_check",
    "points_files", "points_rules", "sweep", "tier_rules", "tiers",
]  # fmt: skip
