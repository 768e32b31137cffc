"""Answers told apart by segment: a row for each that holds somebody who answered, for who may filter by it."""

import pytest

from analytics.reports import drill
from analytics.reports import report as reports
from analytics.reports.query import parse
from analytics.services.publish import publish
from analytics.tests.listening import Listening, review
from analytics.tests.shopkeeper import Shop
from conftest import People
from members.lib.actor import Actor
from members.models import Segment, SegmentMember
from members.queries.actors import actor_for

pytestmark = pytest.mark.usefixtures("merchant")


@pytest.fixture
def segments(stores: object) -> tuple[Segment, Segment]:
    """Ten members answered 10 (m0 to m5, in the first store) or 0 (m6 to m9, in the second): the first eight are
    regulars, m9 alone a guest of honour. Somebody unknown answered too."""
    shop, told = Shop(), Listening()
    for number in range(10):
        place = number // 6
        shop.sell(f"m{number}", "2026-05-01", store=1 + place)
        member = shop.member(f"m{number}")
        told.tell(0 if place else 10, "2026-05-10", member=member, store=shop.stores[place])
    told.tell(5, "2026-05-10", store=shop.stores[0])
    shop.sell("m0", "2026-05-30")
    review(5, "2026-05-11", member=shop.member("m0"), store=shop.stores[0])
    regulars, honoured = (Segment.objects.create(name=name, kind="snapshot") for name in ("Regulars", "Honoured"))
    for number in range(8):
        SegmentMember.objects.create(segment=regulars, member=shop.member(f"m{number}"))
    SegmentMember.objects.create(segment=honoured, member=shop.member("m9"))
    publish()
    return regulars, honoured


def asked(slug: str, actor: Actor) -> dict[str, dict[str, str]]:
    query = parse(reports.get(slug).choices, {"by": ["segment"]})
    return {row["part"]: row for row in reports.frame(slug, actor, query).rows()}


def test_each_segment_has_a_row_of_its_people(segments: tuple[Segment, Segment], people: People) -> None:
    regulars, honoured = (f"segment-{segment.pk}" for segment in segments)
    rows = asked("nps", actor_for(people.admin))
    assert {code: (row["n"], row["promoters"], row["detractors"]) for code, row in rows.items()} == {
        regulars: ("8", "6", "2"), honoured: ("1", "0", "1"),
    }  # fmt: skip
    assert rows[regulars]["change"] == "", "segments follow each other in no order"
    assert asked("satisfaction", actor_for(people.admin))[regulars]["n"] == "1", "the stars of m0"


def test_its_number_opens_its_people(segments: tuple[Segment, Segment], people: People) -> None:
    actor = actor_for(people.admin)
    params = {"by": ["segment"], "cell": [f"segment-{segments[1].pk}"], "set": ["members"]}
    found = drill.audience("nps", actor, params)
    (only,) = SegmentMember.objects.filter(segment=segments[1])
    assert (list(found.ids), str(found.title).startswith("Honoured")) == ([only.member_id], True)


def test_a_manager_has_those_of_the_own_store(segments: tuple[Segment, Segment], people: People) -> None:
    rows = asked("nps", actor_for(people.manager))
    assert {code: row["n"] for code, row in rows.items()} == {f"segment-{segments[0].pk}": "6"}


def test_an_analyst_is_told_of_no_segment_of_few(segments: tuple[Segment, Segment], people: People) -> None:
    SegmentMember.objects.filter(segment=segments[0], member__number__in=["m5", "m6", "m7"]).delete()
    assert asked("nps", actor_for(people.analyst)).keys() == {f"segment-{segments[0].pk}"}


def test_without_segments_there_is_nobody(segments: tuple[Segment, Segment], people: People) -> None:
    Segment.objects.all().delete()
    assert asked("nps", actor_for(people.admin)) == {}
