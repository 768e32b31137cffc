"""The member list: whom each reader finds, how it is narrowed and sorted, and that the file equals the screen."""

import csv
import hashlib
import io
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from members.exports.columns import COLUMNS, MemberColumn
from members.lib import registry
from members.lib.actor import system
from members.lib.registry import Audience, UnknownAudience
from members.models import AuditEntry, MemberTag, SavedView, Segment, Tag
from members.queries import people as queries
from members.services import exclusions, merges, tags


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
    assert values[0][3:] == ["First", "2026-05-01", "2026-05-09", "2", "26.84"]
    assert values[1][4:] == ["2026-05-02", "2026-05-03", "2", "40.00"]


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
        cols = "phone,phone_last4,email,home_store,joined_on,first_purchase,last_purchase"
        cols += ",orders,spent,refunds,net,excluded"
        answer = clients.manager.get(f"/members/members.csv?sort=-net&header=key&page=2&cols={cols}")
        data = b"".join(answer.streaming_content)
        found = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
        assert [row["name"] for row in found] == ["Li", "Wang"]
        assert found[1] | {"number": "M1"} == {
            "number": "M1", "name": "Wang", "phone": "138****1111", "phone_last4": "1111", "email": "w***@example.com",
            "home_store": "First", "joined_on": "", "first_purchase": "2026-05-01", "last_purchase": "2026-05-09",
            "orders": "2", "spent": "32.34", "refunds": "5.50", "net": "26.84", "excluded": "0",
        }  # fmt: skip
        entry = AuditEntry.objects.get(verb="export")
        assert entry.detail == {"filters": {"sort": ["-net"], "header": ["key"], "cols": [cols]}, "rows": 2}
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
            assert next(iter(answer.streaming_content)).decode("utf-8-sig").startswith("number,name,contact")

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


