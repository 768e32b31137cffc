"""A segment in the address of a page: its figures, the lists behind them, its chip, and what is said of a bad one."""

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
from members.models import Member, Merchant, Segment, SegmentMember, User

SignIn = Callable[[User], Client]
ADDRESSES = ["/", "/analytics/retention/", "/analytics/reports/kpi/"]


@pytest.fixture
def some(merchant: Merchant, people: People) -> Segment:
    """Six of fourteen members who bought in each of five months, two of the six first in the second store."""
    shop = Shop()
    for number in range(14):
        for month in range(1, 6):
            shop.sell(f"m{number}", f"2026-0{month}-{10 + number}", store=1 + number % 3 // 2, channel=1 + number % 2)
    shop.sell(None, "2026-05-12")
    publish()
    made = Segment.objects.create(name="Regulars", kind="snapshot")
    for member in Member.objects.filter(number__in=[f"m{number}" for number in range(6)]):
        SegmentMember.objects.create(segment=made, member=member)
    return made


@pytest.mark.parametrize("who", ["admin", "manager"])
@pytest.mark.parametrize(
    "address",
    ["/?range=90d", "/analytics/retention/?range=all", "/analytics/reports/kpi/?range=all",
     "/analytics/reports/repeat-purchase/?range=all", "/analytics/reports/churn-3m/?range=all&group=store"],
)  # fmt: skip
def test_every_linked_number_opens_a_list_of_so_many(
    some: Segment, people: People, signed_in: SignIn, who: str, address: str
) -> None:
    client = signed_in(getattr(people, who))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = pages.read(client, f"{address}&segment={some.pk}")
    links = [cell for table in page.tables for cell in table.links() if cell.value]
    assert links
    for cell in links[:: max(1, len(links) // 6)]:
        assert pages.params(cell.href)["segment"] == str(some.pk)
        assert_opens(client, cell.href, int(cell.value))


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_figures_are_those_of_its_people(some: Segment, people: People, signed_in: SignIn, address: str) -> None:
    admin = signed_in(people.admin)
    narrowed, whole = (pages.read(admin, f"{address}?range=all{more}") for more in (f"&segment={some.pk}", ""))
    assert [table.values() for table in narrowed.tables] != [table.values() for table in whole.tables]
    assert admin.get(f"{address}?segment={some.pk}").context["bar"].warnings == []


def test_page_file_api_and_command_say_the_same(some: Segment, people: People, signed_in: SignIn) -> None:
    admin = signed_in(people.admin)
    shown = pages.read(admin, f"/analytics/reports/kpi/?range=all&segment={some.pk}").table("关键数字")
    file = pages.download(admin, f"/analytics/reports/kpi.csv?range=all&segment={some.pk}&header=key")
    api = pages.download(admin, f"/api/v1/reports/kpi/?segment={some.pk}&format=csv")
    head, rows = command_cells("kpi", segment=str(some.pk))
    assert [[cell.value or cell.text for cell in row][1] for row in shown.rows] == ["6"] * 5
    assert file == api == [head, *rows]
    told = json.loads(admin.get(f"/api/v1/reports/kpi/?segment={some.pk}").content)
    assert told["query"]["segment"] == [str(some.pk)]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_chip_offers_them_and_is_cleared(some: Segment, people: People, signed_in: SignIn, address: str) -> None:
    admin = signed_in(people.admin)
    chip = admin.get(f"{address}?store=S1").context["bar"].chips[-1]
    assert (chip.name, chip.value, chip.is_changed) == ("segment", "全部", False)
    assert [choice.url for choice in chip.choices] == [f"{address}?store=S1", f"{address}?store=S1&segment={some.pk}"]
    bar = admin.get(f"{address}?segment={some.pk}").context["bar"]
    assert (bar.chips[-1].value, bar.chips[-1].is_changed, bar.clear_url) == ("Regulars", True, address)
    assert ("segment", str(some.pk)) in bar.chips[-2].keep
    Segment.objects.all().delete()
    assert "segment" not in [chip.name for chip in admin.get(address).context["bar"].chips]


@pytest.mark.parametrize("address", ADDRESSES)
def test_one_there_is_not_is_left_out_with_a_warning(
    some: Segment, people: People, signed_in: SignIn, address: str
) -> None:
    admin = signed_in(people.admin)
    nobody = str(some.pk + 1)
    for bad in (nobody, "x"):
        bar = admin.get(f"{address}?segment={bad}", headers={"accept-language": "en"}).context["bar"]
        assert bar.warnings[0] == f"There is no segment “{bad}”. Write the number that its address has."
        assert "segment" not in bar.copy_url
    assert admin.get(f"/analytics/reports/kpi.csv?segment={nobody}").status_code == 400
    refused = admin.get(f"/api/v1/reports/kpi/?segment={nobody}")
    assert (refused.status_code, refused.json()["parameter"]) == (400, "segment")


def test_an_analyst_filters_by_it_when_it_is_large_enough(some: Segment, people: People, signed_in: SignIn) -> None:
    analyst = signed_in(people.analyst)
    analyst.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    address = f"/analytics/reports/kpi/?range=all&segment={some.pk}"
    assert analyst.get(address).context["bar"].warnings == []
    SegmentMember.objects.filter(member__number__in=["m0", "m1"]).delete()
    assert "cannot filter by “Regulars”" in analyst.get(address).context["bar"].warnings[0]
    assert analyst.get(f"/api/v1/reports/kpi/?segment={some.pk}").status_code == 400
