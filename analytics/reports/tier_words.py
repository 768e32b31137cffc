"""Tiers as reports name them: by their code, "new" for who was no member yet."""

from collections.abc import Mapping

from django.utils.translation import gettext

from analytics.metrics.programme import NEW
from rewards.queries import tiers

_NEW = "new"


def codes() -> dict[int, str]:
    """Rank -> code, the lowest first."""
    return {NEW: _NEW, **{tier.rank: tier.code for tier in tiers.ladder()}}


def rank_of(code: str) -> int:
    """LookupError for a code that no tier has."""
    return {code: rank for rank, code in codes().items()}[code]


def base() -> int:
    """The rank of the tier that is everybody's; 0 while there are none."""
    lowest = tiers.lowest(tiers.ladder())
    return lowest.rank if lowest else 0


def words() -> Mapping[str, str]:
    """What the codes are called."""
    return {_NEW: gettext("No member yet"), **{tier.code: tier.name for tier in tiers.ladder()}}
