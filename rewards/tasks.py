"""Kinds of jobs that this app brings: a service registers its own."""

from rewards.services import nightly_check, tiers

__all__ = ["nightly_check", "tiers"]
