"""The reports about what customers say, from the database to the figures, each for who may see it."""

import csv
import datetime as dt
import gzip

import pytest

from analytics.reports import report as reports
from analytics.reports.query import parse
from analytics.services.publish import publish
from analytics.tests.golden import DATA
from analytics.tests.listening import Listening, review
from analytics.tests.shopkeeper import Shop
from conftest import People
from members.lib import clock
from members.lib.actor import Actor, system
from members.models import Member
from members.queries.actors import actor_for
from surveys.models import Survey, Theme
from surveys.rules.themes import SEEDS
from surveys.services import reviews

pytestmark = pytest.mark.usefixtures("merchant")


@pytest.fixture
def shop(stores: object) -> Shop:
    shop = Shop()
    shop.sell("a", "2026-05-01")
    shop.sell("b", "2026-05-30")
    return shop


def asked(slug: str, actor: Actor, **given: str) -> list[dict[str, str]]:
    query = parse(reports.get(slug).choices, {name: [value] for name, value in given.items()})
    return reports.frame(slug, actor, query).rows()


def test_sixty_twenty_five_fifteen_are_45_and_14_and_a_half(shop: Shop, people: People) -> None:
    told = Listening()
    for score, times in ((10, 60), (8, 25), (3, 15)):
        for _time in range(times):
            told.tell(score, "2026-05-10", store=shop.stores[0])
    publish()
    (row,) = asked("nps", actor_for(people.admin), by="all")
    assert (row["n"], row["promoters"], row["passives"], row["detractors"]) == ("100", "60", "25", "15")
    assert float(row["nps"]) == 45
    assert float(row["half"]) == pytest.approx(14.5, abs=0.05)


def test_only_finished_real_latest_answers_count(shop: Shop, people: People) -> None:
    told, again = Listening(), Member.objects.get(number="a")
    told.tell(0, "2026-05-10", member=again, store=shop.stores[0])
    told.tell(10, "2026-05-10", member=again, store=shop.stores[0])  # the same day, the same thing: the latest
    told.tell(2, "2026-05-10", store=shop.stores[0], is_test=True)
    told.tell(2, "2026-05-10", store=shop.stores[0], completed_at=None)
    told.tell(2, "2026-05-10", store=shop.stores[0], voided_at=clock.now())
    publish()
    (row,) = asked("nps", actor_for(people.admin), by="all")
    assert (row["n"], row["promoters"], row["members"]) == ("1", "1", "1")


def test_a_manager_sees_the_own_store_and_nothing_of_no_store(shop: Shop, people: People) -> None:
    told = Listening()
    for store, times in ((shop.stores[0], 7), (shop.stores[1], 6), (None, 8)):
        for _time in range(times):
            told.tell(9, "2026-05-10", store=store)
    publish()
    assert [row["n"] for row in asked("nps", actor_for(people.manager), by="all")] == ["7"]
    assert [row["n"] for row in asked("nps", actor_for(people.admin), by="all")] == ["21"]
    assert {row["part"]: row["n"] for row in asked("nps", actor_for(people.admin), by="store")} == {
        "S1": "7", "S2": "6", "none": "8",
    }  # fmt: skip


def test_one_survey_can_be_asked_for(shop: Shop, people: People) -> None:
    first, second = Listening("One"), Listening("Two")
    first.tell(9, "2026-05-10")
    second.tell(3, "2026-05-10")
    publish()
    survey = Survey.objects.get(name="Two")
    (row,) = asked("nps", actor_for(people.admin), by="all", survey=str(survey.pk))
    assert row["nps"] == "-100.00000000"


def test_a_later_publish_takes_what_came_in_between(shop: Shop, people: People) -> None:
    told = Listening()
    told.tell(9, "2026-05-10")
    publish()
    told.tell(9, "2026-04-02")
    publish()
    assert [row["part"] for row in asked("nps", actor_for(people.admin))] == ["2026-04", "2026-05"]


def test_small_stores_are_never_judged(shop: Shop, people: People) -> None:
    told = Listening()
    for _time in range(200):
        told.tell(9, "2026-05-10", store=shop.stores[0])
    for _time in range(29):
        told.tell(0, "2026-05-10", store=shop.stores[1])
    publish()
    assert {row["part"]: row["verdict"] for row in asked("store-comparison", actor_for(people.admin))} == {
        "S1": "far_above", "S2": "few",
    }  # fmt: skip
    told.tell(0, "2026-05-10", store=shop.stores[1])
    publish()
    verdicts = {row["part"]: row["verdict"] for row in asked("store-comparison", actor_for(people.admin))}
    assert verdicts["S2"] == "far_below"


