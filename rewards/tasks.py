"""Kinds of jobs that this app brings: a service registers its own."""

from rewards.services import nightly_check, tier_rules, tiers
from rewards.services.tiers import grants

__all__ = ["grants", "nightly_check", "tier_rules", "tiers"]
