"""Kinds of jobs that this app brings: a service registers its own."""

from rewards.services import coupon_expiry, coupon_issue, nightly_check

__all__ = ["coupon_expiry", "coupon_issue", "nightly_check"]
