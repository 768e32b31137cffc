"""A report told apart by store or by channel: the same question asked of each of them."""

from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts, narrowed
from analytics.metrics.kpi import By
from analytics.reports.columns import Column, Kind
from analytics.reports.query import Query
from members.lib.actor import Actor
from members.models import Channel
from members.queries import scope

BY_PLACE = ("store", "channel")
"""What reports can be told apart by, as `Choices.groups`."""

_COLUMNS = {
    "store": Column("store", _("Store"), Kind.LABEL, _("Code of the store that the rest of the row is about")),
    "channel": Column("channel", _("Channel"), Kind.LABEL, _("Code of the channel that the rest of the row is about")),
}


def columns(query: Query) -> tuple[Column, ...]:
    """The column that says which group a row is about; none for a report that is not told apart."""
    return (_COLUMNS[query.group],) if query.group else ()


def places(query: Query, actor: Actor) -> dict[str, int]:
    """Code -> id of each store or channel that the query asks for and the actor may see."""
    if query.group == "store":
        ids = dict(scope.stores(actor).order_by("code").values_list("code", "id"))
        return {code: ids[code] for code in query.stores or ids}
    ids = dict(Channel.objects.order_by("code").values_list("code", "id"))
    return {code: ids[code] for code in query.channels or ids}


def column_of(query: Query) -> By:
    """The column of sales and money_back that holds the ids of `places`."""
    return "store_id" if query.group == "store" else "channel_id"


def part(facts: Facts, query: Query, place: int) -> Facts:
    """The facts of one of the places."""
    if query.group == "store":
        return narrowed(facts, frozenset({place}))
    return narrowed(facts, None, frozenset({place}))
