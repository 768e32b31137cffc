"""Kinds of jobs that this app brings: a service registers its own."""

from rewards.services import nightly_check

__all__ = ["nightly_check"]
