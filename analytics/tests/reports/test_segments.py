"""A segment narrows every report to its people: all of them change nothing, two halves add up, scope holds."""

import datetime as dt
import tempfile
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.reports import report as reports
from analytics.reports.query import BadParameter, parse
from analytics.reports.scoped import cut
from analytics.services.publish import publish
from analytics.tests.shopkeeper import Shop
from members.lib import clock
from members.lib.actor import Actor, system
from members.lib.roles import Role
from members.models import Member, Segment, SegmentMember
from members.services import merges

EVERYBODY = system("test")
ANALYST = Actor(kind="user", name="analyst", role=Role.ANALYST, store_ids=None)
SLUGS = [found.slug for found in reports.every()]
OF_GUESTS = {"guest_orders", "guest_gross"}
WITH_GUESTS = {"hour-weekday", "complaint-rate"}  # whose counts hold the orders of guests, who are in no segment


def segment(*numbers: str, name: str = "Some") -> str:
    """A snapshot of the members with these numbers, by the number of its own."""
    made = Segment.objects.create(name=name, kind=Segment.Kind.SNAPSHOT)
    for member in Member.objects.filter(number__in=numbers):
        SegmentMember.objects.create(segment=made, member=member)
    return str(made.pk)


def rows(slug: str, actor: Actor = EVERYBODY, **given: str) -> list[dict[str, str]]:
    choices = reports.get(slug).choices
    asks_once = replace(actor)  # as each request has an actor of its own, which remembers whom a segment holds
    return reports.frame(slug, asks_once, parse(choices, {name: [value] for name, value in given.items()})).rows()


