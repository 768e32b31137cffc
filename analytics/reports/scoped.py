"""A question under the rights of who asks it: which people it is about, and the part of the facts that answers it."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from analytics.facts.door import Cut
from analytics.metrics import periods
from analytics.reports.query import BadParameter, People, Query, no_segment
from members.lib import clock
from members.lib.actor import Actor
from members.models import Channel, Segment
from members.queries import merchants, scope, segments
from rewards.models import Tier
from rewards.queries import tier_counts, tiers


def with_people(query: Query, actor: Actor) -> Query:
    """The query with the people of its segment and tiers, as they stand today: of both, those who are in either tier
    and in the segment; and with those of each segment, where it is to tell them apart. BadParameter when there is none,
    or none this actor may filter by."""
    if query.people is None and (query.segment or query.tiers):
        query = replace(query, people=_people(query, actor))
    if not query.among and dict(query.options).get("by") == "segment":
        query = replace(query, among=tuple(_every_segment(actor)))
    return query


def cut(query: Query, actor: Actor) -> Cut:
    """The part of the facts a query is about. BadParameter for a store, channel, segment or tier there is not for the
    actor."""
    people = with_people(query, actor).people
    return Cut(
        store_ids=_ids(query.stores, dict(scope.stores(actor).values_list("code", "id")), "store"),
        channel_ids=_ids(query.channels, dict(Channel.objects.values_list("code", "id")), "channel"),
        as_of_day=None if query.as_of is None else periods.day_number(query.as_of),
        known_at=None if query.known_at is None else clock.to_micros(query.known_at),
        member_ids=None if people is None else people.ids,
    )


def _people(query: Query, actor: Actor) -> People:
    segment, asked = _segment(query, actor), _tiers(query)
    try:
        return _countable(actor, segment, asked)
    except segments.TooFew as few:
        names = _(", ").join([*([segment.name] if segment else []), *(tier.name for tier in asked)])
        sentence = _("Your role cannot filter by “%(name)s”: there are fewer than five people in it or beside it.")
        raise BadParameter("segment" if segment else "tier", sentence % {"name": names}) from few


def _every_segment(actor: Actor) -> Iterator[tuple[int, People]]:
    """Those that the actor may filter by; the others are left out."""
    for segment in segments.visible(actor):
        with suppress(segments.TooFew):
            yield segment.pk, _countable(actor, segment, [])


def _countable(actor: Actor, segment: Segment | None, asked: list[Tier]) -> People:
    """Looked up once for all figures of a page."""
    key = ("people", segment and segment.pk, tuple(tier.pk for tier in asked))
    ids = actor.once(key, lambda: segments.countable(actor, lambda reader: _found(reader, segment, asked)))
    return People(hashlib.sha256(repr(ids).encode()).hexdigest(), tuple(ids))


def _segment(query: Query, actor: Actor) -> Segment | None:
    if not query.segment:
        return None
    found = segments.visible(actor).filter(pk=int(query.segment)).first()
    if found is None:
        raise BadParameter("segment", no_segment(query.segment))
    return found


def _tiers(query: Query) -> list[Tier]:
    known = {tier.code: tier for tier in tiers.ladder()} if query.tiers else {}
    _ids(query.tiers, {code: tier.pk for code, tier in known.items()}, "tier")
    return [known[code] for code in query.tiers]


def _found(reader: Actor, segment: Segment | None, asked: list[Tier]) -> set[int]:
    """The members in the segment and in one of the tiers, as far as there is either."""
    today = clock.local_date(clock.now(), merchants.current().zone)
    parts = [set(segments.members(reader, segment).order_by().values_list("pk", flat=True))] if segment else []
    if asked:
        parts.append({pk for tier in asked for pk in tier_counts.members_of(reader, tier, today)})
    return set.intersection(*parts)


def _ids(codes: tuple[str, ...], known: Mapping[str, int], name: str) -> frozenset[int]:
    unknown = [code for code in codes if code not in known]
    if unknown:
        sentences: dict[str, str | Promise] = {
            "store": _("There is no store “%(code)s” among those you may see."),
            "channel": _("There is no channel “%(code)s”."),
            "tier": _("There is no tier “%(code)s”."),
        }
        raise BadParameter(name, sentences[name] % {"code": unknown[0]})
    return frozenset(known[code] for code in codes)
