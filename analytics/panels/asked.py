from analytics.reports import page_query
from analytics.reports.page_query import PageQuery
from analytics.reports.query import Choices
from members.lib.actor import Actor
from members.lib.registry import Params

_KEPT = {"store", "channel", "tier", "segment", "as_of"}


def read(actor: Actor, params: Params, choices: Choices, default_range: str) -> PageQuery:
    """What an insight is about: the filters of the page that it stands on, save its days, for a report of its own."""
    kept = {name: values for name, values in params.items() if name in _KEPT}
    return page_query.read(actor, kept, choices, default_range)
