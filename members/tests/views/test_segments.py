"""Segments: a list kept under a name, as its people or as its filters, and used to narrow lists."""

import csv
import io
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from members.lib import registry
from members.lib.actor import system
from members.lib.registry import Audience
from members.models import AuditEntry, Member, Segment, SegmentMember
from members.services import merges
from members.tests.counter import order


def save(client: Client, query: str = "", name: str = "Mine", kind: str = "snapshot") -> Any:
    """Save what the list shows at an address; English answers."""
    sent = {"list": query, "name": name, "kind": kind}
    return client.post("/members/segments/save/", sent, headers={"accept-language": "en"}, follow=True)


def saved(client: Client, query: str = "", kind: str = "snapshot") -> Segment:
    save(client, query, f"{kind} {query}", kind)
    return Segment.objects.latest("pk")


def names(client: Client, **query: Any) -> list[str]:
    return [row.cells[0].text for row in client.get(f"/members/?{urlencode(query)}").context["rows"]]


def size(client: Client, segment: Segment) -> int:
    rows = client.get("/members/segments/").context["rows"]
    return next(row["size"] for row in rows if row["segment"] == segment)


def said(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


class TestSaving:
    def test_the_people_of_a_list_are_kept_and_opened(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        answer = save(clients.marketer, "home=S2&sort=-net&page=1")
        segment = Segment.objects.get()
        assert answer.redirect_chain[-1][0] == f"/members/?segment={segment.pk}"
        assert said(answer) == "Saved as segment “Mine”."
        assert [row.cells[0].text for row in answer.context["rows"]] == ["Li", "Zhao"]
        assert (segment.made_by, segment.params) == ("marketer", {"home": ["S2"]})
        entry = AuditEntry.objects.get(subject_type="segment")
        assert entry.detail == {"name": "Mine", "kind": "snapshot", "filters": {"home": ["S2"]}, "rows": 2}

    def test_of_a_list_of_orders_the_buyers_are_kept(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        sent = {"list": "at=S1&sort=-amount", "name": "At the first", "of": "orders", "kind": "filter"}
        assert 'name="of" value="orders"' in clients.manager.get("/members/orders/?at=S1").content.decode()
        clients.marketer.post("/members/segments/save/", sent)
        segment = Segment.objects.get()
        bought = {order.member for order in shop.orders.values() if order.store.code == "S1" and not order.voided_at}
        assert (segment.kind, segment.params) == ("snapshot", {"at": ["S1"]})
        assert {entry.member for entry in segment.entries.all()} == bought - {None}

    def test_of_orders_of_guests_there_is_nobody_to_keep(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        sent = {"list": "buyer=guest", "name": "Guests", "of": "orders"}
        answer = clients.marketer.post("/members/segments/save/", sent)
        assert answer["Location"] == "/members/orders/?buyer=guest"
        assert not Segment.objects.exists()
        assert clients.marketer.post("/members/segments/save/", {**sent, "list": "from=nowhere"}).status_code == 400

    @pytest.mark.parametrize(
        ("name", "query", "kind", "why"),
        [
            (" ", "", "snapshot", "Give it a name."),
            ("x" * 61, "", "snapshot", "60 characters at most"),
            ("Taken", "", "filter", "“Taken” is taken already"),
            ("New", "q=xyzzy", "snapshot", "Nobody is on this list"),
        ],
    )
    def test_what_cannot_be_saved_is_said_and_the_list_comes_back(
        self, clients: SimpleNamespace, shop: SimpleNamespace, name: str, query: str, kind: str, why: str
    ) -> None:
        save(clients.admin, name="Taken")
        answer = save(clients.marketer, query, name, kind)
        assert why in said(answer)
        assert answer.redirect_chain[-1][0] == f"/members/?{query}"
        assert Segment.objects.count() == 1

    def test_filters_that_ask_for_a_segment_are_refused_but_their_people_are_kept(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        inner = saved(clients.marketer, "home=S2")
        answer = save(clients.marketer, f"segment={inner.pk}&q=zhao", "Inner", "filter")
        assert "keep its people instead" in said(answer)
        assert names(clients.marketer, segment=saved(clients.marketer, f"segment={inner.pk}&q=zhao").pk) == ["Zhao"]

    def test_a_filter_that_came_to_ask_for_itself_finds_nobody(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        segment = saved(clients.marketer, kind="filter")
        Segment.objects.filter(pk=segment.pk).update(params={"segment": [str(segment.pk)]})
        assert names(clients.marketer, segment=segment.pk) == []

    @pytest.mark.parametrize("who", ["clerk", "analyst"])
    def test_who_has_no_lists_keeps_none(self, clients: SimpleNamespace, shop: SimpleNamespace, who: str) -> None:
        assert save(getattr(clients, who)).status_code == 403
        assert getattr(clients, who).get("/members/segments/").status_code == 403

    def test_the_form_stands_where_there_is_somebody_to_keep(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        assert 'value="home=S2"' in clients.marketer.get("/members/?home=S2").content.decode()
        assert "/segments/save/" not in clients.marketer.get("/members/?q=xyzzy").content.decode()


class TestWhoIsInIt:
    def test_a_snapshot_stays_while_a_filter_follows(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        snapshot, rule = (saved(clients.marketer, "home=S2", kind) for kind in ("snapshot", "filter"))
        Member.objects.filter(number="M2").update(home_store=shop.here)
        Member.objects.create(number="M4", name="Qian", home_store=shop.there)
        assert names(clients.marketer, segment=snapshot.pk) == ["Li", "Zhao"]
        assert names(clients.marketer, segment=rule.pk) == ["Zhao", "Qian"]

    @pytest.mark.parametrize("kind", ["snapshot", "filter"])
    @pytest.mark.parametrize("query", ["", "home=S2"])
    def test_each_finds_and_counts_the_own_people_only(
        self, clients: SimpleNamespace, shop: SimpleNamespace, kind: str, query: str
    ) -> None:
        segment = saved(clients.marketer, query, kind)
        home = {"": {"Wang", "Li", "Zhao"}, "home=S2": {"Li", "Zhao"}}[query]
        reach = {"marketer": {"Wang", "Li", "Zhao"}, "manager": {"Wang", "Li"}, "stranger": {"Li", "Zhao"}}
        for who, seen in reach.items():
            client = getattr(clients, who)
            assert set(names(client, segment=segment.pk)) == home & seen
            assert size(client, segment) == len(home & seen)

    def test_a_manager_keeps_no_more_than_they_see(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        segment = saved(clients.manager)
        assert set(names(clients.admin, segment=segment.pk)) == {"Wang", "Li"}

    def test_whoever_was_merged_is_in_it_as_the_one_they_count_for(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        segment = saved(clients.marketer)
        merges.merge(member=shop.wang, into=shop.li, by=system("test"))
        assert names(clients.marketer, segment=segment.pk) == ["Li", "Zhao"]
        assert size(clients.marketer, segment) == 2

    def test_the_people_behind_a_number_are_found_anew_for_each_reader(
        self, clients: SimpleNamespace, shop: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def behind(actor: Any, params: Any) -> Audience:
            people = [shop.wang.pk, shop.li.pk, shop.zhao.pk]
            return Audience("members", people if params["cell"] == ["all"] else people[:1], "Behind a number")

        monkeypatch.setitem(registry.audiences, "test", behind)
        segment = saved(clients.marketer, "from=test&cell=all&set=x&home=S2", "filter")
        assert segment.params == {"from": ["test"], "cell": ["all"], "set": ["x"], "home": ["S2"]}
        assert names(clients.marketer, segment=segment.pk) == ["Li", "Zhao"]
        assert names(clients.manager, segment=segment.pk) == ["Li"]

    @pytest.mark.parametrize(
        "params",
        [{"home": ["S9"]}, {"lacks": ["money"]}, {"from": ["nowhere"]}, {"store": ["S9"]}, {"channel": ["moon"]}],
    )
    def test_a_filter_no_longer_understood_finds_nobody(
        self, clients: SimpleNamespace, shop: SimpleNamespace, params: dict[str, list[str]]
    ) -> None:
        segment = Segment.objects.create(name="Old", kind="filter", params=params)
        assert names(clients.marketer, segment=segment.pk) == []

    def test_a_number_of_stores_one_may_not_see_is_about_nobody(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        segment = Segment.objects.create(name="S2", kind="filter", params={"store": ["S2"]})
        assert names(clients.manager, segment=segment.pk) == []


class TestNarrowing:
    def test_the_orders_of_its_people_and_the_files(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        order("G2", shop.there, None)
        segment = saved(clients.marketer, "q=li")
        listed = clients.marketer.get(f"/members/orders/?segment={segment.pk}").context["rows"]
        assert {row.cells[0].text for row in listed} == {"B1", "B2"}
        for path, column in (("members.csv", ["M2"]), ("orders/orders.csv", ["B2", "B1"])):
            answer: Any = clients.marketer.get(f"/members/{path}?segment={segment.pk}")
            text = b"".join(answer.streaming_content).decode("utf-8-sig")
            assert [row[0] for row in csv.reader(io.StringIO(text))][1:] == column

    @pytest.mark.parametrize("bad", ["99", "x", "-1", "9" * 30, "%00"])
    @pytest.mark.parametrize("path", ["/members/", "/members/orders/"])
    def test_one_there_is_not_is_left_out_with_a_warning(
        self, clients: SimpleNamespace, shop: SimpleNamespace, path: str, bad: str
    ) -> None:
        answer = clients.marketer.get(f"{path}?segment={bad}", headers={"accept-language": "en"})
        assert "is not known to the filter “Segment”" in answer.context["bar"].warnings[0]
        assert len(answer.context["rows"]) == len(clients.marketer.get(path).context["rows"])

    def test_a_chip_offers_them_once_there_is_one(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        assert "segment" not in [chip.name for chip in clients.marketer.get("/members/").context["bar"].chips]
        segment = saved(clients.marketer, "q=li")
        (chip,) = [c for c in clients.manager.get("/members/?home=S1").context["bar"].chips if c.name == "segment"]
        assert [choice.url for choice in chip.choices] == ["?home=S1", f"?home=S1&segment={segment.pk}"]


class TestKeeping:
    def test_renamed_and_deleted_with_a_row_in_the_audit(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        segment = saved(clients.manager)
        clients.manager.post(f"/members/segments/{segment.pk}/rename/", {"name": " Regulars "})
        assert Segment.objects.get().name == "Regulars"
        clients.manager.post(f"/members/segments/{segment.pk}/delete/")
        assert not SegmentMember.objects.exists()
        assert Member.objects.count() == 3
        told = AuditEntry.objects.filter(subject_type="segment").order_by("pk")
        assert [entry.verb for entry in told] == ["create", "rename", "delete"]
        assert told[1].detail == {"before": "snapshot", "after": "Regulars"}

    def test_one_bears_no_name_that_another_has(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        save(clients.manager, name="First")
        segment = saved(clients.manager)
        answer = clients.manager.post(
            f"/members/segments/{segment.pk}/rename/", {"name": "First"}, headers={"accept-language": "en"}, follow=True
        )
        assert "The name “First” is taken already" in said(answer)

    @pytest.mark.parametrize("deed", ["rename", "delete"])
    @pytest.mark.parametrize(("who", "status"), [("admin", 302), ("marketer", 302), ("manager", 404), ("clerk", 403)])
    def test_head_office_keeps_all_of_them_and_a_manager_the_own(
        self, clients: SimpleNamespace, shop: SimpleNamespace, deed: str, who: str, status: int
    ) -> None:
        segment = saved(clients.stranger)
        answer = getattr(clients, who).post(f"/members/segments/{segment.pk}/{deed}/", {"name": "New"})
        assert answer.status_code == status

    def test_the_page_says_what_each_is_and_an_empty_one_what_to_do(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        english = {"accept-language": "en"}
        assert "No segment yet" in clients.manager.get("/members/segments/", headers=english).content.decode()
        saved(clients.marketer, "home=S2", "filter")
        page = clients.manager.get("/members/segments/", headers=english).content.decode()
        assert "1 segment is kept;" in page
        assert "whoever fits the filters" in page
        assert "/members/?home=S2" in page
        assert "/rename/" not in page
