"""The reports about cases, from the database to the figures, each for who may see it."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from analytics.reports import report as reports
from analytics.reports.query import parse
from analytics.services.publish import publish
from analytics.tests import pages
from analytics.tests.complaining import case
from analytics.tests.shopkeeper import Shop
from conftest import People
from members.lib import clock
from members.lib.actor import Actor, system
from members.models import Touched
from members.queries.actors import actor_for
from surveys.models import Answer, BusinessHours, Cause, Response
from surveys.services import surveys

SignIn = Callable[..., Client]


@pytest.fixture
def shop(merchant: object, stores: object, seeded_causes: None) -> Shop:
    """S1 sold ten orders to ten members in May, S2 two in June, the last on the 30th."""
    shop = Shop()
    for number in range(10):
        shop.sell(f"m{number}", f"2026-05-{number + 1:02}", channel=1 + number % 2)
    shop.sell("m0", "2026-06-02", store=2)
    shop.sell("m1", "2026-06-30", store=2)
    return shop


def asked(slug: str, actor: Actor, **given: str) -> list[dict[str, str]]:
    query = parse(reports.get(slug).choices, {name: [value] for name, value in given.items()})
    return reports.frame(slug, actor, query).rows()


def told_apart(slug: str, actor: Actor, key: str, **given: str) -> dict[str, str]:
    return {row["part"]: row[key] for row in asked(slug, actor, **given)}


def assert_every_number_opens_its_people(client: Client, slug: str, query: str) -> int:
    """Follow every link of the page's table; the CSV of the page is its table. How many links there were."""
    page = pages.read(client, f"/analytics/reports/{slug}/?{query}")
    (table,) = page.tables
    assert pages.download(client, f"/analytics/reports/{slug}.csv?{query}")[1:] == table.values()
    links = table.links()
    for cell in links:
        listed = pages.read(client, cell.href)
        assert f'id="count">{cell.value} ' in listed.text, cell.href
    return len(links)


class TestComplaintRate:
    """Service cases, voided ones and those of days without sales are no part of it."""

    @pytest.fixture(autouse=True)
    def complained(self, shop: Shop) -> None:
        cause = Cause.objects.get(code="service_waiting")
        first, second = shop.stores
        for number in range(5):
            case("2026-05-20", member=shop.member(f"m{number}"), store=first, cause=cause)
        case("2026-06-02", member=shop.member("m0"), store=second, cause=cause)
        case("2026-06-02", store=None)
        case("2026-05-20", store=first, kind="service")
        case("2026-05-20", store=first, voided_at=clock.now())
        case("2026-07-01", store=first)  # nobody knows yet what was sold that day
        publish()

    def test_by_month_by_store_and_by_cause(self, people: People) -> None:
        admin = actor_for(people.admin)
        assert told_apart("complaint-rate", admin, "complaints") == {"2026-05": "5", "2026-06": "2"}
        assert told_apart("complaint-rate", admin, "per_orders") == {
            "2026-05": "500.00000000", "2026-06": "1000.00000000",
        }  # fmt: skip
        by_store = told_apart("complaint-rate", admin, "complaints", by="store")
        assert by_store == {"none": "1", "S1": "5", "S2": "1"}
        assert told_apart("complaint-rate", admin, "per_orders", by="store")["none"] == ""
        by_cause = asked("complaint-rate", admin, by="cause")
        assert [(row["part"], row["complaints"], row["orders"], row["repeated"]) for row in by_cause] == [
            ("none", "1", "12", "0"), ("service", "6", "12", "1"),
        ]  # fmt: skip

    def test_a_channel_has_the_complaints_that_name_an_order(self, shop: Shop, people: People) -> None:
        case("2026-06-03", order=shop.sell("m2", "2026-06-03", channel=2), store=shop.stores[0])
        publish()
        assert told_apart("complaint-rate", actor_for(people.admin), "complaints", by="channel") == {
            "none": "7", "counter": "0", "app": "1",
        }  # fmt: skip
        (row,) = asked("complaint-rate", actor_for(people.admin), by="all", channel="app")
        assert (row["complaints"], row["orders"]) == ("1", "6")

    def test_a_manager_sees_the_own_store(self, people: People) -> None:
        (row,) = asked("complaint-rate", actor_for(people.manager), by="all")
        assert (row["complaints"], row["orders"], row["active"]) == ("5", "10", "10")

    def test_an_analyst_sees_no_few(self, people: People) -> None:
        june = asked("complaint-rate", actor_for(people.analyst))[1]
        assert {june[key] for key in ("complaints", "members", "orders", "active", "per_orders", "per_members")} == {""}
        may = asked("complaint-rate", actor_for(people.analyst))[0]
        assert (may["complaints"], may["per_orders"]) == ("5", "500.00000000")

    @pytest.mark.parametrize("by", ["month", "channel", "cause"])
    def test_every_number_opens_its_people(self, people: People, signed_in: SignIn, by: str) -> None:
        assert assert_every_number_opens_its_people(signed_in(people.admin), "complaint-rate", f"range=all&by={by}")


