"""The lists of this app as private files: by the filters, the order and the columns of their pages."""

import json
from dataclasses import replace

from django.core.serializers.json import DjangoJSONEncoder

from members import exports
from members.exports import columns
from members.filters import lists, warnings
from members.lib.actor import Actor
from members.lib.listing import as_query
from members.lib.registry import Made, Params, UnknownAudience
from members.queries import personal_data, scope


def members(actor: Actor, params: Params, whole_contacts: bool) -> Made:
    """The member list. UnknownAudience when the number it comes from is none."""
    query = as_query(params)
    found = lists.find_members(actor, query)
    shown, _unknown = columns.chosen(query.getlist("cols"))
    made = exports.members_made(found.people, shown, params=query, whole_contacts=whole_contacts)
    return replace(made, warnings=[*found.warnings, *warnings(found.filters)])


def orders(actor: Actor, params: Params, _whole_contacts: bool) -> Made:
    """The order list, which names no contacts."""
    query = as_query(params)
    found = lists.find_orders(actor, query)
    return replace(
        exports.orders_made(found.orders, params=query), warnings=[*found.warnings, *warnings(found.filters)]
    )


def all_data(actor: Actor, params: Params, _whole_contacts: bool) -> Made:
    """All that is kept about a member (`member`: the id), as JSON to hand over. UnknownAudience: no such member."""
    member = scope.members(actor).filter(pk=int(params["member"][0])).first()
    if member is None:
        raise UnknownAudience
    data = personal_data.of(actor, member)
    text = json.dumps(data, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder)
    return Made(sum(map(len, data.values())), [text])
