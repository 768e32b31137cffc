"""Kinds of jobs, and of what a second person decides, that this app brings: a service registers its own."""

from rewards.services import adjustments, nightly_check, points_files

__all__ = ["adjustments", "nightly_check", "points_files"]
