"""What a row of the member list can show beside the person: tags, and where they first bought."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from members.lib.id_set import id_set
from members.models import Member
from members.queries import people
from members.queries import tags as tag_queries
from members.queries.people import Person

TAGS, FIRST_STORE = "tags", "first_store"


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of the member list. `tags` and `first_store` are read only where they are wanted."""

    person: Person
    tags: Sequence[str] = ()
    first_store: str = ""


def listed(members: Iterable[Member], wanted: Collection[str]) -> list[Listed]:
    """The members, already scoped, with figures; TAGS and FIRST_STORE cost queries of their own."""
    found = people.with_figures(members)
    ids = [person.member.pk for person in found]
    tags = tag_queries.names(ids) if TAGS in wanted else {}
    stores = _first_stores(ids) if FIRST_STORE in wanted else {}
    return [Listed(row, tags.get(row.member.pk, ()), stores.get(row.member.pk, "")) for row in found]


def _first_stores(member_ids: Iterable[int]) -> dict[int, str]:
    """The name of the store of each member's first purchase."""
    found = Member.objects.filter(pk__in=id_set(member_ids)).order_by()
    return {pk: name for pk, name in found.values_list("pk", people.first_store()) if name}
