from typing import Any

from django.http import HttpRequest

from members.lib.access import actor_of
from members.queries import merchants


def shell(request: HttpRequest) -> dict[str, Any]:
    """What the frame around every page shows: the merchant, the actor and what their role may open."""
    if not hasattr(request, "actor"):  # an error before the middleware ran
        return {}
    return {"merchant": merchants.current(), "actor": actor_of(request)}
