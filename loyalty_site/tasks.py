"""Kinds of jobs that this app brings: a service registers its own."""

from loyalty_site.services import housekeeping

__all__ = ["housekeeping"]
