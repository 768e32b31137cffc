"""A segment in the address of a page: page, list, file, API and command say the same, and the bar says which it is."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from analytics.services.publish import publish
from analytics.tests import pages
from analytics.tests.shopkeeper import Shop
from analytics.tests.views.test_linked_numbers import assert_opens, client_of
from members.lib.actor import system
from members.lib.roles import Role
from members.models import Member, Segment
from members.services import segments

BY = system("test")


@pytest.fixture
def shop(db: None) -> Shop:
    shop = Shop()
    for number in range(12):
        shop.sell(f"m{number}", "2026-01-05", store=1 + number % 2)
    for number in range(8):
        shop.sell(f"m{number}", "2026-02-05", store=1 + number % 2)
    for day in range(1, 28):
        shop.sell("m0", f"2026-03-{day:02d}")
    publish()
    return shop


@pytest.fixture
def few(shop: Shop) -> Segment:
    """m0 to m5: three in each store."""
    ids = [shop.member(f"m{number}").pk for number in range(6)]
    return segments.save_snapshot(name="Few", member_ids=ids, params={}, by=BY)


@pytest.mark.parametrize("role", [Role.MARKETER, Role.MANAGER])
@pytest.mark.parametrize("slug", ["kpi", "retention", "repeat-purchase"])
def test_every_linked_number_opens_its_people(shop: Shop, few: Segment, role: Role, slug: str) -> None:
    client = client_of(role, shop)
    page = pages.read(client, f"/analytics/reports/{slug}/?range=all&segment={few.pk}")
    cells = [cell for table in page.tables for cell in table.links()]
    assert cells
    for cell in cells:
        assert pages.params(cell.href)["segment"] == str(few.pk)
        assert_opens(client, cell.href, int(cell.value))


def test_page_file_interface_and_command_agree(shop: Shop, few: Segment) -> None:
    client = client_of(Role.MARKETER, shop)
    page = pages.read(client, f"/analytics/reports/repeat-purchase/?range=all&segment={few.pk}")
    [table] = page.tables
    file = pages.download(client, f"/analytics/reports/repeat-purchase.csv?range=all&segment={few.pk}&header=key")
    days = "&from=2026-01-05&to=2026-03-27"
    answer: Any = client.get(f"/api/v1/reports/repeat-purchase/?segment={few.pk}{days}").json()
    said = StringIO()
    call_command("report", "repeat-purchase", f"--segment={few.name}", "--from=2026-01-05", "--to=2026-03-27",
                 "--format=json", stdout=said)  # fmt: skip
    eligible = [row["eligible"] for row in answer["rows"]]
    assert eligible == [row["eligible"] for row in json.loads(said.getvalue())["rows"]]
    assert eligible == [int(row[file[0].index("eligible")]) for row in file[1:]]
    assert eligible[0] == 6
    assert [int(row.cells[1].value) for row in table.rows] == eligible


@pytest.mark.parametrize("path", ["/", "/analytics/retention/", "/analytics/reports/kpi/"])
def test_the_bar_names_it_and_can_leave_it(shop: Shop, few: Segment, path: str) -> None:
    client = client_of(Role.MARKETER, shop)
    bar = client.get(f"{path}?segment={few.pk}").context["bar"]
    [chip] = [chip for chip in bar.chips if chip.name == "segment"]
    assert (chip.value, chip.is_changed, bar.warnings) == ("Few", True, [])
    assert chip.choices[0].url == path
    assert bar.clear_url == path
    assert f"segment={few.pk}" in bar.copy_url


@pytest.mark.parametrize("tab", ["", "second", "rhythm"])
def test_every_figure_of_a_page_is_about_it(shop: Shop, tab: str) -> None:
    """With a segment of nobody no page links a single person."""
    nobody = segments.save_snapshot(name="Nobody", member_ids=[], params={}, by=BY)
    client = client_of(Role.MARKETER, shop)
    for path in (f"/analytics/retention/?range=all&tab={tab}", "/?range=90d"):
        page = pages.read(client, f"{path}&segment={nobody.pk}")
        cells = [cell for table in page.tables for cell in table.links()]
        assert [cell.value for cell in cells if cell.value not in {"", "0"}] == []


def test_one_the_reader_may_not_use_is_left_out_with_a_warning(shop: Shop) -> None:
    private = segments.save_filter(name="Mine", params={}, is_shared=False, by=BY)
    client = client_of(Role.MANAGER, shop)
    assert len(client.get(f"/analytics/reports/kpi/?segment={private.pk}").context["bar"].warnings) == 2
    assert client.get(f"/analytics/reports/kpi.csv?segment={private.pk}").status_code == 400
    assert client.get(f"/api/v1/reports/kpi/?segment={private.pk}").status_code == 400


def test_a_cell_is_saved_as_a_segment_and_opens_the_same_people(shop: Shop, few: Segment) -> None:
    client: Client = client_of(Role.MARKETER, shop)
    cell = "from=retention&cell=2026-01:1&set=active&by=month&return=same_store"
    assert client.get(f"/members/?{cell}").context["bar"].warnings == []
    client.post("/members/segments/save/", {"name": "Came back", "list": cell, "kind": "filter"})
    kept = Segment.objects.get(name="Came back")
    found = client.get(f"/members/?segment={kept.pk}").context["page_obj"].paginator.count
    assert found == 8 == Member.objects.filter(number__in=[f"m{number}" for number in range(8)]).count()
