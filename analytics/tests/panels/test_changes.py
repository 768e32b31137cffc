"""What Today claims of the last four weeks, and when it keeps silent."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics.services.publish import publish
from analytics.tests.shopkeeper import Shop
from conftest import People
from members.lib.registry import Insight
from members.models import AuditEntry, InsightMark, Member, Merchant, Segment, SegmentMember

SignIn = Callable[..., Client]
BEFORE, NOW = "2026-01-14", "2026-02-14"


@pytest.fixture
def admin(merchant: Merchant, people: People, signed_in: SignIn) -> Client:
    return signed_in(people.admin)


def trade(before: int, now: int, store: int = 1, guests: tuple[int, int] = (0, 0)) -> None:
    """So many members, each with one order, in either four weeks that end on 28 February."""
    shop = Shop()
    shop.sell("old", "2025-12-20")
    shop.sell("last", "2026-02-28")
    for date, n, alone in ((BEFORE, before, guests[0]), (NOW, now, guests[1])):
        for person in range(n):
            shop.sell(f"{store}-{date}-{person}", date, store=store)
        for _ in range(alone):
            shop.sell(None, date, store=store)
    publish()


def told(client: Client, query: str = "") -> list[Insight]:
    return list(client.get(f"/{query}").context["insights"])


def test_a_clear_fall_is_told_with_its_interval(admin: Client) -> None:
    trade(200, 100)
    [insight] = told(admin)
    assert insight.claim == "会员销售额降了。"
    assert "¥1,010" in insight.evidence
    assert "¥2,000" in insight.evidence
    assert "95% 区间" in insight.evidence
    for link in insight.links:
        assert admin.get(link.url).status_code == 200


@pytest.mark.parametrize(("before", "now"), [(100, 105), (20, 8), (100, 99)])
def test_what_may_be_chance_or_is_about_few_is_not_told(admin: Client, before: int, now: int) -> None:
    trade(before, now)
    assert told(admin) == []


def test_at_a_past_day_the_four_weeks_end_on_it(admin: Client) -> None:
    """As of 20 February: 100 on 14 January before; 100 on 26 January and 100 on 14 February now."""
    trade(100, 100)
    shop = Shop()
    for person in range(100):
        shop.sell(f"later-{person}", "2026-01-26")
    publish()
    [insight] = told(admin, "?as_of=2026-02-20")
    assert insight.claim == "会员销售额涨了。"
    assert "¥2,000" in insight.evidence


def test_a_store_is_named_when_the_whole_shop_stands(admin: Client) -> None:
    trade(100, 40, store=1)
    trade(60, 110, store=2)
    [insight] = told(admin)
    assert insight.key.startswith("store:S")


def test_of_a_segment_is_told_what_its_own_members_did(admin: Client) -> None:
    trade(200, 100)
    gone = Segment.objects.create(name="Gone", kind="snapshot")
    for member in Member.objects.filter(number__contains=BEFORE)[:60]:
        SegmentMember.objects.create(segment=gone, member=member)
    assert told(admin, f"?segment={gone.pk}") == []  # nobody of them bought now: too few to judge
    [insight] = told(admin)
    assert not insight.key.endswith(str(gone.pk))


def test_the_people_of_a_segment_are_looked_up_once_for_all_figures(admin: Client) -> None:
    trade(60, 40)
    everybody = Segment.objects.create(name="All", kind="snapshot")
    SegmentMember.objects.bulk_create(SegmentMember(segment=everybody, member=each) for each in Member.objects.all())
    with CaptureQueriesContext(connection) as asked:
        told(admin, f"?segment={everybody.pk}")
    assert sum("members_segmentmember" in query["sql"] for query in asked) == 1


def test_more_guests_go_before_the_news_made_of_them(admin: Client) -> None:
    trade(200, 100, guests=(40, 100))
    assert [insight.claim for insight in told(admin)] == ["没对上会员的订单变多了。", "会员销售额降了。"]


def test_days_that_lie_before_the_data_are_no_days_without_guests(admin: Client) -> None:
    shop = Shop()
    for person in range(100):
        shop.sell(f"m{person}", BEFORE)
        shop.sell(f"m{person}", NOW)
    for _ in range(40):
        shop.sell(None, BEFORE)
        shop.sell(None, NOW)
        shop.sell(None, NOW)
    shop.sell("last", "2026-02-28")
    publish()
    assert told(admin) == []


def test_what_is_put_away_stays_away_until_it_is_taken_back_or_grows(admin: Client) -> None:
    trade(200, 100)
    [insight] = told(admin)
    data = {"key": insight.key, "size": str(round(insight.size)), "next": "/?range=7d"}
    assert admin.post("/members/insights/dismiss/", data).headers["Location"] == "/?range=7d"
    assert told(admin) == []
    assert "今天收起了一条" in admin.get("/").content.decode()
    admin.post("/members/insights/restore/", {"next": "//evil.example"})
    assert len(told(admin)) == 1
    assert set(AuditEntry.objects.filter(subject_type="insight").values_list("verb", flat=True)) == {
        "dismiss",
        "restore",
    }
    admin.post("/members/insights/dismiss/", data)
    InsightMark.objects.update(size=10)
    assert len(told(admin)) == 1


def test_opening_the_page_marks_nothing_and_having_seen_it_does(admin: Client, people: People) -> None:
    trade(200, 100)
    [insight] = told(admin)
    assert not InsightMark.objects.exists()
    seen = {"key": [insight.key, "", "x"], "size": [str(round(insight.size)), "1", "9" * 30]}
    assert admin.post("/members/insights/shown/", seen).status_code == 204
    mark = InsightMark.objects.get()
    assert (mark.user, mark.key, mark.size, mark.dismissed_on) == (people.admin, insight.key, round(insight.size), None)
    assert len(told(admin)) == 1
    InsightMark.objects.update(shown_on=mark.shown_on - dt.timedelta(days=1))
    assert told(admin) == []


def test_another_person_decides_for_themselves(admin: Client, people: People, signed_in: SignIn) -> None:
    trade(200, 100)
    [insight] = told(admin)
    admin.post("/members/insights/dismiss/", {"key": insight.key, "size": "100"})
    assert len(told(signed_in(people.marketer))) == 1


def test_each_key_fits_and_sizes_are_checked(admin: Client) -> None:
    for data in (
        {"key": "", "size": "1"},
        {"key": "x" * 201, "size": "1"},
        {"key": "x", "size": "-1"},
        {"key": "x", "size": "0" * 20 + "9" * 99},
        {"key": "a\x00", "size": "1"},
    ):
        assert admin.post("/members/insights/dismiss/", data).status_code == 400
