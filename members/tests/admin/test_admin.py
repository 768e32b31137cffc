"""Django admin: who enters, what is only read, and that a change of settings is told in the audit."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group

from members.admin.base import CappedPaginator
from members.models import AuditEntry, Channel, Identifier, Order, Store, Touched, User
from members.tests.counter import member, order

READ_ONLY = ["auditentry", "consent", "exclusion", "identifier", "identityconflict", "importbatch", "importpreset",
             "insightmark", "job", "member", "memberedit", "membermerge", "membertag", "order", "refund", "savedview",
             "segment", "tag", "target"]  # fmt: skip
KEPT = ["category", "channel", "merchant", "product", "store", "user"]
INTERNAL = {"touched", "orderline", "payment", "segmentmember"}  # bookkeeping, and the parts shown with their order


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
    def form(self, user: User, **changes: Any) -> dict[str, Any]:
        stores = list(user.stores.values_list("pk", flat=True))
        kept = {"username": user.username, "display_name": user.display_name, "role": user.role, "stores": stores}
        return {**kept, "is_active": "on", "language": "", **changes}

    def test_a_new_administrator_may_enter_and_the_password_stays_out_of_the_audit(
        self, clients: SimpleNamespace, signed_in: Any
    ) -> None:
        secret = "correct-horse-battery"
        form = {"username": "new", "display_name": "New", "role": "admin", "password1": secret, "password2": secret}
        assert clients.admin.post("/admin/members/user/add/", form).status_code == 302
        made = User.objects.get(username="new")
        assert made.is_staff
        assert signed_in(made).get("/admin/").status_code == 200
        detail = AuditEntry.objects.filter(subject_type="user").latest("pk").detail
        assert secret not in str(detail)
        assert detail["changes"]["role"]["after"] == "admin"

    def test_who_is_no_longer_administrator_no_longer_enters(self, clients: SimpleNamespace, people: Any) -> None:
        User.objects.create_user("other", role="admin", is_superuser=True)
        form = self.form(people.admin, role="marketer")
        assert clients.admin.post(f"/admin/members/user/{people.admin.pk}/change/", form).status_code == 302
        assert clients.admin.get("/admin/").status_code == 403

    @pytest.mark.parametrize("changes", [{"role": "marketer"}, {"is_active": ""}])
    def test_the_last_administrator_stays(self, clients: SimpleNamespace, people: Any, changes: dict[str, str]) -> None:
        form = {name: value for name, value in self.form(people.admin, **changes).items() if value != ""}
        answer = clients.admin.post(f"/admin/members/user/{people.admin.pk}/change/", form)
        assert answer.status_code == 200
        assert answer.context["adminform"].form.non_field_errors()

    def test_a_store_manager_without_a_store_is_refused(self, clients: SimpleNamespace, people: Any) -> None:
        form = self.form(people.marketer, role="manager")
        answer = clients.admin.post(f"/admin/members/user/{people.marketer.pk}/change/", form)
        assert "stores" in answer.context["adminform"].form.errors

    def test_a_new_password_is_in_the_audit_without_its_text(self, clients: SimpleNamespace, people: Any) -> None:
        secret = "correct-horse-battery"
        path = f"/admin/members/user/{people.clerk.pk}/password/"
        assert clients.admin.post(path, {"password1": secret, "password2": secret}).status_code == 302
        entry = AuditEntry.objects.latest("pk")
        assert (entry.verb, entry.subject_id, entry.detail) == ("set_password", str(people.clerk.pk), {})


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
