"""Kinds of jobs that this app brings: a service registers its own."""

from rewards.services import nightly_check
from rewards.services.earning import catch_up

__all__ = ["catch_up", "nightly_check"]
