"""The members behind the numbers of the tiers page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from members.lib.actor import Actor
from members.lib.registry import Audience, Params, UnknownAudience
from members.queries import people
from rewards.queries import tier_counts, tiers


def audience(actor: Actor, params: Params) -> Audience:
    """Who is in a tier today, or close to it."""
    code, near = _last(params, "tier"), _last(params, "near") == "1"
    ladder = tiers.ladder()
    tier = next((one for one in ladder if one.code == code), None)
    if tier is None:
        raise UnknownAudience(code)
    today = people.today()
    if near:
        ids, title = tier_counts.near_misses(actor, today).get(code, []), _("Close to the tier %(tier)s")
    else:
        ids, title = tier_counts.members_of(actor, tier, today), _("In the tier %(tier)s")
    return Audience(
        "members", ids, title % {"tier": tier.name}, reverse("rewards:tiers"), _("Tiers"), reads=("tier", "near")
    )


def _last(params: Params, name: str) -> str:
    return (list(params.get(name, [])) or [""])[-1]