def test_a_review_without_stars_is_no_zero(shop: Shop, people: People) -> None:
    for stars in (5, 5, 4, 3, 1, None):
        review(stars, "2026-05-10")
    publish()
    (row,) = asked("satisfaction", actor_for(people.admin))
    assert (row["measure"], row["n"], row["top"], row["bottom"]) == ("stars", "5", "3", "1")
    assert float(row["mean"]) == pytest.approx(3.6)
    assert float(row["net"]) == 0


def test_what_matters_and_scores_low_comes_first(shop: Shop, people: People) -> None:
    told = Listening()
    for turn in range(120):
        wish = turn % 11
        told.tell(wish, "2026-05-10", parts={"waiting": 1 + wish // 4, "taste": 5 - turn % 2})
    publish()
    rows = {row["driver"]: row for row in asked("drivers", actor_for(people.admin))}
    assert rows["parts:waiting"]["verdict"] == "first"
    assert float(rows["parts:waiting"]["low"]) > 0.9
    assert rows["parts:taste"]["verdict"] == "unclear"


def test_the_public_reviews_come_out_of_import_and_report_as_they_are(shop: Shop, people: People) -> None:
    golden = next(csv.DictReader((DATA / "golden" / "zh_reviews" / "asap_rating.csv").read_text().splitlines()))
    for code, zh, en, words in SEEDS:
        Theme.objects.get_or_create(code=code, defaults={"name_zh": zh, "name_en": en, "words": list(words)})
    content = gzip.decompress((DATA / "asap_reviews.csv.gz").read_bytes())
    outcome = reviews.import_file(content, source="asap", day=dt.date(2026, 5, 10), by=system("test"))
    assert (outcome.new, outcome.faults) == (300, [])
    publish()
    (row,) = asked("satisfaction", actor_for(people.admin))
    assert row["n"] == golden["reviews"]
    assert float(row["mean"]) == pytest.approx(float(golden["mean_star"]))
    assert float(row["share"]) == pytest.approx(float(golden["csat_4_5"]))
    assert float(row["net"]) == pytest.approx(float(golden["nps_like_5"]))
    assert float(row["bottom_share"]) == pytest.approx(float(golden["complaint_like_le2"]))
    themes = {each["theme"]: int(each["texts"]) for each in asked("themes", actor_for(people.admin))}
    assert themes["taste"] > 100  # of 300
    assert themes["taste"] > themes["delivery"]


def test_what_the_public_reviews_say_of_each_aspect_comes_out_as_counted(shop: Shop, people: People) -> None:
    golden = list(csv.DictReader((DATA / "golden" / "zh_reviews" / "asap_aspects.csv").read_text().splitlines()))
    for row in golden:
        Theme.objects.create(code=row["aspect"], name_zh=row["aspect"], name_en=row["aspect"], words=["味道"])
    head, _newline, rest = gzip.decompress((DATA / "asap_reviews.csv.gz").read_bytes()).partition(b"\n")
    for row in golden:
        head = head.replace(row["aspect"].encode(), b"theme:" + row["aspect"].encode())
    outcome = reviews.import_file(head + b"\n" + rest, source="asap", day=dt.date(2026, 5, 10), by=system("test"))
    assert (outcome.new, outcome.faults) == (300, [])
    publish()
    found = {row["theme"]: row for row in asked("themes", actor_for(people.admin))}
    for row in golden:
        said = found[row["aspect"]]
        neutral = str(int(said["scored"]) - int(said["happy"]) - int(said["unhappy"]))
        assert (said["texts"], said["happy"], neutral, said["unhappy"]) == (
            row["mentioned"], row["positive"], row["neutral"], row["negative"],
        )  # fmt: skip
        assert float(said["unhappy_share"]) == pytest.approx(float(row["negative_rate"]))


def test_who_works_a_case_is_rated_by_whom_it_was_for(shop: Shop, people: People) -> None:
    after = Listening("After", template="service")
    for number in range(40):
        after.rate(1 if number % 2 else 5, "2026-05-10", worked_by=people.clerk, store=shop.stores[0])
        after.rate(5, "2026-05-10", worked_by=people.manager, store=shop.stores[0])
    after.rate(1, "2026-05-10", worked_by=None, store=shop.stores[0])
    publish()
    found = {row["staff"]: row for row in asked("staff-comparison", actor_for(people.admin))}
    assert found.keys() == {str(people.clerk.pk), str(people.manager.pk)}
    worst = found[str(people.clerk.pk)]
    assert (worst["n"], worst["top"], worst["verdict"]) == ("40", "20", "far_below")
