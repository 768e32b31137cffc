"""The member list: whom each reader finds, how it is narrowed and sorted, and that the file equals the screen."""

import csv
import hashlib
import io
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from members.lib import registry
from members.lib.registry import Audience, UnknownAudience
from members.models import AuditEntry
from members.queries import people as queries
from members.services import exclusions


def names(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"/members/{query}")
    assert answer.status_code == 200
    return [row.cells[0].text for row in answer.context["rows"]]


def rows(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def behind(shop: SimpleNamespace) -> Iterator[None]:
    """A page whose number stands for everybody, whatever the reader may see."""

    def everybody(actor: Any, params: Any) -> Audience:
        if params.get("cell") == ["gone"]:
            raise UnknownAudience("“gone” is not a cell of this report.")
        subject = "orders" if params.get("set") == ["orders"] else "members"
        ids = [shop.wang.pk, shop.li.pk, shop.zhao.pk]
        return Audience(subject, ids, "People behind a number", "/analytics/retention/", "Retention")

    registry.audiences["test"] = everybody
    yield
    registry.audiences.pop("test")


class TestWhoIsOnIt:
    def test_head_office_finds_everybody(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        assert names(clients.marketer) == ["Wang", "Li", "Zhao"]

    def test_a_manager_finds_those_of_the_store_and_those_who_bought_there(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        assert names(clients.manager) == ["Wang", "Li"]

    def test_the_stranger_finds_those_of_the_other_store(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        assert names(clients.stranger) == ["Li", "Zhao"]

    @pytest.mark.parametrize("who", ["clerk", "analyst"])
    def test_clerks_and_analysts_have_no_lists(self, clients: SimpleNamespace, who: str) -> None:
        assert getattr(clients, who).get("/members/").status_code == 403
        assert getattr(clients, who).get("/members/members.csv").status_code == 403


class TestSearchFilterSort:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("wan", ["Wang"]), ("m2", ["Li"]), ("3333", ["Zhao"]), ("138 1234 1111", ["Wang"]),
            ("C-2222", ["Li"]), ("WANG@example.com", ["Wang"]), ("1381234", []), ("example.com", []),
        ],
    )  # fmt: skip
    def test_search_by_part_of_a_name_or_an_exact_contact(
        self, clients: SimpleNamespace, shop: SimpleNamespace, text: str, found: list[str]
    ) -> None:
        assert names(clients.marketer, f"?q={text}") == found

    def test_narrowed_by_home_store_and_the_count_says_of_how_many(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        answer = clients.marketer.get("/members/?home=S2", headers={"accept-language": "en"})
        assert [row.cells[0].text for row in answer.context["rows"]] == ["Li", "Zhao"]
        assert answer.context["summary"] == "2 of 3 members fit the filters"

    def test_a_filter_value_nobody_knows_is_left_out_with_a_warning(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        answer = clients.manager.get("/members/?home=S2&joined_after=yesterday&sort=password")
        assert [row.cells[0].text for row in answer.context["rows"]] == ["Wang", "Li"]
        warnings = " ".join(answer.context["bar"].warnings)
        assert all(word in warnings for word in ("S2", "yesterday", "password"))

    @pytest.mark.parametrize("query", ["tier=gold", "store=S1", "cell=1&set=members"])
    def test_a_filter_this_list_does_not_have_is_named(
        self, clients: SimpleNamespace, shop: SimpleNamespace, query: str
    ) -> None:
        for path in ("/members/", "/members/orders/"):
            warnings = clients.marketer.get(f"{path}?q=&utm_source=mail&page=1&{query}").context["bar"].warnings
            assert [name in said for name, said in zip(query.split("=")[:1], warnings, strict=False)] == [True]

    @pytest.mark.parametrize(
        ("sort", "order"),
        [
            ("-number", ["Zhao", "Li", "Wang"]), ("first", ["Wang", "Li", "Zhao"]), ("-last", ["Wang", "Zhao", "Li"]),
            ("orders", ["Zhao", "Wang", "Li"]), ("-net", ["Li", "Wang", "Zhao"]),
        ],
    )  # fmt: skip
    def test_sorted_by_a_column(
        self, clients: SimpleNamespace, shop: SimpleNamespace, sort: str, order: list[str]
    ) -> None:
        assert names(clients.marketer, f"?sort={sort}") == order

    def test_a_page_that_is_not_there_is_the_last_one(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        assert len(names(clients.marketer, "?page=99")) == 3


def test_figures_count_paid_orders_of_all_stores_and_take_refunds_off(
    clients: SimpleNamespace, shop: SimpleNamespace
) -> None:
    answer = clients.manager.get("/members/")
    values = [[cell.value or cell.text for cell in row.cells] for row in answer.context["rows"]]
    assert values[0][3:] == ["First", "2026-05-01", "2026-05-09", "2", "26.8400"]
    assert values[1][4:] == ["2026-05-02", "2026-05-03", "2", "40.0000"]


def test_contacts_are_masked_for_everybody(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    for client in (clients.admin, clients.marketer, clients.manager):
        page = client.get("/members/").content.decode()
        assert "手机号 138****1111" in page
        assert "13812341111" not in page
        assert "wang@example.com" not in page


def test_who_is_excluded_today_is_marked(clients: SimpleNamespace, shop: SimpleNamespace, actors: Any) -> None:
    exclusions.exclude(member=shop.wang, reason="staff", from_date=queries.today(), by=actors["admin"])
    answer = clients.marketer.get("/members/")
    assert [row.marked for row in answer.context["rows"]] == [True, False, False]


class TestBehindANumber:
    def test_the_list_is_the_people_behind_it_that_the_reader_may_see(
        self, clients: SimpleNamespace, behind: None
    ) -> None:
        answer = clients.manager.get("/members/?from=test&cell=1", headers={"accept-language": "en"})
        assert sorted(row.cells[0].text for row in answer.context["rows"]) == ["Li", "Wang"]
        assert answer.context["summary"] == "2 members"
        page = answer.content.decode()
        assert "People behind a number" in page
        assert 'href="/analytics/retention/"' in page

    def test_a_number_of_orders_opens_orders(self, clients: SimpleNamespace, behind: None) -> None:
        answer = clients.marketer.get("/members/?from=test&set=orders")
        assert answer["Location"] == "/members/orders/?from=test&set=orders"

    @pytest.mark.parametrize("query", ["from=nowhere", "from=test&cell=gone"])
    def test_a_link_that_means_nothing_says_so_and_shows_the_way_back(
        self, clients: SimpleNamespace, behind: None, query: str
    ) -> None:
        for path in ("/members/", "/members/orders/", "/members/members.csv", "/members/orders/orders.csv"):
            answer = clients.marketer.get(f"{path}?{query}")
            assert answer.status_code == 400
            page = answer.content.decode()
            assert query.rpartition("=")[2] in page
            assert 'href="/members/"' in page

    def test_a_store_the_reader_may_not_see_is_named_as_left_out(self, clients: SimpleNamespace, behind: None) -> None:
        warnings = clients.manager.get("/members/?from=test&store=S1,S2").context["bar"].warnings
        assert len(warnings) == 1
        assert "S2" in warnings[0]
        assert clients.marketer.get("/members/?from=test&store=S1,S2").context["bar"].warnings == []

    def test_filters_and_audience_narrow_together(self, clients: SimpleNamespace, behind: None) -> None:
        assert names(clients.marketer, "?from=test&home=S1") == ["Wang"]


class TestTheFile:
    def test_equals_the_screen_and_is_in_the_audit_with_its_hash(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        answer = clients.manager.get("/members/members.csv?sort=-net&header=key&page=2")
        data = b"".join(answer.streaming_content)
        found = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
        assert [row["name"] for row in found] == ["Li", "Wang"]
        assert found[1] | {"number": "M1"} == {
            "number": "M1", "name": "Wang", "phone": "138****1111", "phone_last4": "1111", "email": "w***@example.com",
            "home_store": "First", "joined_on": "", "first_purchase": "2026-05-01", "last_purchase": "2026-05-09",
            "orders": "2", "spent": "32.34", "refunds": "5.50", "net": "26.84", "excluded": "0",
        }  # fmt: skip
        entry = AuditEntry.objects.get(verb="export")
        assert entry.detail == {"filters": {"sort": ["-net"], "header": ["key"]}, "rows": 2}
        assert AuditEntry.objects.get(verb="export_end").detail == {
            "export": entry.pk, "rows": 2, "sha256": hashlib.sha256(data).hexdigest(), "complete": True,
        }  # fmt: skip
        assert f"members_{entry.pk}.csv" in answer["Content-Disposition"]

    def test_begins_before_a_single_row_is_read(
        self, clients: SimpleNamespace, shop: SimpleNamespace, django_assert_num_queries: Any
    ) -> None:
        answer: Any = clients.marketer.get("/members/members.csv?header=key")
        assert AuditEntry.objects.get(verb="export").detail["rows"] == 3
        with django_assert_num_queries(0):
            assert next(iter(answer.streaming_content)).decode("utf-8-sig").startswith("number,name,phone")

    def test_headings_are_in_the_language_of_the_reader(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        found = rows(clients.marketer.get("/members/members.csv", headers={"accept-language": "zh-hans"}))
        assert found[0]["会员号"] == "M1"

    def test_a_name_that_a_spreadsheet_would_run_is_disarmed(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        shop.wang.name = "=1+1"
        shop.wang.save()
        found = rows(clients.marketer.get("/members/members.csv?header=key"))
        assert found[0]["name"] == "'=1+1"