OPENED = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)  # a Monday, noon in Shanghai


def after(minutes: int) -> dt.datetime:
    return OPENED + dt.timedelta(minutes=minutes)


class TestTimes:
    """Eight cases of S1 answered after 10, 20 … 80 minutes, due after 60; one of S2 that nobody has answered."""

    @pytest.fixture(autouse=True)
    def worked(self, shop: Shop) -> None:
        first, second = shop.stores
        for number in range(8):
            minutes = 10 + 10 * number
            case(
                "2026-05-04", member=shop.member(f"m{number}"), store=first, first_due_at=after(60),
                first_response_at=after(minutes), first_minutes=minutes, resolve_due_at=after(600),
                resolved_at=after(minutes + 60), resolve_minutes=minutes + 60, waited_minutes=30,
            )  # fmt: skip
        case("2026-05-04", member=shop.member("m8"), store=second, first_due_at=after(60))
        case("2026-05-04", store=first, is_flagged=True)
        case("2026-05-04", store=first, kind="service", first_due_at=after(60), first_response_at=after(5),
             first_minutes=5)  # fmt: skip
        for weekday in range(7):
            BusinessHours.objects.create(store=second, weekday=weekday, opens=dt.time(9), closes=dt.time(13))
        publish()

    def test_who_was_answered_in_time(self, people: People) -> None:
        first, resolve = asked("sla", actor_for(people.admin), kind="complaint")
        assert (first["n"], first["met"], first["late"], first["overdue"], first["flagged"]) == (
            "9",
            "6",
            "2",
            "1",
            "1",
        )
        assert first["rate"] == "0.6666666667"
        assert (resolve["n"], resolve["met"], resolve["no_target"]) == ("8", "8", "1")

    def test_a_past_day_knows_no_later_answer(self, shop: Shop, people: People) -> None:
        case("2026-05-04", store=shop.stores[0], first_due_at=after(60), first_response_at=after(1_440),
             first_minutes=1_440)  # fmt: skip
        publish()
        figures = {}
        for as_of in ("2026-05-03", "2026-05-04", "2026-05-05"):
            first = asked("sla", actor_for(people.admin), as_of=as_of, kind="complaint")[:1]
            figures[as_of] = [(row["met"], row["late"], row["overdue"]) for row in first]
        assert figures == {"2026-05-03": [], "2026-05-04": [("6", "2", "2")], "2026-05-05": [("6", "3", "1")]}

    def test_how_long_it_takes(self, people: People) -> None:
        first, resolve, worked = asked("response-times", actor_for(people.admin), kind="complaint", store="S1")
        assert (first["n"], first["median"], first["p90"], first["flagged"]) == ("8", "40", "80", "1")
        assert (resolve["median"], worked["median"]) == ("100", "70")

    def test_open_cases_wait_in_the_hours_of_their_store(self, people: People) -> None:
        """Noon on Monday until the end of Tuesday: an hour of the first day, four of the second."""
        (first, *_more) = asked("response-times", actor_for(people.admin), store="S2", as_of="2026-05-05")
        assert (first["open"], first["median"], first["longest"]) == ("1", "", "300")
        (first, *more) = asked("response-times", actor_for(people.admin), store="S2", as_of="2026-05-05",
                               minutes="calendar")  # fmt: skip
        assert (first["longest"], len(more)) == (str(36 * 60), 1)

    def test_a_manager_sees_the_own_store(self, people: People) -> None:
        rows = asked("response-times", actor_for(people.manager), by="store", kind="complaint")
        assert {row["part"] for row in rows} == {"S1"}

    def test_an_analyst_sees_no_few(self, people: People) -> None:
        first = asked("sla", actor_for(people.analyst))[0]
        assert first["n"] == "10"
        assert {first[key] for key in ("met", "rate", "late", "overdue", "late_members", "flagged")} == {""}
        lone = [row for row in asked("response-times", actor_for(people.analyst), by="store") if row["part"] == "S2"]
        assert {row[key] for row in lone for key in ("n", "members", "open", "median", "longest")} == {""}

    @pytest.mark.parametrize("query", ["by=store&kind=complaint", "by=month&store=S1"])
    def test_every_number_opens_its_people(self, people: People, signed_in: SignIn, query: str) -> None:
        client = signed_in(people.admin)
        assert assert_every_number_opens_its_people(client, "sla", f"range=all&{query}")
        assert assert_every_number_opens_its_people(client, "response-times", f"range=all&{query}")


