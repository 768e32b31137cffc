"""Improvements: planned on a page, put into effect, and read before and after; for whom they are and for whom not."""

import datetime as dt
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.test import Client

from analytics.services.publish import publish
from analytics.tests import pages
from analytics.tests.listening import Listening
from analytics.tests.shopkeeper import Shop
from analytics.tests.views.test_linked_numbers import assert_opens
from conftest import People
from members.models import AuditEntry, Member, User
from surveys.models import Action

SignIn = Callable[[User], Client]
PLANNED = {
    "title": "A second counter", "text": "Someone for deliveries", "due_on": "2026-07-01", "metric": "driver",
    "driver": "parts:waiting", "weeks": "4", "target": "4.5", "theme": "", "cause": "", "survey": "", "product": "",
}  # fmt: skip


@pytest.fixture
def listened(merchant: object, stores: object) -> Listening:
    """In the first store waiting goes from 2 to 5 on 4 May, in the second it stays at 3; 40 answers each."""
    shop = Shop()
    for number in range(40):
        shop.sell(f"a{number}", "2026-04-06", store=1)
        shop.sell(f"b{number}", "2026-04-06", store=2)
    shop.sell("a0", "2026-06-10")
    told = Listening()
    for number in range(40):
        for date, first in (("2026-04-10", 2), ("2026-05-10", 5)):
            here, there = (Member.objects.get(number=f"{letter}{number}") for letter in "ab")
            told.tell(8, date, member=here, store=shop.stores[0], parts={"waiting": first})
            told.tell(8, date, member=there, store=shop.stores[1], parts={"waiting": 3})
    publish()
    return told


def planned(client: Client, user: User, **changes: object) -> Action:
    sent = client.post("/surveys/actions/new/", {**PLANNED, "owner": user.pk, **changes})
    assert sent.status_code == 302, sent.context["form"].errors
    return Action.objects.latest("pk")


def test_planned_begun_read_and_closed(listened: Listening, people: People, signed_in: SignIn) -> None:
    admin = signed_in(people.admin)
    admin.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    store = people.manager.stores.get()
    action = planned(admin, people.admin, stores=[store.pk], survey=listened.survey.pk)
    address = f"/surveys/actions/{action.pk}/"
    assert "Not in effect yet" in admin.get(address).content.decode()
    admin.post(f"{address}begin/", {"began_on": "2026-05-04"})
    callout = admin.get(address).context["callout"]
    assert callout.claim == "2.00 before, 5.00 after (+3.00)."
    assert "Against the comparison it is +3.00" in callout.text
    assert "The target of 4.50 is reached." in callout.text
    assert callout.tone == "good"
    listed = pages.read(admin, "/surveys/actions/").tables[0]
    assert [cell.text.strip() for cell in listed.rows[0]][-2:] == ["2.00 → 5.00", "better"]
    admin.post(f"{address}close/", {"state": "done", "verdict": "It works"})
    action.refresh_from_db()
    assert (action.state, action.verdict) == ("done", "It works")
    assert [row.verb for row in AuditEntry.objects.filter(subject_type="action").order_by("pk")] == [
        "plan_action", "begin_action", "close_action",
    ]  # fmt: skip


def test_every_number_opens_its_people_and_the_file_says_the_same(
    listened: Listening, people: People, signed_in: SignIn
) -> None:
    admin = signed_in(people.admin)
    action = planned(admin, people.admin, stores=[people.manager.stores.get().pk])
    admin.post(f"/surveys/actions/{action.pk}/begin/", {"began_on": "2026-05-04"})
    page = pages.read(admin, f"/surveys/actions/{action.pk}/")
    links = [cell for cell in page.tables[0].links() if cell.value]
    assert len(links) == 4  # people before and after, here and there
    for cell in links:
        assert_opens(admin, cell.href, int(cell.value))
    query = urlencode({"action": action.pk, "header": "key"})
    file = pages.download(admin, f"/analytics/reports/action-effect.csv?{query}")
    api = pages.download(admin, f"/api/v1/reports/action-effect/?action={action.pk}&format=csv")
    assert file == api
    assert [row[2] for row in file[1:]] == ["here", "there", "difference"]