class TestColumns:
    def test_the_url_says_which_and_the_file_has_the_same(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        query = "?cols=net,first_store,tags&cols=average&sort=number"
        answer = clients.marketer.get(f"/members/{query}", headers={"accept-language": "en"})
        headings = [str(heading.label) for heading in answer.context["headings"]]
        assert headings == ["Name", "Tags", "First store", "Average purchase", "Spent less refunds"]
        screen = [[cell.value for cell in row.cells] for row in answer.context["rows"]]
        file = rows(clients.marketer.get(f"/members/members.csv{query}&header=key"))
        assert list(file[0]) == ["number", "name", "tags", "first_store", "average", "net"]
        assert [list(row.values())[1:] for row in file] == screen
        assert screen[0] == ["Wang", "", "First", "16.17", "26.84"]

    def test_one_nobody_knows_is_named(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        bar = clients.marketer.get("/members/?cols=net,password").context["bar"]
        assert len(bar.warnings) == 1
        assert "password" in bar.warnings[0]

    @pytest.mark.parametrize("column", [column for column in COLUMNS if column.sort])
    def test_each_that_sorts_sorts_both_ways(
        self, clients: SimpleNamespace, shop: SimpleNamespace, column: MemberColumn
    ) -> None:
        """Who has a figure stands before who has none, and the two ways are each other's reverse among the former."""
        shop.li.city, shop.li.gender, shop.li.joined_on = "Suzhou", "female", "2026-01-02"
        shop.li.birth_month, shop.li.birth_day = 3, 4
        shop.li.save()
        tags.add(name="VIP", member_ids=[shop.zhao.pk], by=system("test"))

        def figures(sort: str) -> list[str]:
            answer = clients.marketer.get(f"/members/?cols={column.key}&sort={sort}")
            assert answer.context["bar"].warnings == []
            at = [str(heading.label) for heading in answer.context["headings"]].index(str(column.heading))
            return [row.cells[at].value for row in answer.context["rows"]]

        up, down = figures(column.sort), figures(f"-{column.sort}")
        assert sorted(up) == sorted(down)
        assert [value for value in up if value] == [value for value in reversed(down) if value]
        assert "" not in up[: len([value for value in up if value])]


class TestSavedViews:
    def test_are_chips_above_the_list(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        clients.marketer.post("/members/views/save/", {"list": "sort=-net&cols=net&page=3", "name": "Best"})
        answer = clients.manager.get("/members/?sort=-net&cols=net&page=1")
        assert [(view.label, view.is_on, view.url) for view in answer.context["views"]] == [
            ("Best", True, "/members/?cols=net&sort=-net")
        ]
        assert AuditEntry.objects.filter(verb="create", subject_type="saved_view").count() == 1

    def test_a_private_one_is_its_owners_alone(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        clients.manager.post("/members/views/save/", {"list": "sort=-net", "name": "Mine", "private": "on"})
        assert len(clients.manager.get("/members/").context["views"]) == 1
        assert len(clients.admin.get("/members/").context["views"]) == 0

    def test_is_deleted_by_its_owner_or_head_office(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        for name in ("One", "Two"):
            clients.manager.post("/members/views/save/", {"list": "sort=-net", "name": name})
        one, two = SavedView.objects.all()
        assert clients.stranger.post(f"/members/views/{one.pk}/delete/").status_code == 404
        assert clients.marketer.post(f"/members/views/{one.pk}/delete/").status_code == 302
        assert clients.manager.post(f"/members/views/{two.pk}/delete/").status_code == 302
        assert not SavedView.objects.exists()

    def test_is_renamed_by_its_owner_or_head_office(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        for name in ("Best", "Taken"):
            clients.manager.post("/members/views/save/", {"list": "sort=-net", "name": name})
        path = f"/members/views/{SavedView.objects.get(name='Best').pk}/rename/"
        assert clients.stranger.post(path, {"name": "Theirs"}).status_code == 404
        answer = clients.manager.post(path, {"name": "By value", "list": "sort=-net"})
        assert answer["Location"] == "/members/?sort=-net"
        assert [view.label for view in clients.marketer.get("/members/").context["views"]] == ["By value", "Taken"]
        entry = AuditEntry.objects.get(verb="rename", subject_type="saved_view")
        assert entry.detail == {"before": "Best", "after": "By value"}
        refused = clients.marketer.post(path, {"name": "Taken"}, follow=True)
        assert [message.level_tag for message in refused.context["messages"]] == ["error"]
        assert SavedView.objects.filter(name="By value").exists()

    @pytest.mark.parametrize("name", ["", " ", "x" * 61, "Taken"])
    def test_a_name_that_will_not_do_is_refused_in_words(
        self, clients: SimpleNamespace, shop: SimpleNamespace, name: str
    ) -> None:
        clients.marketer.post("/members/views/save/", {"list": "", "name": "Taken"})
        answer = clients.manager.post("/members/views/save/", {"list": "sort=net", "name": name}, follow=True)
        assert [message.level_tag for message in answer.context["messages"]] == ["error"]
        assert SavedView.objects.count() == 1


class TestTags:
    def test_are_put_on_the_ticked_and_found_by(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        ticked = {"member": [shop.wang.pk, shop.zhao.pk], "whom": "selected", "name": "VIP", "do": "add", "list": ""}
        clients.manager.post("/members/tag/", ticked)
        assert names(clients.marketer, "?tag=VIP") == ["Wang"], "Zhao is outside of the manager's stores"
        entry = AuditEntry.objects.get(verb="tag_members")
        assert entry.detail == {"name": "VIP", "count": 1, "members": [shop.wang.pk]}

    def test_are_put_on_all_of_a_list_and_taken_off(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        asked = {"whom": "all", "name": "Second", "list": "home=S2&sort=-net&page=4"}
        answer = clients.marketer.post("/members/tag/", {**asked, "do": "add"})
        assert answer["Location"] == "/members/?home=S2&sort=-net&page=4"
        assert names(clients.marketer, "?tag=Second&tag=Second") == ["Li", "Zhao"]
        clients.marketer.post("/members/tag/", {**asked, "do": "add"})
        assert AuditEntry.objects.filter(verb="tag_members").latest("pk").detail["count"] == 0, "they carry it already"
        clients.marketer.post(
            "/members/tag/", {"whom": "selected", "member": shop.li.pk, "name": "Second", "do": "remove"}
        )
        assert names(clients.marketer, "?tag=Second") == ["Zhao"]
        clients.marketer.post("/members/tag/", {**asked, "do": "remove"})
        assert not Tag.objects.exists(), "one that nobody carries is gone"

    def test_are_a_part_of_a_live_segment(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        tags.add(name="VIP", member_ids=[shop.wang.pk], by=system("test"))
        clients.marketer.post("/members/segments/save/", {"name": "VIPs", "kind": "filter", "list": "tag=VIP&cols=net"})
        segment = Segment.objects.get()
        assert segment.params == {"tag": ["VIP"]}
        assert names(clients.marketer, f"?segment={segment.pk}") == ["Wang"]
        tags.remove(tag=Tag.objects.get(), member_ids=[shop.wang.pk], by=system("test"))
        assert names(clients.marketer, f"?segment={segment.pk}") == [], "without its tag it would hold everybody"

    @pytest.mark.parametrize("query", ["home=nowhere", "tier=gold", "from=nowhere", "segment=99"])
    def test_a_list_that_is_not_wholly_understood_tags_nobody(
        self, clients: SimpleNamespace, shop: SimpleNamespace, query: str
    ) -> None:
        clients.marketer.post("/members/tag/", {"whom": "all", "name": "VIP", "do": "add", "list": query})
        assert not MemberTag.objects.exists()

    def test_of_a_merged_record_are_its_owners(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        by = system("test")
        tags.add(name="VIP", member_ids=[shop.zhao.pk], by=by)
        merges.merge(member=shop.zhao, into=shop.li, by=by)
        assert names(clients.marketer, "?tag=VIP") == ["Li"]
        assert tags.add(name="VIP", member_ids=[shop.li.pk], by=by) == 0
        assert tags.remove(tag=Tag.objects.get(), member_ids=[shop.li.pk], by=by) == 1
        assert names(clients.marketer, "?tag=VIP") == ["Wang", "Li"], "a tag that is gone is no filter"

    def test_nobody_ticked_is_said(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        answer = clients.marketer.post("/members/tag/", {"list": "", "name": "VIP", "do": "add"}, follow=True)
        assert [message.level_tag for message in answer.context["messages"]] == ["error"]