class TestRepurchase:
    """Ten bought in May; six complained and were answered at once, of whom five came back in June."""

    @pytest.fixture(autouse=True)
    def complained(self, shop: Shop) -> None:
        for number in range(6):
            case(
                "2026-05-11", member=shop.member(f"m{number}"), store=shop.stores[0], first_minutes=30,
                first_response_at=after(7 * 1_440 + 30),
            )  # fmt: skip
        for number in range(5):
            shop.sell(f"m{number}", "2026-06-10")
        shop.sell("m9", "2026-09-30", store=2)
        publish()

    def test_with_and_without(self, people: People) -> None:
        rows = {row["band"]: row for row in asked("complaint-repurchase", actor_for(people.admin), to="2026-05-31")}
        assert {band: (row["n"], row["again"], row["back"]) for band, row in rows.items()} == {
            "none": ("4", "0", "0"), "all": ("6", "5", "5"), "60": ("6", "5", "5"),
        }  # fmt: skip
        assert rows["all"]["gap"] == "0.8333333333"
        assert rows["none"]["gap"] == ""

    def test_a_manager_sees_purchases_and_returns_of_the_own_store(self, people: People) -> None:
        """m0 and m1 were in S2 too, which counts no more than m9's return there."""
        rows = {row["band"]: row for row in asked("complaint-repurchase", actor_for(people.manager))}
        assert (rows["none"]["n"], rows["all"]["n"]) == ("9", "6")

    def test_an_analyst_sees_no_few(self, people: People) -> None:
        rows = asked("complaint-repurchase", actor_for(people.analyst), to="2026-05-31")
        assert {value for row in rows for key, value in row.items() if key != "band"} == {""}

    @pytest.mark.parametrize("query", ["window=60", "group=store"])
    def test_every_number_opens_its_people(self, people: People, signed_in: SignIn, query: str) -> None:
        client = signed_in(people.admin)
        assert assert_every_number_opens_its_people(client, "complaint-repurchase", f"range=all&{query}")


class TestCauses:
    """Six complaints in May, one still without a cause; six answered the exit survey."""

    @pytest.fixture(autouse=True)
    def told(self, shop: Shop) -> None:
        waiting, cold = Cause.objects.get(code="service_waiting"), Cause.objects.get(code="service_cold")
        for number, cause in enumerate([waiting, waiting, waiting, waiting, cold, None]):
            case("2026-05-11", member=shop.member(f"m{number}"), store=shop.stores[0], cause=cause)
        survey = surveys.make(name="Leaving", template="exit", by=system("test"))
        surveys.open_up(survey, by=system("test"))
        version = survey.versions.get()
        questions = {question.code: question for question in version.questions.all()}
        for number in range(6):
            response = Response.objects.create(
                survey=survey, version=version, way="public", key=f"e{number}", member=shop.member(f"m{number}"),
                store=shop.stores[0], business_date="2026-05-12", completed_at=clock.now(),
            )  # fmt: skip
            Answer.objects.create(response=response, question=questions["group"], choices=["price"])
            if number < 5:
                named = ["price_value", "price_hidden"] if number < 4 else ["price_value"]
                Answer.objects.create(response=response, question=questions["cause_price"], choices=named)
            Touched.objects.create(kind=Touched.Kind.RESPONSE, key=response.pk)
        publish()

    def test_by_group_and_by_cause(self, people: People) -> None:
        def rows(**given: str) -> list[tuple[str, ...]]:
            keys = ("source", "cause_group", "cause", "n", "of")
            return [tuple(row[key] for key in keys) for row in asked("churn-causes", actor_for(people.admin), **given)]

        assert rows() == [
            ("complaint", "service", "all", "5", "6"), ("complaint", "none", "all", "1", "6"),
            ("exit", "price", "all", "6", "6"), ("exit", "none", "all", "0", "6"),
        ]  # fmt: skip
        assert rows(by="cause") == [
            ("complaint", "service", "service_waiting", "4", "6"), ("complaint", "service", "service_cold", "1", "6"),
            ("complaint", "none", "all", "1", "6"), ("exit", "price", "price_value", "5", "6"),
            ("exit", "price", "price_hidden", "4", "6"), ("exit", "price", "none", "1", "6"),
            ("exit", "none", "all", "0", "6"),
        ]  # fmt: skip

    def test_an_analyst_sees_no_few_and_cannot_reckon_them(self, people: People) -> None:
        rows = asked("churn-causes", actor_for(people.analyst))
        assert [row["n"] for row in rows] == ["", "", "6", "0"]

    @pytest.mark.parametrize("by", ["group", "cause"])
    def test_every_number_opens_its_people(self, people: People, signed_in: SignIn, by: str) -> None:
        assert assert_every_number_opens_its_people(signed_in(people.admin), "churn-causes", f"range=all&by={by}")
