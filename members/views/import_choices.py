"""What a value of a file may stand for, in the reader's words."""

from django.utils.translation import gettext as _

from members.lib.actor import Actor
from members.models import Channel, Member, Order, OrderLine, Store
from members.queries import imports as queries
from members.rules.imports.decisions import CHOICES

WORDS = {"status": Order.Status, "line_kind": OrderLine.Kind, "gender": Member.Gender}
Choices = list[tuple[str, str]]  # value, its name


def of(field: str) -> Choices:
    """The values of a field that a written one may stand for."""
    return [(value, str(WORDS[field](value).label)) for value in CHOICES[field]]


def places(actor: Actor, field: str) -> Choices:
    """The stores or channels that a written one may stand for."""
    return [(place.code, _named(place)) for place in queries.places(actor, field)]


def _named(place: Store | Channel) -> str:
    """By its name, with its code where that says something else."""
    if place.name == place.code:
        return place.name
    return _("%(name)s (%(code)s)") % {"name": place.name, "code": place.code}


def name_of(field: str, value: str, choices: Choices) -> str:
    """One value in words; as it is written when it is not known any more."""
    known = dict(of(field) if field in CHOICES else choices)
    return known.get(value, value)
