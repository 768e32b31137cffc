"""The member page: who may open whom, the whole history, and the days that do not count."""

from types import SimpleNamespace

import pytest

from members.models import Exclusion, MemberMerge
from members.tests.counter import member


def test_a_manager_opens_own_members_with_their_history_in_all_stores(
    clients: SimpleNamespace, shop: SimpleNamespace
) -> None:
    answer = clients.manager.get("/members/M2/")
    assert [row.cells[1].text for row in answer.context["rows"]] == ["B2", "B1"]
    assert answer.context["person"].orders == 2


def test_a_member_of_another_store_is_not_there_for_a_manager(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    assert clients.manager.get("/members/M3/").status_code == 404
    assert clients.manager.get(f"/members/id/{shop.zhao.pk}/").status_code == 404
    assert clients.stranger.get("/members/M3/").status_code == 200
    assert clients.marketer.get("/members/m3/").status_code == 200


def test_contacts_are_masked(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    page = clients.admin.get("/members/M1/").content.decode()
    assert "138****1111" in page
    assert "w***@example.com" in page
    assert "13812341111" not in page


def test_a_member_without_any_purchase_has_a_page(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    member("NEW", shop.here)
    assert clients.manager.get("/members/NEW/").status_code == 200


def test_a_member_whose_number_names_another_page_is_found_by_id(
    clients: SimpleNamespace, shop: SimpleNamespace
) -> None:
    odd = member("orders", shop.here, "Odd")
    assert f'href="/members/id/{odd.pk}/"' in clients.manager.get("/members/").content.decode()
    assert "Odd" in clients.manager.get(f"/members/id/{odd.pk}/").content.decode()


@pytest.fixture
def staff(shop: SimpleNamespace) -> Exclusion:
    return Exclusion.objects.create(member=shop.wang, reason="staff", from_date="2026-01-01")


class TestDaysThatDoNotCount:
    def test_a_marketer_sets_one(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        form = {"reason": "reseller", "from_date": "2026-01-01", "to_date": ""}
        answer = clients.marketer.post(f"/members/id/{shop.wang.pk}/exclude/", form, follow=True)
        assert answer.redirect_chain == [("/members/M1/", 302)]
        assert Exclusion.objects.get().created_by == "marketer"

    def test_one_that_overlaps_is_refused_at_the_form_with_the_input_kept(
        self, clients: SimpleNamespace, shop: SimpleNamespace, staff: Exclusion
    ) -> None:
        form = {"reason": "test", "from_date": "2026-03-03", "to_date": ""}
        answer = clients.admin.post(f"/members/id/{shop.wang.pk}/exclude/", form)
        assert answer.status_code == 400
        page = answer.content.decode()
        assert "2026-01-01" in answer.context["exclusion_form"].non_field_errors()[0]
        assert 'value="2026-03-03"' in page
        assert Exclusion.objects.count() == 1

    def test_ended_and_taken_back(self, clients: SimpleNamespace, staff: Exclusion) -> None:
        form = {f"end-{staff.pk}-last_day": "2026-02-01"}
        assert clients.admin.post(f"/members/exclusions/{staff.pk}/end/", form).status_code == 302
        now = Exclusion.objects.get(voided_at__isnull=True)
        assert str(now.to_date) == "2026-02-01"
        assert clients.admin.post(f"/members/exclusions/{now.pk}/withdraw/").status_code == 302
        assert not Exclusion.objects.filter(voided_at__isnull=True).exists()

    def test_an_end_before_the_start_is_said_at_its_field(self, clients: SimpleNamespace, staff: Exclusion) -> None:
        form = {f"end-{staff.pk}-last_day": "2025-02-01"}
        assert clients.admin.post(f"/members/exclusions/{staff.pk}/end/", form).status_code == 400
        assert Exclusion.objects.get().to_date is None

    def test_two_who_take_the_same_one_back_the_second_is_told(
        self, clients: SimpleNamespace, staff: Exclusion
    ) -> None:
        for client in (clients.admin, clients.marketer):
            answer = client.post(f"/members/exclusions/{staff.pk}/withdraw/", follow=True)
        assert [message.level_tag for message in answer.context["messages"]] == ["error"]

    def test_a_manager_sees_them_and_sets_none(
        self, clients: SimpleNamespace, shop: SimpleNamespace, staff: Exclusion
    ) -> None:
        page = clients.manager.get("/members/M1/").content.decode()
        assert "2026-01-01" in page
        assert "exclude/" not in page
        assert clients.manager.post(f"/members/id/{shop.wang.pk}/exclude/").status_code == 403
        assert clients.manager.post(f"/members/exclusions/{staff.pk}/withdraw/").status_code == 403


class TestSamePerson:
    """The other record of a person: found, compared, merged, parted again."""

    def test_a_merged_record_shows_on_the_page_of_its_owner_and_leads_there(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        other = member("W2", shop.wang.home_store, "Wang W.", phone="+8613900000009")
        answer = clients.marketer.post(f"/members/id/{shop.wang.pk}/same-person/", {"identifier": "13900000009"})
        assert answer["Location"] == f"/members/quality/compare/{shop.wang.pk}/{other.pk}/"
        clients.marketer.post(answer["Location"], {"keep": shop.wang.pk})
        page = clients.marketer.get(f"/members/{shop.wang.number}/").content.decode()
        assert "W2" in page
        assert clients.marketer.get("/members/W2/")["Location"] == f"/members/{shop.wang.number}/"
        merge = MemberMerge.objects.get(voided_at=None)
        clients.marketer.post(f"/members/merges/{merge.pk}/part/")
        assert clients.marketer.get("/members/W2/").status_code == 200

    def test_nobody_with_that_number_is_said(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        answer = clients.marketer.post(
            f"/members/id/{shop.wang.pk}/same-person/", {"identifier": "13900000009"}, follow=True
        )
        assert "号码" in answer.content.decode() or "No other member" in answer.content.decode()
