"""A segment as the filter of every report: everybody changes nothing, and a part and its complement make the whole."""

import tempfile
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from analytics.reports import report as reports
from analytics.reports.query import BadParameter, as_given, parse
from analytics.reports.report import Result
from analytics.services.publish import publish
from analytics.tests.shopkeeper import Shop
from analytics.tests.views.test_linked_numbers import CALM, FIRST, open_shop
from members.lib.actor import Actor, system
from members.lib.roles import Role
from members.models import Member, Segment
from members.services import merges, segments, tags

BY = system("test")
EVERY = [found.slug for found in reports.every()]
# Counts and sums over members, which two parts of the members add up to: of each report the key of a row, and these.
ADDITIVE = {
    "kpi": ("period", ["active_members", "new_members", "returning_members", "orders", "gross", "refunds", "net"]),
    "repeat-purchase": ("window_days", ["eligible", "repeated"]),
    "churn-3m": ("period", ["active", "churned"]),
    "retention": ("cohort age", ["cohort_size", "active"]),
}


def asked(slug: str, actor: Actor = BY, **given: Any) -> Result:
    return reports.frame(
        slug, actor, parse(reports.get(slug).choices, {name: [str(text)] for name, text in given.items()})
    )


def snapshot(name: str, members: Iterable[Member]) -> Segment:
    return segments.save_snapshot(name=name, member_ids=[member.pk for member in members], params={}, by=BY)


def sums(result: Result) -> Counter[tuple[str, str]]:
    """Every additive figure of a report by its row; nothing where it is nothing."""
    key, figures = ADDITIVE[result.report.slug]
    found: Counter[tuple[str, str]] = Counter()
    for record in result.frame.to_dict("records"):
        place = " ".join(str(record[name]) for name in key.split())
        for figure in figures:
            found[place, figure] = int(record[figure])
    return Counter({place: number for place, number in found.items() if number})


@pytest.fixture
def shop(db: None) -> Shop:
    """Ten members: six came back after a month, m0 spent most of the money; and guests."""
    shop = Shop()
    for number in range(10):
        shop.sell(f"m{number}", "2026-01-05", "900" if number == 0 else "10", store=1 + number % 2)
    for number in range(6):
        shop.sell(f"m{number}", "2026-02-05", store=1 + number % 2)
    shop.sell(None, "2026-02-06", "77")
    publish()
    return shop


_sales = st.lists(
    st.tuples(
        st.integers(1, 6), st.integers(0, 200), st.integers(0, 30), st.integers(1, 2), st.integers(1, 2),
        st.sampled_from(["", "", "", "refund", "part", "void"]),
    ),
    min_size=3, max_size=20,
)  # fmt: skip


@effort(max_examples=12, **CALM)
@given(sales=_sales, chosen=st.sets(st.integers(1, 6)), slug=st.sampled_from(EVERY))
def test_all_change_nothing_and_parts_make_the_whole(db: None, sales: list[Any], chosen: set[int], slug: str) -> None:
    with tempfile.TemporaryDirectory() as folder, override_settings(WAREHOUSE_URL=folder), transaction.atomic():
        open_shop(sales)
        days = {"from": FIRST, "to": "2026-05-01"} if reports.get(slug).choices.dated else {}
        everybody = list(Member.objects.all())
        all_of_them = snapshot("all", everybody)
        assert asked(slug, segment=all_of_them.pk, **days).rows() == asked(slug, **days).rows()
        part = [member for member in everybody if int(member.number[1:]) in chosen]
        one, other = snapshot("one", part), snapshot("other", [member for member in everybody if member not in part])
        for each in ADDITIVE:
            parts = sums(asked(each, segment=one.pk)) + sums(asked(each, segment=other.pk))
            whole = sums(asked(each))
            assert {place: parts[place] for place in whole} == dict(whole), each
        transaction.set_rollback(True)


def test_guests_are_in_no_segment(shop: Shop) -> None:
    all_of_them = snapshot("all", Member.objects.all())
    assert sum(int(row["guest_orders"]) for row in asked("kpi").rows()) == 1
    assert sum(int(row["guest_orders"]) for row in asked("kpi", segment=all_of_them.pk).rows()) == 0


@pytest.mark.parametrize("past", [{"as_of": "2026-01-31"}, {"known_at": ""}])
def test_it_holds_for_past_moments_too(shop: Shop, past: dict[str, str]) -> None:
    few = snapshot("few", Member.objects.filter(number__in=["m0", "m1"]))
    [row] = [row for row in asked("kpi", segment=few.pk, **past).rows() if row["period"] == "2026-01"]
    assert row["active_members"] == "2"


def test_nobody_in_it_is_an_answer_of_nothing(shop: Shop) -> None:
    empty = snapshot("empty", [])
    assert {row["active_members"] for row in asked("kpi", segment=empty.pk).rows()} <= {"0"}


class TestTheAnswerIsKeptByWhoIsInIt:
    def test_a_live_filter_that_somebody_enters(self, shop: Shop) -> None:
        tags.add(name="VIP", member_ids=[shop.member("m0").pk], by=BY)
        vips = segments.save_filter(name="VIPs", params={"tag": ["VIP"]}, by=BY)
        assert asked("repeat-purchase", segment=vips.pk).rows() == asked("repeat-purchase", segment="VIPs").rows()
        before = sums(asked("kpi", segment=vips.pk))
        tags.add(name="VIP", member_ids=[shop.member("m1").pk], by=BY)
        after = sums(asked("kpi", segment=vips.pk))
        assert (before["2026-01", "active_members"], after["2026-01", "active_members"]) == (1, 2)

    def test_a_snapshot_whose_member_was_merged(self, shop: Shop) -> None:
        few = snapshot("few", [shop.member("m9")])
        assert sums(asked("kpi", segment=few.pk))["2026-02", "orders"] == 0
        merges.merge(member=shop.member("m9"), into=shop.member("m0"), by=BY)
        publish()
        assert sums(asked("kpi", segment=few.pk))["2026-02", "orders"] == 1, "m9 counts for m0 now"


class TestWhoMayUseIt:
    def test_a_manager_gets_those_of_the_own_stores(self, shop: Shop) -> None:
        all_of_them = snapshot("all", Member.objects.all())
        manager = Actor(kind="user", name="m", role=Role.MANAGER, store_ids=frozenset({shop.stores[0].pk}), user_id=1)
        assert asked("kpi", manager, segment=all_of_them.pk).rows()[0]["active_members"] == "5"
        assert sums(asked("kpi", manager, segment=all_of_them.pk)) == sums(asked("kpi", manager))

    @pytest.mark.parametrize("role", [Role.ANALYST, Role.CLERK])
    def test_who_sees_no_members_has_no_segments(self, shop: Shop, role: Role) -> None:
        all_of_them = snapshot("all", Member.objects.all())
        with pytest.raises(BadParameter, match=r"segment|分群"):
            asked("kpi", Actor(kind="user", name="a", role=role, store_ids=None, user_id=1), segment=all_of_them.pk)

    @pytest.mark.parametrize("key", ["99", "nobody", "9" * 40])
    def test_one_that_is_not_there_is_refused(self, shop: Shop, key: str) -> None:
        with pytest.raises(BadParameter) as bad:
            asked("kpi", segment=key)
        assert bad.value.name == "segment"
        assert key in bad.value.message


def test_the_question_is_given_again_without_its_members(shop: Shop) -> None:
    few = snapshot("few", [shop.member("m9")])
    assert as_given(asked("kpi", segment=few.pk).query)["segment"] == [str(few.pk)]
    assert "members" not in as_given(asked("kpi", segment=few.pk).query)
