"""Django admin: who enters, what is only read, and that a change of settings is told in the audit."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group

from members.admin.base import CappedPaginator
from members.models import AuditEntry, Channel, Identifier, Merchant, Order, Store, Touched, User
from members.tests.counter import member, order

READ_ONLY = ["apitoken", "approval", "auditentry", "consent", "exclusion", "export", "identifier",
             "identityconflict", "importbatch", "importpreset", "insightmark", "invitation", "job", "member",
             "memberedit", "membermerge", "membertag", "message", "messagetemplate", "order",
             "privacyrequest", "refund", "savedview", "segment",
             "shopconnection", "shopdelivery", "staffsession", "tag", "target", "user", "webhook",
             "webhookmessage"]  # fmt: skip
KEPT = ["category", "channel", "merchant", "product", "store"]
# bookkeeping, parts of orders
INTERNAL = {"touched", "tries", "schedulemark", "orderline", "payment", "segmentmember", "shoporder"}


def test_every_table_of_the_desk_is_there_and_groups_are_not(db: None) -> None:
    from django.apps import apps  # noqa: PLC0415 - only this test asks for all models

    models = {model._meta.model_name for model in apps.get_app_config("members").get_models()}
    shown = {model._meta.model_name for model in admin.site._registry if model._meta.app_label == "members"}
    assert models - INTERNAL == shown == {*READ_ONLY, *KEPT}
    assert Touched not in admin.site._registry
    assert Group not in admin.site._registry


@pytest.mark.parametrize("model", READ_ONLY)
def test_facts_jobs_imports_and_audit_are_only_read(clients: SimpleNamespace, shop: Any, model: str) -> None:
    assert clients.admin.get(f"/admin/members/{model}/").status_code == 200
    assert clients.admin.get(f"/admin/members/{model}/add/").status_code == 403
    assert clients.admin.post(f"/admin/members/{model}/add/").status_code == 403


def test_an_order_is_shown_with_its_parts_and_not_changed(clients: SimpleNamespace, shop: Any) -> None:
    path = f"/admin/members/order/{shop.orders['A1'].pk}/"
    page = clients.admin.get(f"{path}change/").content.decode()
    assert "A1" in page
    assert '<input type="text" name="number"' not in page
    assert clients.admin.post(f"{path}change/", {"number": "X"}).status_code == 403
    assert clients.admin.post(f"{path}delete/", {"post": "yes"}).status_code == 403


def test_nothing_can_be_deleted(clients: SimpleNamespace, stores: tuple[Store, Store]) -> None:
    for model in KEPT:
        assert clients.admin.post(f"/admin/members/{model}/1/delete/", {"post": "yes"}).status_code == 403
    assert Store.objects.count() == 2


@pytest.mark.parametrize("who", ["marketer", "manager", "clerk", "analyst"])
def test_only_administrators_enter(clients: SimpleNamespace, who: str) -> None:
    assert getattr(clients, who).get("/admin/").status_code == 403


def test_the_role_counts_and_not_a_flag_left_behind(clients: SimpleNamespace, people: Any) -> None:
    User.objects.filter(pk=people.marketer.pk).update(is_staff=True)
    assert clients.marketer.get("/admin/").status_code == 403
    User.objects.filter(pk=people.admin.pk).update(is_active=False)
    assert clients.admin.get("/admin/").status_code == 302


def test_contacts_are_masked_here_too_and_found_however_they_are_written(clients: SimpleNamespace, shop: Any) -> None:
    for path in ("identifier/", f"member/{shop.wang.pk}/change/", "identifier/?q=13812341111", "identifier/?q=1111"):
        page = clients.admin.get(f"/admin/members/{path}").content.decode()
        assert "138****1111" in page
        assert "+8613812341111" not in page
    one = Identifier.objects.get(value="+8613812341111")
    assert "+8613812341111" not in clients.admin.get(f"/admin/members/identifier/{one.pk}/change/").content.decode()


def test_saving_a_setting_tells_the_audit_what_it_was_before(clients: SimpleNamespace, people: Any) -> None:
    channel = Channel.objects.create(code="till", name="Till")
    answer = clients.admin.post(f"/admin/members/channel/{channel.pk}/change/", {"code": "till", "name": "Counter"})
    assert answer.status_code == 302
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.subject_type, entry.user_id) == ("change", "channel", people.admin.pk)
    assert entry.detail == {"changes": {"name": {"before": "Till", "after": "Counter"}}}


class TestStaff:
    """Staff are changed on the page Staff alone; here is no second door."""

    def test_somebody_is_shown_with_the_way_to_the_page_that_changes_them(
        self, clients: SimpleNamespace, people: Any
    ) -> None:
        page = clients.admin.get(f"/admin/members/user/{people.clerk.pk}/change/").content.decode()
        assert f"/members/staff/{people.clerk.pk}/" in page
        assert people.clerk.password not in page
        assert '<input type="text"' not in page

    @pytest.mark.parametrize("field", ["role", "is_active", "is_superuser", "is_staff", "password", "stores"])
    def test_nothing_of_it_is_written(self, clients: SimpleNamespace, people: Any, field: str) -> None:
        before = User.objects.filter(pk=people.clerk.pk).values().get()
        for page in ("change", "delete"):
            path = f"/admin/members/user/{people.clerk.pk}/{page}/"
            assert clients.admin.post(path, {field: "admin", "post": "yes"}).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": [people.clerk.pk], "post": "yes", field: "1"}
        clients.admin.post("/admin/members/user/", chosen)
        assert User.objects.filter(pk=people.clerk.pk).values().get() == before

    def test_no_form_sets_a_password(self, clients: SimpleNamespace, people: Any) -> None:
        secret = {"password1": "correct-horse-battery", "password2": "correct-horse-battery"}
        clients.admin.post(f"/admin/members/user/{people.clerk.pk}/password/", secret)
        assert User.objects.get(pk=people.clerk.pk).check_password("pw-for-tests")
        assert clients.admin.get("/admin/password_change/").headers["Location"] == "/profile/"

    def test_who_is_no_longer_administrator_no_longer_enters(self, clients: SimpleNamespace, people: Any) -> None:
        User.objects.create_user("other", role="admin", is_superuser=True)
        form = {"display_name": "admin", "role": "marketer"}
        assert clients.admin.post(f"/members/staff/{people.admin.pk}/change/", form).status_code == 302
        assert clients.admin.get("/admin/").status_code == 403


def test_a_long_table_is_counted_so_far_and_no_further(
    stores: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("members.admin.base.COUNTED", 2)
    for number in "123":
        order(number, stores[0], member(f"M{number}"))
    assert CappedPaginator(type(stores[0]).objects.all(), 50).count == 2
    assert CappedPaginator(order("4", stores[0]).__class__.objects.all(), 50).count == 2


def test_the_zone_of_a_store_can_be_set_until_it_has_orders(clients: SimpleNamespace, stores: Any) -> None:
    store, data = stores[0], {"code": "S1", "name": "First", "is_active": "on"}
    path = f"/admin/members/store/{store.pk}/change/"
    clients.admin.post(path, {**data, "zone": "Europe/Berlin"})
    store.refresh_from_db()
    assert store.zone == "Europe/Berlin"
    assert "时区" in clients.admin.get(path).content.decode()
    sold = order("A1", store)
    assert "不能再改" in clients.admin.get(path).content.decode()
    clients.admin.post(path, {**data, "name": "Front", "zone": "Asia/Tokyo"})
    store.refresh_from_db()
    assert (store.name, store.zone) == ("Front", "Europe/Berlin")
    Order.objects.filter(pk=sold.pk).update(voided_at=sold.recorded_at)  # undone: then it can be mended
    clients.admin.post(path, {**data, "zone": "Asia/Tokyo"})
    store.refresh_from_db()
    assert store.zone == "Asia/Tokyo"


def test_the_currency_can_be_set_until_there_are_orders(clients: SimpleNamespace, stores: Any) -> None:
    shop = Merchant.objects.get()
    path, data = f"/admin/members/merchant/{shop.pk}/change/", {"name": "T", "zone": shop.zone, "language": "en"}
    clients.admin.post(path, {**data, "currency": "EUR"})
    sold = order("A1", stores[0])
    page = clients.admin.get(path).content.decode()
    assert "币种不能再改" in page
    assert 'name="currency"' not in page
    clients.admin.post(path, {**data, "name": "U", "currency": "USD"})
    shop.refresh_from_db()
    assert (shop.name, shop.currency) == ("U", "EUR")
    Order.objects.filter(pk=sold.pk).update(voided_at=sold.recorded_at)
    clients.admin.post(path, {**data, "currency": "USD"})
    shop.refresh_from_db()
    assert shop.currency == "USD"
