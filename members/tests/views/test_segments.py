"""Segments: kept from any list, seen by each reader as far as their stores reach, and a filter of both lists."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from members.filters import in_segment
from members.lib import registry
from members.lib.actor import NOBODY, Actor, system
from members.lib.registry import Audience
from members.models import AuditEntry, Segment, SegmentMember
from members.services import merges, segments, tags
from members.tests.counter import member

BY = system("test")


def names(client: Client, query: str) -> list[str]:
    answer = client.get(f"/members/?{query}")
    assert answer.context["bar"].warnings == []
    return [row.cells[0].text for row in answer.context["rows"]]


def save(client: Client, **more: str) -> Segment:
    answer = client.post("/members/segments/save/", {"name": "Kept", "list": "", **more})
    made = Segment.objects.latest("pk")
    assert answer["Location"] == f"/members/?segment={made.pk}"
    return made


def held(segment: Segment, actor: Actor) -> list[str]:
    return [found.name for found in in_segment(actor, segment).order_by("number")]


@pytest.fixture
def behind(shop: SimpleNamespace) -> Any:
    """A number that stands for everybody."""
    registry.audiences["test"] = lambda actor, params: Audience("members", [shop.wang.pk, shop.zhao.pk], "A number")
    yield
    registry.audiences.pop("test")


class TestASnapshot:
    def test_keeps_who_was_on_the_list(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        kept = save(clients.marketer, list="home=S2&sort=-net&page=2", kind="snapshot")
        member("M9", shop.there, "Late")
        assert names(clients.marketer, f"segment={kept.pk}") == ["Li", "Zhao"]
        assert kept.params == {"home": ["S2"]}
        assert AuditEntry.objects.get(subject_type="segment").detail["members"] == 2

    def test_counts_a_merged_record_for_its_owner(
        self, clients: SimpleNamespace, shop: SimpleNamespace, actors: dict[str, Actor]
    ) -> None:
        kept = save(clients.marketer, list="home=S1", kind="snapshot")
        merges.merge(member=shop.wang, into=shop.zhao, by=BY)
        assert held(kept, actors["marketer"]) == ["Zhao"]

    def test_of_a_manager_holds_nobody_beyond_their_stores(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        kept = save(clients.manager, kind="snapshot")
        assert set(SegmentMember.objects.filter(segment=kept).values_list("member", flat=True)) == {
            shop.wang.pk, shop.li.pk,
        }  # fmt: skip


class TestAFilter:
    def test_holds_whoever_fits_it_now(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        kept = save(clients.marketer, list="home=S2", kind="filter")
        member("M9", shop.there, "Late")
        assert names(clients.marketer, f"segment={kept.pk}") == ["Li", "Zhao", "Late"]
        assert not SegmentMember.objects.exists()

    def test_keeps_the_number_behind_a_list(self, clients: SimpleNamespace, behind: None) -> None:
        kept = save(clients.marketer, list="from=test&cell=1&set=x&home=S1", kind="filter")
        assert kept.params == {"from": ["test"], "cell": ["1"], "set": ["x"], "home": ["S1"]}
        assert names(clients.marketer, f"segment={kept.pk}") == ["Wang"]

    def test_may_stand_on_another_segment(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        under = save(clients.marketer, list="home=S2", name="Under")
        kept = save(clients.marketer, list=f"segment={under.pk}&q=li", kind="filter")
        assert names(clients.marketer, f"segment={kept.pk}") == ["Li"]

    def test_is_empty_when_a_part_of_it_is_gone(
        self, clients: SimpleNamespace, shop: SimpleNamespace, actors: dict[str, Actor]
    ) -> None:
        """Without that part it would hold more people than it means."""
        tags.add(name="VIP", member_ids=[shop.wang.pk], by=BY)
        under = save(clients.marketer, list="home=S2", name="Under")
        lists = ("tag=VIP&home=S1", f"segment={under.pk}")
        tagged, nested = (save(clients.marketer, list=kept, name=kept[:9], kind="filter") for kept in lists)
        assert held(tagged, actors["admin"]) == ["Wang"]
        registry_gone = segments.save_filter(name="Gone", params={"from": ["nowhere"]}, by=BY)
        clients.marketer.post("/members/tag/", {"whom": "all", "name": "VIP", "do": "remove", "list": ""})
        segments.delete(under, by=BY)
        assert [held(kept, actors["admin"]) for kept in (tagged, nested, registry_gone)] == [[], [], []]

    def test_about_stores_the_reader_may_not_see_is_empty(self, actors: dict[str, Actor], behind: None) -> None:
        alone, both = (
            segments.save_filter(name=stores, params={"from": ["test"], "store": [stores]}, by=BY)
            for stores in ("S2", "S1,S2")
        )
        assert held(alone, actors["manager"]) == []
        assert held(both, actors["manager"]) == ["Wang"]


@pytest.mark.parametrize("kind", ["snapshot", "filter"])
class TestWhoSeesIt:
    def test_each_reader_sees_the_members_of_their_stores(
        self, clients: SimpleNamespace, shop: SimpleNamespace, actors: dict[str, Actor], kind: str
    ) -> None:
        kept = save(clients.marketer, kind=kind)
        seen = {name: held(kept, actor) for name, actor in actors.items()}
        assert seen == {
            "admin": ["Wang", "Li", "Zhao"], "marketer": ["Wang", "Li", "Zhao"], "manager": ["Wang", "Li"],
            "stranger": ["Li", "Zhao"], "clerk": [], "analyst": [],
        }  # fmt: skip
        assert held(kept, NOBODY) == []
        assert [row.size for row in clients.manager.get("/members/segments/").context["rows"]] == [2]

    def test_a_private_one_is_its_owners_alone(
        self, clients: SimpleNamespace, shop: SimpleNamespace, kind: str
    ) -> None:
        kept = save(clients.manager, kind=kind, private="on")
        assert [row.segment for row in clients.manager.get("/members/segments/").context["rows"]] == [kept]
        assert clients.admin.get("/members/segments/").context["rows"] == []
        assert len(clients.admin.get(f"/members/?segment={kept.pk}").context["bar"].warnings) == 1

    def test_narrows_the_order_list_to_its_buyers(
        self, clients: SimpleNamespace, shop: SimpleNamespace, kind: str
    ) -> None:
        kept = save(clients.marketer, kind=kind, list="q=li")
        for client, found in ((clients.marketer, ["B2", "B1"]), (clients.manager, ["B1"])):
            rows = client.get(f"/members/orders/?segment={kept.pk}").context["rows"]
            assert [row.cells[0].text for row in rows] == found

    def test_the_file_has_the_same_people(self, clients: SimpleNamespace, shop: SimpleNamespace, kind: str) -> None:
        kept = save(clients.marketer, kind=kind, list="home=S2")
        answer: Any = clients.marketer.get(f"/members/members.csv?segment={kept.pk}")
        assert b"".join(answer.streaming_content).count(b"\r\n") == 1 + 2


class TestItsPage:
    def test_says_what_each_was_saved_from(self, clients: SimpleNamespace, shop: SimpleNamespace, behind: None) -> None:
        save(clients.marketer, list="from=test&home=S2&q=li", kind="filter", name="A")
        save(clients.marketer, kind="filter", name="B")
        rows = clients.marketer.get("/members/segments/", headers={"accept-language": "en"}).context["rows"]
        assert [row.reads for row in rows] == ["A number; Home store: Second; Search: li", "All members"]

    def test_renames_and_deletes_with_an_audit_row(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        kept = save(clients.manager)
        clients.manager.post(f"/members/segments/{kept.pk}/rename/", {"name": "Regulars"})
        assert Segment.objects.get().name == "Regulars"
        clients.marketer.post(f"/members/segments/{kept.pk}/delete/")
        verbs = AuditEntry.objects.filter(subject_type="segment").order_by("pk").values_list("verb", flat=True)
        assert list(verbs) == ["create", "rename", "delete"]
        assert not SegmentMember.objects.exists()

    def test_another_managers_is_theirs_to_change(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        kept = save(clients.manager)
        for deed in ("rename", "delete"):
            assert clients.stranger.post(f"/members/segments/{kept.pk}/{deed}/", {"name": "X"}).status_code == 404
        assert clients.clerk.post(f"/members/segments/{kept.pk}/delete/").status_code == 403

    @pytest.mark.parametrize(
        ("name", "query"), [("", ""), ("Taken", ""), ("New", "home=nowhere"), ("New", "from=nowhere"), ("New", "a=b")]
    )
    def test_a_bad_name_or_a_list_not_wholly_understood_is_not_saved(
        self, clients: SimpleNamespace, shop: SimpleNamespace, name: str, query: str
    ) -> None:
        save(clients.marketer, name="Taken")
        clients.marketer.post("/members/segments/save/", {"name": name, "list": query, "kind": "filter"})
        assert [kept.name for kept in Segment.objects.all()] == ["Taken"]
