"""The member page: who may open whom, the whole history, and the days that do not count."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from members.lib import clock
from members.models import (
    Category,
    Exclusion,
    Identifier,
    ImportBatch,
    Member,
    MemberEdit,
    MemberMerge,
    Message,
    MessageTemplate,
    Order,
    OrderLine,
    Product,
)
from members.tests.counter import member, order, refund


def titles(answer: Any) -> list[str]:
    """The lines of the timeline."""
    return [item.title for item in answer.context["items"]]


def figures(answer: Any) -> list[str]:
    """The six figures of the head."""
    return [fact.value for fact, _url in answer.context["facts"]]


def test_a_manager_opens_own_members_with_their_history_in_all_stores(
    clients: SimpleNamespace, shop: SimpleNamespace
) -> None:
    answer = clients.manager.get("/members/M2/")
    assert titles(answer) == ["建档 M2", "Second · Till · ¥30.00", "First · Till · ¥10.00"]
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
    assert f'href="/members/id/{odd.pk}/?' in clients.manager.get("/members/").content.decode()
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


class TestFigures:
    """Six figures: money as in the list of members, days as in the reports."""

    def test_of_somebody_with_refunds(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        answer = clients.manager.get("/members/M1/")
        assert figures(answer) == ["1 天", "2", "¥26.84", "¥16.17", "—", "2026-05-01"]
        assert "共 2 单" in answer.content.decode()

    def test_an_order_refunded_in_full_is_no_purchase_day_and_a_second_one_of_a_day_is_no_other(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        refund("R2", shop.orders["A2"], "12.34")
        order("A5", shop.here, shop.wang, day="2026-05-01")
        answer = clients.manager.get("/members/M1/")
        assert list(answer.context["rhythm"].days) == [dt.date(2026, 5, 1)]
        assert answer.context["person"].orders == 3

    def test_purchases_on_days_that_do_not_count_are_said_not_to(
        self, clients: SimpleNamespace, shop: SimpleNamespace, staff: Exclusion
    ) -> None:
        answer = clients.manager.get("/members/M1/")
        assert figures(answer)[:2] == ["—", "0"]
        assert "没有一笔消费计入" in answer.context["verdict"]
        assert {item.pill for item in answer.context["items"] if item.icon == "bag"} == {"不计入"}

    def test_a_late_member_is_called_late(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        regular = member("REG", shop.here)
        for day in ("03-01", "03-11", "03-21", "03-31"):
            order(f"L{day}", shop.here, regular, day=f"2026-{day}")
        answer = clients.manager.get("/members/REG/")
        assert answer.context["verdict"].startswith("比平时晚了：距上次消费 40 天；平时隔 10 天")
        bars = answer.context["gaps"].bars
        assert [bar.is_open for bar in bars] == [False, False, False, True]
        assert [cell.value for cell in (row.cells[2] for row in answer.context["gaps"].table.rows)] == [
            "40", "10", "10", "10",
        ]  # fmt: skip

    def test_the_count_of_purchases_is_the_length_of_the_list_behind_it(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        answer = clients.manager.get("/members/M1/?list=&at=1&of=2")
        [(_fact, url)] = [pair for pair in answer.context["facts"] if pair[0].label == "消费天数"]
        assert "list=&at=1&of=2" in url
        behind = clients.manager.get(f"/members/M1/{url.removesuffix('#timeline')}")
        assert behind.context["page_obj"].paginator.count == answer.context["person"].orders


class TestFavourites:
    def test_products_by_pieces_and_by_money_and_the_usual_store(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        teas = Category.objects.create(name="Teas")
        tea = Product.objects.create(sku="T", name="Tea", category=teas)
        pot = Product.objects.create(sku="P")
        for product, quantity, amount in ((tea, "3", "9"), (pot, "1", "11"), (tea, "0.5", "2")):
            OrderLine.objects.create(
                order=shop.orders["A1"], product=product, quantity=Decimal(quantity), amount=Decimal(amount)
            )
        said = dict(clients.manager.get("/members/M1/").context["favourites"])
        assert said["买得最多"] == "Tea ×3.5、P ×1"
        assert said["花得最多"] == "Tea ¥11、P ¥11"
        assert said["品类"] == "Teas"
        assert said["门店"] == "First（2 次里有 2 次）"

    def test_the_hour_is_that_of_the_store_and_unknown_of_plain_dates(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        assert "20:00" in dict(clients.manager.get("/members/M1/").context["favourites"])["时段"]
        midnight = dt.datetime(2026, 5, 1, 16, tzinfo=dt.UTC)  # in Shanghai
        Order.objects.filter(member=shop.wang).update(ordered_at=midnight)
        assert "时段" not in dict(clients.manager.get("/members/M1/").context["favourites"])


class TestTimeline:
    """All that happened, newest first; one kind of it by the address."""

    def test_each_kind_by_itself_and_all_together(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        shown = {show: titles(clients.manager.get(f"/members/M1/?show={show}")) for show in ("purchases", "refunds")}
        assert shown == {
            "purchases": ["First · Till · ¥12.34", "First · Till · ¥20.00"],
            "refunds": ["First退款 ¥5.50"],
        }
        [stopped] = clients.manager.get("/members/M1/?show=other").context["items"]
        assert (stopped.title, stopped.pill) == ("First · Till · ¥99.00", "已取消")
        assert len(titles(clients.manager.get("/members/M1/"))) == 5

    def test_what_was_given_back_is_said_beside_the_order(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        refund("R2", shop.orders["A2"], "12.34")
        items = clients.manager.get("/members/M1/?show=purchases").context["items"]
        assert [item.pill for item in items] == ["全额退款", "已退 ¥5.50"]

    def test_imports_that_brought_and_changed_the_record_are_named(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        first, later = (ImportBatch.objects.create(file_name=name) for name in ("first.csv", "later.csv"))
        Member.objects.filter(pk=shop.wang.pk).update(batch=first)
        Identifier.objects.filter(member=shop.wang).update(batch=first)
        Identifier.objects.create(member=shop.wang, kind="phone", value="+8613900008888", batch=later)
        for field, before, after in (
            ("name", "Wáng", "Wang"), ("home_store", str(shop.there.pk), str(shop.here.pk)), ("gender", "", "female"),
        ):  # fmt: skip
            MemberEdit.objects.create(batch=later, member=shop.wang, field=field, before=before, after=after)
        answer = clients.marketer.get("/members/M1/?show=record")
        assert titles(answer) == [
            "性别：补上“女”", "所属门店：“Second”改为“First”", "会员姓名：“Wáng”改为“Wang”",
            "新增手机号 139****8888", "建档 M1",
        ]  # fmt: skip
        assert f'href="/members/imports/{later.pk}/"' in answer.content.decode()
        assert "/members/imports/" not in clients.manager.get("/members/M1/?show=record").content.decode()

    def test_merges_and_their_end_and_what_the_other_record_brought(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        other = member("W2", shop.here)
        clients.marketer.post(f"/members/quality/compare/{shop.wang.pk}/{other.pk}/", {"keep": shop.wang.pk})
        assert titles(clients.marketer.get("/members/M1/?show=record")) == [
            "记录 W2 并入这位会员",
            "建档 W2",
            "建档 M1",
        ]
        clients.marketer.post(f"/members/merges/{MemberMerge.objects.get().pk}/part/")
        assert titles(clients.marketer.get("/members/M1/?show=record")) == [
            "记录 W2 又拆了出去", "记录 W2 并入这位会员", "建档 M1"
        ]  # fmt: skip

    def test_messages_are_one_line_each_with_why_one_was_not_sent(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        of = MessageTemplate.objects.create(name="Invitation", channel="sms", body_zh="{out}", body_en="{out}")
        for at, state, reason in ((6, "sent", ""), (7, "skipped", "weekly_cap"), (8, "waiting", "")):
            moment = dt.datetime(2026, 5, at, tzinfo=dt.UTC)
            Message.objects.create(
                key=state, member=shop.wang, template=of, channel="sms", purpose="service", state=state, reason=reason,
                made_at=moment, sent_at=moment if state == "sent" else None,
                next_at=moment if state == "waiting" else None,
            )  # fmt: skip
        for client in (clients.manager, clients.marketer):
            client.cookies["django_language"] = "en"
        items = clients.manager.get("/members/M1/?show=talk").context["items"]
        assert [(item.title, item.pill, bool(item.detail), item.url) for item in items] == [
            ("Text message “Invitation”", "Not sent", True, ""), ("Text message “Invitation”", "Sent", False, "")
        ]  # fmt: skip
        items = clients.marketer.get("/members/M1/?show=talk").context["items"]
        assert items[0].url == f"/members/messages/?template={of.pk}"
        assert len(titles(clients.manager.get("/members/M1/"))) == 7

    def test_a_long_one_is_paged(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        for number in range(25):
            order(f"N{number}", shop.here, shop.wang, day="2026-04-01")
        second = clients.manager.get("/members/M1/?show=purchases&page=2")
        assert len(titles(second)) == 7
        assert 'href="?show=purchases"' in second.content.decode()

    def test_a_kind_there_is_not_is_left_out_and_said(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        answer = clients.manager.get("/members/M1/?show=secrets")
        assert "secrets" in answer.context["warning"]
        assert len(titles(answer)) == 5

    def test_voided_facts_are_not_on_it(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        Order.objects.filter(number="A2").update(voided_at=clock.now())
        assert titles(clients.manager.get("/members/M1/?show=purchases")) == ["First · Till · ¥20.00"]


class TestPlaceInTheList:
    """The way from one member of a list to the next."""

    def test_a_list_is_worked_through_without_going_back(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        rows = clients.marketer.get("/members/?sort=-net").context["rows"]
        pages = [rows[0].cells[0].url]
        while following := clients.marketer.get(pages[-1]).context["trail"].next_url:
            pages.append(clients.marketer.get(following)["Location"])
        assert pages == [row.cells[0].url for row in rows]
        assert clients.marketer.get(pages[-1]).context["trail"].back_url == "/members/?sort=-net"
        assert "第 3 位" in clients.marketer.get(pages[-1]).content.decode()

    def test_the_place_stays_while_the_timeline_is_filtered(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        answer = clients.marketer.get("/members/M1/?list=sort%3Dname&at=2&of=3")
        assert all("list=sort%3Dname&at=2&of=3" in kind.url for kind in answer.context["kinds"])

    def test_a_step_never_leaves_what_the_reader_may_see(self, clients: SimpleNamespace, shop: SimpleNamespace) -> None:
        answer = clients.manager.get("/members/step/?list=sort%3D-number&at=1&of=3")
        assert answer["Location"].startswith("/members/M2/")

    def test_a_place_that_is_empty_by_now_leads_back_to_the_list(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        answer = clients.manager.get("/members/step/?list=q%3Dnobody&at=2&of=3", follow=True)
        assert answer.redirect_chain == [("/members/?q=nobody", 302)]
        assert [message.level_tag for message in answer.context["messages"]] == ["warning"]

    @pytest.mark.parametrize(("query", "status"), [("", 404), ("list=from%3Dnowhere&at=1&of=1", 400)])
    def test_an_address_that_names_no_place(
        self, clients: SimpleNamespace, shop: SimpleNamespace, query: str, status: int
    ) -> None:
        assert clients.manager.get(f"/members/step/?{query}").status_code == status

    def test_a_merged_record_hands_the_place_on_to_its_owner(
        self, clients: SimpleNamespace, shop: SimpleNamespace
    ) -> None:
        other = member("W2", shop.here)
        clients.marketer.post(f"/members/quality/compare/{shop.wang.pk}/{other.pk}/", {"keep": shop.wang.pk})
        assert clients.marketer.get("/members/W2/?list=&at=1&of=2")["Location"] == "/members/M1/?list=&at=1&of=2"
