"""Data quality and conflicts: what waits is said, both records stand side by side, and a decision mends the rest."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conftest import People
from members.lib.actor import Actor, system
from members.models import AuditEntry, IdentityConflict, ImportBatch, Member, Order, Store
from members.models import User as Staff
from members.services import merges
from members.tests.counter import member, order
from members.tests.views.test_imports import act, uploaded

pytestmark = pytest.mark.django_db
ZH = {"accept-language": "zh-hans"}
TORN = "order_no,member_no,phone,ordered_at,amount,store\nA1,M1,13800138002,2026-03-01 10:00,10.00,S1\n"
Work = Callable[[], int]
SignIn = Callable[[Staff], Client]


@pytest.fixture
def desk(signed_in: SignIn, people: People) -> Client:
    return signed_in(people.marketer)


@pytest.fixture
def torn(desk: Client, stores: tuple[Store, Store], work_off: Work) -> ImportBatch:
    """An import of which one row names the number of one member and the phone of another."""
    member("M1", stores[0], "王芳")
    member("M2", stores[0], "王小芳", phone="+8613800138002")
    batch = uploaded(desk, TORN)
    act(desk, batch, "start")
    work_off()
    return batch


def said(client: Client, name: str) -> str:
    return client.get(reverse(f"members:{name}"), headers=ZH).content.decode()


def decide(client: Client, keep: str) -> None:
    conflict = IdentityConflict.objects.get()
    client.post(reverse("members:conflict-decide", args=[conflict.pk]), {"keep": keep}, headers=ZH)


class TestConflicts:
    def test_the_row_says_whose_it_is_by_what(self, desk: Client, torn: ImportBatch) -> None:
        answer: Any = desk.get(reverse("members:import-rejected", args=[torn.pk]), headers=ZH)
        lines = b"".join(answer.streaming_content).decode()
        assert "A1：按会员号是 M1，按手机号是 M2。" in lines

    def test_both_records_stand_side_by_side(self, desk: Client, torn: ImportBatch) -> None:
        shown = said(desk, "conflicts")
        assert "1 行各对应两位会员" in shown
        assert "王芳" in shown
        assert "138****8002" in shown
        assert "13800138002" not in shown

    @pytest.mark.parametrize("keep", ["", "x", "0"])
    def test_nothing_is_decided_by_saying_nothing(self, desk: Client, torn: ImportBatch, keep: str) -> None:
        decide(desk, keep)
        assert IdentityConflict.objects.get().resolved_at is None
        assert "还没有决定" in said(desk, "conflicts")

    def test_the_same_person_is_merged_and_the_row_may_come_in(
        self, desk: Client, torn: ImportBatch, work_off: Work
    ) -> None:
        kept = Member.objects.get(number="M1")
        decide(desk, str(kept.pk))
        conflict = IdentityConflict.objects.get()
        assert (conflict.resolution, conflict.resolved_by) == ("merged", "marketer")
        assert Member.objects.get(number="M2").merged_into == kept
        shown = said(desk, "conflicts")
        assert "的冲突都已处理" in shown

        answer = desk.post(reverse("members:import-again", args=[torn.pk]))
        again = ImportBatch.objects.latest("id")
        assert answer.headers["Location"] == reverse("members:import", args=[again.pk])
        work_off()
        act(desk, again, "start")
        work_off()
        assert Order.objects.get().member == kept
        assert "的冲突都已处理" not in said(desk, "conflicts"), "the file has come again"

    def test_two_people_stay_two_and_the_row_stays_out(self, desk: Client, torn: ImportBatch) -> None:
        decide(desk, "both")
        assert IdentityConflict.objects.get().resolution == "distinct"
        assert not Member.objects.exclude(merged_into=None).exists()
        assert AuditEntry.objects.filter(verb="decide_conflict").count() == 1
        assert "没有身份冲突" in said(desk, "conflicts")

    def test_merged_elsewhere_meanwhile_is_a_decision_too(self, desk: Client, torn: ImportBatch) -> None:
        first, second = Member.objects.get(number="M1"), Member.objects.get(number="M2")
        third = member("M3")
        for one in (first, second):
            merges.merge(member=one, into=third, by=_system())
        decide(desk, str(first.pk))
        assert IdentityConflict.objects.get().resolution == "merged"


def _system() -> Actor:
    return system("test")


class TestCompare:
    def test_two_members_are_merged_into_the_one_to_keep(self, desk: Client, stores: tuple[Store, Store]) -> None:
        first, second = member("M1", stores[0], "王芳"), member("M2", stores[0], "王芳")
        order("A1", stores[0], second)
        url = reverse("members:compare", args=[first.pk, second.pk])
        assert "M2" in desk.get(url).content.decode()
        desk.post(url, {"keep": str(first.pk)})
        assert Order.objects.get().member == first

    def test_one_member_is_no_pair(self, desk: Client, stores: tuple[Store, Store]) -> None:
        alone = member("M1", stores[0])
        url = reverse("members:compare", args=[alone.pk, alone.pk])
        assert desk.post(url, {"keep": str(alone.pk)}).status_code == 302
        assert desk.post(url, {"keep": "x"}).status_code == 404


class TestThePage:
    def test_each_number_opens_its_list(self, desk: Client, torn: ImportBatch, stores: tuple[Store, Store]) -> None:
        order("G1", stores[0])
        shown = said(desk, "quality")
        assert "数据有 3 处需要看一看" in shown, "a conflict and two stores that are silent"
        assert 'href="/members/?lacks=contact"' in shown
        listed = desk.get("/members/?lacks=contact", headers=ZH).content.decode()
        assert "M1" in listed
        assert "M2" not in listed
        assert "/members/orders/?buyer=guest" in shown
        assert torn.file_name in shown

    def test_a_manager_sees_the_own_stores_part(
        self, signed_in: SignIn, people: People, desk: Client, torn: ImportBatch, stores: tuple[Store, Store]
    ) -> None:
        shown = said(signed_in(people.manager), "quality")
        assert "First" in shown
        assert "Second" not in shown
        assert torn.file_name not in shown
        assert "冲突" not in shown
        assert signed_in(people.manager).get(reverse("members:conflicts")).status_code == 403

    def test_nothing_to_say_is_said(self, signed_in: SignIn, people: People) -> None:
        Store.objects.update(is_active=False)
        assert "数据齐全，可以放心看" in said(signed_in(people.marketer), "quality")

    def test_guests_who_left_a_contact_have_a_list_of_their_own(
        self, desk: Client, stores: tuple[Store, Store]
    ) -> None:
        order("GUEST-1", stores[0])
        Order.objects.filter(pk=order("GUEST-2", stores[0]).pk).update(guest_email="a@x.com")
        listed = desk.get("/members/orders/?buyer=reachable").content.decode()
        assert "GUEST-2" in listed
        assert "GUEST-1" not in listed


def test_more_likely_twins_than_a_page_holds_can_be_paged_through(
    desk: Client, stores: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("members.views.quality.SHOWN", 1)
    for number, name in enumerate(["王芳", "王芳", "李雷", "李雷"]):
        member(f"T{number}", stores[0], name, phone=f"+86138{number:04d}8002")
    url = reverse("members:quality")
    pages = [desk.get(url, {"page": page}, headers=ZH).content.decode() for page in (1, 2)]
    assert [("王芳" in text, "李雷" in text) for text in pages] in (
        [(True, False), (False, True)],
        [(False, True), (True, False)],
    )
    assert "page=2" in pages[0]
