"""The data-quality figures: each counts what its list shows, within the actor's stores."""

import datetime as dt

import pytest

from members.lib import clock
from members.lib.actor import Actor
from members.models import ImportBatch, Member, Merchant, Order, Store
from members.queries import quality
from members.tests.counter import member, order

pytestmark = pytest.mark.django_db
Actors = dict[str, Actor]


@pytest.fixture
def today(merchant: Merchant) -> dt.date:
    return clock.local_date(clock.now(), merchant.zone)


class TestMissing:
    def test_what_members_lack(self, stores: tuple[Store, Store], actors: Actors) -> None:
        member("M1", stores[0], "王", phone="+8613800138001")
        member("M2", None, "", email="a@x.com")
        member("M3", stores[0], "李", card="99")
        everyone = quality.standing(actors["admin"])
        found = {what: list(quality.lacking(everyone, what).values_list("number", flat=True).order_by("number"))
                 for what in ("contact", "name", "birthday", "store")}  # fmt: skip
        assert found == {"contact": ["M3"], "name": ["M2"], "birthday": ["M1", "M2", "M3"], "store": ["M2"]}

    def test_a_merged_record_is_nobody_of_its_own(self, stores: tuple[Store, Store], actors: Actors) -> None:
        kept = member("M1", stores[0], "王")
        Member.objects.filter(pk=member("M2", stores[0], "王").pk).update(merged_into=kept)
        assert list(quality.standing(actors["admin"])) == [kept]


class TestGuests:
    def test_orders_of_nobody_and_those_that_may_become_somebodys(
        self, stores: tuple[Store, Store], actors: Actors, today: dt.date
    ) -> None:
        day = str(today - dt.timedelta(days=3))
        order("A", stores[0], member("M1"), day=day)
        order("B", stores[0], day=day)
        reachable = order("C", stores[1], day=day)
        Order.objects.filter(pk=reachable.pk).update(guest_phone="+8613800138001")
        order("D", stores[0], day=str(today - dt.timedelta(days=200)))
        found = quality.guests(actors["admin"])
        assert (found.orders, found.guests, found.with_contact) == (3, 2, 1)
        mine = quality.guests(actors["manager"])
        assert (mine.orders, mine.guests, mine.with_contact) == (2, 1, 0), "own stores only"


class TestSilence:
    def test_a_store_that_sent_nothing_since_yesterday(
        self, stores: tuple[Store, Store], actors: Actors, today: dt.date
    ) -> None:
        order("A", stores[0], day=str(today - dt.timedelta(days=1)))
        order("B", stores[1], day=str(today - dt.timedelta(days=4)))
        Store.objects.create(code="S3", name="Third")
        Store.objects.create(code="S4", name="Closed", is_active=False)
        found = quality.stores(actors["admin"])
        assert [(each.code, each.days, each.late) for each in found] == [
            ("S3", None, True),
            ("S2", 4, True),
            ("S1", 1, False),
        ]
        assert [each.code for each in quality.stores(actors["manager"])] == ["S1"]

    def test_a_source_that_stays_away_longer_than_it_used_to(self, actors: Actors, today: dt.date) -> None:
        for source, days in {"till": (20, 18, 16), "web": (40, 20, 10), "once": (50,)}.items():
            for ago in days:
                at = clock.now() - dt.timedelta(days=ago)
                ImportBatch.objects.create(file_name="f", source=source, state="done", finished_at=at)
        assert {each.name: (each.days, each.late) for each in quality.sources(actors["admin"])} == {
            "till": (16, True),
            "web": (10, False),
            "once": (50, False),
        }
        assert quality.sources(actors["manager"]) == []


class TestTwins:
    def born(self, number: str, name: str, store: Store, year: int | None = None, tail: str = "") -> Member:
        made = member(number, store, name, **({"phone": f"+86138001{number[1:]}{tail}"} if tail else {}))
        made.birth_month, made.birth_day, made.birth_year = 3, 8, year
        made.save()
        return made

    def test_the_same_name_and_birthday(self, stores: tuple[Store, Store], actors: Actors) -> None:
        first, second = self.born("M1", "王芳", stores[0]), self.born("M2", "王芳", stores[0], 1990)
        self.born("M3", "李娜", stores[0])
        group = quality.twins(actors["admin"])
        assert [(found.members, found.same) for found in group] == [([first, second], "birthday")]

    def test_two_known_years_of_birth_are_two_people(self, stores: tuple[Store, Store], actors: Actors) -> None:
        self.born("M1", "王芳", stores[0], 1990)
        self.born("M2", "王芳", stores[0], 1991)
        assert quality.twins(actors["admin"]) == []

    def test_the_same_name_and_the_end_of_the_phone(self, stores: tuple[Store, Store], actors: Actors) -> None:
        first = member("M1", stores[0], "王芳", phone="+8613800138001")
        second = member("M2", stores[1], "王芳", phone="+8613900138001")
        member("M3", stores[1], "李娜", phone="+8613700138001")
        assert [(found.members, found.same) for found in quality.twins(actors["admin"])] == [([first, second], "phone")]
        assert quality.twins(actors["manager"]) == [], "the other one is in a store that the manager may not see"