def of_members(listed: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows without what is said of guests, who are in no segment."""
    about_members = [row for row in listed if "guest" not in row.get("figure", "")]
    return [{key: value for key, value in row.items() if key not in OF_GUESTS} for row in about_members]


@pytest.fixture
def shop(db: None) -> Shop:
    """Twelve members and a guest over four months: m0 to m7 first bought in S1, m8 to m11 in S2."""
    shop = Shop()
    for number in range(12):
        for month in range(1 + number % 4):
            shop.sell(f"m{number}", f"2026-0{month + 1}-1{number % 10}", str(10 + number), store=1 + number // 8)
    shop.give_back(shop.sell("m1", "2026-02-20", "5"), "2026-03-01", "2")
    shop.sell(None, "2026-01-07", "99")
    publish()
    return shop


ALL = [f"m{number}" for number in range(12)]


def test_a_segment_of_all_members_changes_no_figure_about_members(shop: Shop) -> None:
    everybody = segment(*ALL)
    for slug in SLUGS:
        if slug not in WITH_GUESTS:
            assert of_members(rows(slug, segment=everybody)) == of_members(rows(slug)), slug


def test_a_segment_of_nobody_says_what_an_empty_shop_says(shop: Shop) -> None:
    nobody, people = segment(), {"active_members", "eligible", "members"}
    for slug in SLUGS:
        for row in rows(slug, segment=nobody):
            assert {value for key, value in row.items() if key in people} <= {"", "0"}, slug


def test_a_segment_and_those_beside_it_add_up(shop: Shop) -> None:
    some, rest = segment(*ALL[:5]), segment(*ALL[5:], name="Rest")
    for whole, one, other in zip(rows("kpi"), rows("kpi", segment=some), rows("kpi", segment=rest), strict=True):
        for key in ("active_members", "new_members", "returning_members", "orders"):
            assert int(whole[key]) == int(one[key]) + int(other[key])
        assert one["guest_orders"] == other["guest_orders"] == "0"


def test_who_comes_into_it_is_counted_at_once(shop: Shop) -> None:
    """A cached frame belongs to the people it was made of."""
    some = segment("m3")
    assert [row["active_members"] for row in rows("kpi", segment=some)] == ["1", "1", "1", "1"]
    SegmentMember.objects.create(segment_id=int(some), member=Member.objects.get(number="m7"))
    assert [row["active_members"] for row in rows("kpi", segment=some)] == ["2", "2", "2", "2"]


def test_a_filter_is_asked_anew(shop: Shop) -> None:
    rule = Segment.objects.create(name="Rule", kind="filter", params={"home": ["S2"]})
    assert {row["active_members"] for row in rows("kpi", segment=str(rule.pk))} == {"0"}
    Member.objects.filter(number__in=ALL[8:]).update(home_store=shop.stores[1])
    assert rows("kpi", segment=str(rule.pk))[0]["active_members"] == "4"


def test_a_filter_of_people_behind_a_number(shop: Shop) -> None:
    params = {"from": ["kpi"], "cell": ["2026-04"], "set": ["active"], "by": ["month"]}
    rule = Segment.objects.create(name="In April", kind="filter", params=params)
    assert [row["active_members"] for row in rows("kpi", segment=str(rule.pk))] == ["3", "3", "3", "3"]


def test_a_past_moment_knows_the_same_people(shop: Shop) -> None:
    some, before = segment(*ALL[:5]), clock.now().isoformat()
    then = rows("kpi", segment=some)
    assert rows("kpi", segment=some, as_of="2026-02-15")[-1]["period"] == "2026-02"
    shop.sell("m0", "2026-01-02", "500")
    publish()
    assert rows("kpi", segment=some, known_at=before) == then
    assert rows("kpi", segment=some) != then


def test_whoever_was_merged_counts_as_one_now_and_as_two_then(shop: Shop) -> None:
    some, before = segment("m0", "m1"), clock.now().isoformat()
    one, other = (Member.objects.get(number=number) for number in ("m0", "m1"))
    merges.merge(member=one, into=other, by=EVERYBODY)
    publish()
    assert rows("kpi", segment=some)[0]["active_members"] == "1"
    assert rows("kpi", segment=some, known_at=before)[0]["active_members"] == "2"


def test_a_manager_has_the_own_members_of_it_counted(shop: Shop) -> None:
    manager = Actor(kind="user", name="manager", role=Role.MANAGER, store_ids=frozenset({shop.stores[0].pk}))
    some = segment("m0", "m1", "m9")
    assert [row["active_members"] for row in rows("kpi", manager, segment=some)][:2] == ["2", "1"]
    assert [row["active_members"] for row in rows("kpi", segment=some)][:2] == ["3", "2"]


class TestAnalysts:
    @pytest.mark.parametrize(("inside", "may"), [(0, False), (4, False), (5, True), (7, True), (8, False), (12, True)])
    def test_they_filter_by_five_people_or_more_with_five_or_nobody_beside(
        self, shop: Shop, inside: int, may: bool
    ) -> None:
        some = segment(*ALL[:inside])
        if may:
            assert rows("kpi", ANALYST, segment=some)
        else:
            with pytest.raises(BadParameter) as refused:
                rows("kpi", ANALYST, segment=some)
            assert refused.value.name == "segment"
        assert rows("kpi", segment=some)

    def test_what_is_about_fewer_stays_withheld(self, shop: Shop) -> None:
        some = segment(*ALL[:6])
        seen = [row["active_members"] for row in rows("kpi", ANALYST, segment=some)]
        assert [row["active_members"] for row in rows("kpi", segment=some)] == ["6", "4", "2", "1"]
        assert seen[1:] == ["", "", ""]


@pytest.mark.parametrize("value", ["99", "-1", "x", "1,2", "9" * 30, "٣", "1.0", "0x1"])
def test_one_there_is_not_is_refused_by_name(shop: Shop, value: str) -> None:
    with pytest.raises(BadParameter) as refused:
        rows("kpi", segment=value)
    assert refused.value.name == "segment"
    assert value in refused.value.message


def test_no_way_to_the_facts_forgets_the_segment(shop: Shop) -> None:
    """A query that nobody has resolved is narrowed all the same."""
    some = segment("m0")
    asked = parse(reports.get("kpi").choices, {"segment": [some]})
    assert asked.people is None
    assert cut(asked, EVERYBODY).member_ids == (Member.objects.get(number="m0").pk,)


_sales = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(1, 6)), st.integers(0, 90), st.integers(1, 30), st.integers(1, 2)),
    min_size=1, max_size=15,
)  # fmt: skip


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(sales=_sales, inside=st.sets(st.integers(1, 6)), store=st.sampled_from(["", "S1"]))
def test_any_two_halves_of_any_shop_add_up(db: None, sales: list[Any], inside: set[int], store: str) -> None:
    with tempfile.TemporaryDirectory() as folder, override_settings(WAREHOUSE_URL=folder), transaction.atomic():
        shop = Shop()
        for buyer, day, amount, place in sales:
            date = dt.date(2026, 1, 1) + dt.timedelta(days=day)
            shop.sell(buyer and f"h{buyer}", str(date), str(amount), place)
        publish()
        some = segment(*(f"h{number}" for number in inside))
        rest = segment(*(f"h{number}" for number in range(1, 7) if number not in inside), name="Rest")
        more = {"store": store} if store else {}
        parts = [rows("kpi", segment=half, grain="all", **more) for half in (some, rest)]
        for whole, one, other in zip(rows("kpi", grain="all", **more), *parts, strict=True):
            for key in ("active_members", "new_members", "orders"):
                assert int(whole[key]) == int(one[key]) + int(other[key])
        transaction.set_rollback(True)
