"""A tier in the address of a page: the figures are those of the people who are in it today, and so are the lists."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from analytics.services.publish import publish
from analytics.tests import pages
from analytics.tests.imported import command_cells
from analytics.tests.shopkeeper import Shop
from analytics.tests.views.test_linked_numbers import assert_opens
from conftest import People
from members.lib import clock
from members.lib.actor import system
from members.models import Member, Merchant, Segment, SegmentMember, User
from rewards.models import Tier, TierStay
from rewards.services import presets

SignIn = Callable[[User], Client]
ADDRESSES = ["/", "/analytics/retention/", "/analytics/reports/kpi/"]


def rise(code: str, *numbers: int) -> None:
    tier = Tier.objects.get(code=code)
    for member in Member.objects.filter(number__in=[f"m{number}" for number in numbers]):
        TierStay.objects.create(
            member=member, tier=tier, reason="raised", starts_on="2026-01-20", recorded_at=clock.now()
        )


@pytest.fixture
def ranked(merchant: Merchant, people: People) -> None:
    """Fourteen members who bought in each of five months: six are gold, two diamond, six in the lowest tier."""
    shop = Shop()
    for number in range(14):
        for month in range(1, 6):
            shop.sell(f"m{number}", f"2026-0{month}-{10 + number}", store=1 + number % 3 // 2)
    presets.load("classic", by=system("test"))
    rise("gold", *range(6))
    rise("diamond", 6, 7)
    publish()


def active(*tiers: str, **given: str) -> list[str]:
    """The active members of each month."""
    head, rows = command_cells("kpi", tier=tiers, **given)
    return [row[head.index("active_members")] for row in rows]


def test_figures_are_those_of_the_people_who_are_in_it(ranked: None) -> None:
    assert active("gold") == ["6"] * 5
    assert active("gold", "diamond") == ["8"] * 5
    assert active("ordinary") == ["6"] * 5, "who has no other tier is in the lowest"


def test_beside_a_segment_they_are_those_who_are_in_both(ranked: None) -> None:
    some = Segment.objects.create(name="Some", kind="snapshot")
    for member in Member.objects.filter(number__in=["m0", "m1", "m6", "m13"]):
        SegmentMember.objects.create(segment=some, member=member)
    assert active("gold", segment=str(some.pk)) == ["2"] * 5
    assert active("gold", "diamond", segment=str(some.pk)) == ["3"] * 5


def test_page_file_and_api_say_what_the_command_says(ranked: None, people: People, signed_in: SignIn) -> None:
    admin = signed_in(people.admin)
    head, rows = command_cells("kpi", tier=["gold,diamond"])
    file = pages.download(admin, "/analytics/reports/kpi.csv?range=all&tier=gold,diamond&header=key")
    api = pages.download(admin, "/api/v1/reports/kpi/?tier=gold,diamond&format=csv")
    assert file == api == [head, *rows]
    told = json.loads(admin.get("/api/v1/reports/kpi/?tier=gold&tier=diamond").content)
    assert told["query"]["tier"] == ["diamond", "gold"]


@pytest.mark.parametrize("who", ["admin", "manager"])
def test_every_linked_number_opens_a_list_of_so_many(ranked: None, people: People, signed_in: SignIn, who: str) -> None:
    client = signed_in(getattr(people, who))
    page = pages.read(client, "/analytics/retention/?range=all&tier=gold")
    links = [cell for table in page.tables for cell in table.links() if cell.value]
    assert links
    for cell in links[:: max(1, len(links) // 6)]:
        assert pages.params(cell.href)["tier"] == "gold"
        assert_opens(client, cell.href, int(cell.value))
        assert Tier.objects.get(code="gold").name in client.get(cell.href).content.decode()


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_chip_offers_them_and_is_cleared(ranked: None, people: People, signed_in: SignIn, address: str) -> None:
    admin = signed_in(people.admin)
    admin.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    (chip,) = [chip for chip in admin.get(address).context["bar"].chips if chip.name == "tier"]
    assert (chip.label, chip.value, chip.is_changed) == ("Tier", "All", False)
    assert [choice.value for choice in chip.choices] == [tier.code for tier in Tier.objects.order_by("rank")]
    bar = admin.get(f"{address}?tier=gold").context["bar"]
    (chip,) = [chip for chip in bar.chips if chip.name == "tier"]
    assert (chip.value, chip.is_changed, bar.clear_url) == (Tier.objects.get(code="gold").name, True, address)
    assert bar.copy_url == f"{address}?tier=gold"
    assert "says nothing of what the tier does" in bar.note
    assert admin.get(address).context["bar"].note == ""


@pytest.mark.parametrize("address", ADDRESSES)
def test_one_there_is_not_is_left_out_with_a_warning(
    ranked: None, people: People, signed_in: SignIn, address: str
) -> None:
    admin = signed_in(people.admin)
    bar = admin.get(f"{address}?tier=tin", headers={"accept-language": "en"}).context["bar"]
    assert bar.warnings[0] == "There is no tier “tin”, or you may not see it."
    refused = admin.get("/api/v1/reports/kpi/?tier=tin", headers={"accept-language": "en"})
    assert refused.status_code == 400
    assert refused.json()["fields"] == [{"field": "tier", "code": "invalid", "error": "There is no tier “tin”."}]


def test_a_segment_that_is_left_out_takes_no_tier_with_it(ranked: None, people: People, signed_in: SignIn) -> None:
    bar = signed_in(people.admin).get("/analytics/reports/kpi/?tier=gold&segment=99").context["bar"]
    assert len(bar.warnings) == 2  # of the segment, and that everything else holds
    assert bar.copy_url == "/analytics/reports/kpi/?tier=gold"


def test_before_any_tiers_there_is_nothing_to_choose(merchant: Merchant, people: People, signed_in: SignIn) -> None:
    Shop().sell("a", "2026-01-10")
    publish()
    bar = signed_in(people.admin).get("/analytics/reports/kpi/").context["bar"]
    assert "tier" not in [chip.name for chip in bar.chips]


def test_an_analyst_is_told_of_no_tier_of_few(ranked: None, people: People, signed_in: SignIn) -> None:
    analyst = signed_in(people.analyst)
    analyst.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert analyst.get("/analytics/reports/kpi/?range=all&tier=gold").context["bar"].warnings == []
    warned = analyst.get("/analytics/reports/kpi/?range=all&tier=diamond").context["bar"].warnings[0]
    assert f"cannot filter by “{Tier.objects.get(code='diamond').name}”" in warned
    assert analyst.get("/api/v1/reports/kpi/?tier=diamond").status_code == 400