@pytest.mark.parametrize(("day", "said"), [("2001-01-01", "more than five years ago"), ("2999-01-01", "still to come")])
def test_a_day_that_can_not_be_is_refused(
    listened: Listening, people: People, signed_in: SignIn, day: str, said: str
) -> None:
    admin = signed_in(people.admin)
    admin.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    action = planned(admin, people.admin)
    assert said in admin.post(f"/surveys/actions/{action.pk}/begin/", {"began_on": day}, follow=True).content.decode()
    action.refresh_from_db()
    assert action.began_on is None


def test_its_aim_stays_once_it_is_in_effect(listened: Listening, people: People, signed_in: SignIn) -> None:
    admin = signed_in(people.admin)
    action = planned(admin, people.admin)
    admin.post(f"/surveys/actions/{action.pk}/begin/", {"began_on": "2026-05-04"})
    changed = {**PLANNED, "owner": people.admin.pk, "title": "Two counters", "metric": "nps", "weeks": "1"}
    assert admin.post(f"/surveys/actions/{action.pk}/edit/", changed).status_code == 302
    action.refresh_from_db()
    assert (action.title, action.metric, action.weeks) == ("Two counters", "driver", 4)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"driver": ""}, "driver"), ({"metric": "theme"}, "theme"), ({"weeks": "27"}, "weeks"),
     ({"product": "none"}, "product"), ({"title": ""}, "title"), ({"due_on": "soon"}, "due_on")],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    merchant: object, listened: Listening, people: People, signed_in: SignIn, change: dict[str, str], field: str
) -> None:
    sent = signed_in(people.admin).post("/surveys/actions/new/", {**PLANNED, "owner": people.admin.pk, **change})
    assert sent.status_code == 422
    assert list(sent.context["form"].errors) == [field]
    assert "Someone for deliveries" in sent.content.decode()
    assert not Action.objects.exists()


def test_a_manager_improves_the_own_stores_only(listened: Listening, people: People, signed_in: SignIn) -> None:
    admin, manager = signed_in(people.admin), signed_in(people.manager)
    own, other = people.manager.stores.get(), Shop().stores[1]
    everywhere = {**PLANNED, "owner": people.manager.pk}
    assert "stores" in manager.post("/surveys/actions/new/", everywhere).context["form"].errors
    foreign = planned(admin, people.admin, stores=[other.pk])
    assert manager.get(f"/surveys/actions/{foreign.pk}/").status_code == 404
    both = planned(admin, people.admin, stores=[own.pk, other.pk])
    assert manager.get(f"/surveys/actions/{both.pk}/").context["may_change"] is False
    manager.post(f"/surveys/actions/{both.pk}/begin/", {"began_on": "2026-05-04"})
    both.refresh_from_db()
    assert both.began_on is None
    mine = planned(manager, people.manager, stores=[own.pk])
    manager.post(f"/surveys/actions/{mine.pk}/begin/", {"began_on": "2026-05-04"})
    assert manager.get(f"/analytics/reports/action-effect.csv?action={foreign.pk}").status_code == 400
    page = pages.read(manager, f"/surveys/actions/{mine.pk}/")
    assert [row[2].value for row in page.tables[0].rows] == ["here"]  # of other stores a manager sees nothing


def test_a_day_to_come_and_a_second_beginning_are_refused(
    listened: Listening, people: People, signed_in: SignIn
) -> None:
    admin = signed_in(people.admin)
    action = planned(admin, people.admin)
    tomorrow = dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=2)
    for day, expected in ((str(tomorrow), None), ("2026-05-04", "2026-05-04"), ("2026-05-11", "2026-05-04")):
        admin.post(f"/surveys/actions/{action.pk}/begin/", {"began_on": day})
        action.refresh_from_db()
        assert str(action.began_on) == str(expected)


def test_what_is_due_stands_on_today(listened: Listening, people: People, signed_in: SignIn) -> None:
    admin = signed_in(people.admin)
    planned(admin, people.admin)
    assert "1 项改进" in admin.get("/").content.decode() or "1 improvement is due" in admin.get("/").content.decode()
