"""A shop sends its events: recognised, kept once, worked later; however they come, the orders end the same."""

import itertools
import json
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from conftest import People
from members.lib.actor import system
from members.models import (
    AuditEntry,
    Identifier,
    ImportBatch,
    Member,
    Merchant,
    Order,
    PrivacyRequest,
    Refund,
    ShopConnection,
    ShopDelivery,
    ShopOrder,
    Store,
)
from members.services import erasure, retention
from members.services.shops import connections, settling, work
from members.tests import shop_events as events
from members.tests.shop_events import connect, post

WorkOff = Callable[[], int]


@pytest.fixture
def shop(merchant: Merchant, stores: tuple[Store, Store]) -> ShopConnection:
    return connect(stores[0])


@pytest.fixture
def woo(merchant: Merchant, stores: tuple[Store, Store]) -> ShopConnection:
    return connect(stores[0], "woocommerce")


def outcomes() -> list[tuple[str, str]]:
    return [(each.state, each.outcome) for each in ShopDelivery.objects.order_by("pk")]


# --- at the door ------------------------------------------------------------------------------------------------


def test_an_event_is_kept_and_answered_then_worked_and_its_body_is_gone(
    shop: ShopConnection, work_off: WorkOff
) -> None:
    answer = post(shop, "orders/create", events.shopify(), "d1")
    assert (answer.status_code, answer.json()) == (200, {"outcome": "kept"})
    assert not Order.objects.exists()
    work_off()
    order = Order.objects.get()
    assert (order.source, order.number, order.store.code, order.total) == ("shopify", "#1001", "S1", Decimal(243))
    assert order.member is not None
    assert order.channel.code == "shopify"
    assert outcomes() == [("done", "new")]
    delivery = ShopDelivery.objects.get()
    assert (delivery.number, bytes(delivery.body)) == ("#1001", b"")
    assert ImportBatch.objects.get().file_name.startswith("Shop ")
    assert AuditEntry.objects.filter(actor_kind="shop", verb="import").count() == 1


def test_the_same_delivery_again_is_answered_and_changes_nothing(shop: ShopConnection, work_off: WorkOff) -> None:
    post(shop, "orders/create", events.shopify(), "d1")
    work_off()
    again = post(shop, "orders/create", events.shopify(), "d1")
    assert (again.status_code, again.json()) == (200, {"outcome": "kept_before"})
    assert work_off() <= 1  # the reports
    assert ShopDelivery.objects.count() == Order.objects.count() == 1


def test_whoever_does_not_know_the_secret_is_refused_and_leaves_nothing(
    shop: ShopConnection, stores: tuple[Store, Store]
) -> None:
    signed = {"X-Shopify-Topic": "orders/create", "X-Shopify-Webhook-Id": "d1"}
    other = connect(stores[1], name="Other", source="other")
    ShopConnection.objects.filter(pk=other.pk).update(secret="another-secret")
    other.refresh_from_db()
    assert post(shop, "orders/create", events.shopify(), "d1", secret="another-secret").status_code == 401
    assert post(other, "orders/create", events.shopify(), "d1").status_code == 401
    for signature in ("", "=", "é", "x" * 5000):
        headers = {**signed, "X-Shopify-Hmac-Sha256": signature.encode().decode("latin-1")}
        assert post(shop, "", events.shopify(), "d1", headers=headers).status_code == 401
    assert post(shop, "", events.shopify(), "d1", headers=signed).status_code == 401
    assert not ShopDelivery.objects.exists()


def test_what_cannot_be_an_event_is_refused(shop: ShopConnection, settings: Any) -> None:
    settings.HOOK_MAX_BYTES = 50
    assert post(shop, "orders/create", events.shopify(), "d1").status_code == 413
    assert post(shop, "", b"{}", "d1").status_code == 400
    assert post(shop, "orders/create", b"{}", "").status_code == 400
    assert post(shop, "x" * 81, b"{}", "d1").status_code == 400
    wrong = Client().post(f"/hooks/woocommerce/{shop.pk}/", b"webhook_id=1", content_type="text/plain")
    assert wrong.status_code == 404
    assert Client().get(f"/hooks/shopify/{shop.pk}/").status_code == 405
    assert not ShopDelivery.objects.exists()


def test_woocommerce_asks_whether_somebody_is_there(woo: ShopConnection) -> None:
    path, form = f"/hooks/woocommerce/{woo.pk}/", "application/x-www-form-urlencoded"
    assert Client().post(path, "webhook_id=12", content_type=form).status_code == 200
    assert Client().post(path, "webhook_id=12&x=1", content_type=form).status_code == 401
    assert not ShopDelivery.objects.exists()


def test_deliveries_of_one_second_which_woocommerce_names_alike_are_all_kept(woo: ShopConnection) -> None:
    for number in (1, 2, 2):
        post(woo, "order.created", events.woo(id=number), "one-second")
    assert ShopDelivery.objects.count() == 2


def test_during_a_change_both_secrets_count_and_then_the_new_one_alone(shop: ShopConnection) -> None:
    connections.replace_secret(shop, "brand-new-secret", by=system("test"))
    assert post(shop, "orders/create", {}, "d1").status_code == 200
    assert post(shop, "orders/create", {}, "d2", secret="brand-new-secret").status_code == 200
    connections.retire_secret(shop, by=system("test"))
    assert post(shop, "orders/create", {}, "d3").status_code == 401
    connections.deactivate(shop, by=system("test"))
    assert post(shop, "orders/create", {}, "d4", secret="brand-new-secret").status_code == 404


# --- what becomes of it -----------------------------------------------------------------------------------------


def test_a_refund_that_comes_before_its_order_waits_for_it(shop: ShopConnection, work_off: WorkOff) -> None:
    post(shop, "refunds/create", events.shopify_refund(), "d1")
    work_off()
    assert outcomes() == [("done", "awaited")]
    post(shop, "orders/paid", events.shopify(), "d2")
    work_off()
    refund = Refund.objects.get(voided_at=None)
    assert (refund.number, refund.amount, refund.business_date.isoformat()) == ("#1001-R", Decimal(40), "2026-05-06")


def test_what_is_not_used_is_ignored_and_what_cannot_be_read_says_why(
    shop: ShopConnection, people: People, signed_in: Callable[[Any], Client], work_off: WorkOff
) -> None:
    post(shop, "products/update", {"id": 1}, "d1")
    post(shop, "orders/create", events.shopify(updated_at="soon"), "d2")
    post(shop, "orders/create", b"[1", "d3")
    post(shop, "orders/create", events.shopify(currency="USD"), "d4")
    post(shop, "orders/create", events.shopify(), "d5")
    work_off()
    assert outcomes() == [
        ("ignored", "other_topic"), ("refused", "unreadable"), ("refused", "unreadable"), ("refused", "refused"),
        ("done", "new"),
    ]  # fmt: skip
    client = signed_in(people.admin)
    client.cookies["django_language"] = "en"
    page = client.get(f"/members/connections/{shop.pk}/").content.decode()
    assert "“updated_at” is not as the shop system documents it" in page
    assert "jon@example.com" not in page
    assert events.SECRET not in page


def test_an_event_that_was_not_taken_is_worked_again_when_asked(
    shop: ShopConnection, people: People, signed_in: Callable[[Any], Client], work_off: WorkOff
) -> None:
    Merchant.objects.update(currency="USD")
    post(shop, "orders/create", events.shopify(), "d1")
    work_off()
    assert outcomes() == [("refused", "refused")]
    Merchant.objects.update(currency="CNY")
    delivery = ShopDelivery.objects.get()
    assert signed_in(people.admin).post(f"/members/connections/events/{delivery.pk}/retry/").status_code == 302
    work_off()
    assert outcomes() == [("done", "new")]


def test_a_fault_of_ours_holds_up_no_other_event(
    shop: ShopConnection, work_off: WorkOff, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    post(shop, "orders/create", events.shopify(email="broken@example.com"), "d1")
    post(shop, "orders/create", events.shopify(id=2, name="#1002"), "d2")
    monkeypatch.setattr("members.rules.shops.shopify._buyer", _broken(shop))
    work_off()
    assert [state for state, _outcome in outcomes()] == ["failed", "done"]
    assert "broken@example.com" not in caplog.text


def _broken(shop: ShopConnection) -> Callable[[Any], dict[str, str]]:
    def buyer(event: Any) -> dict[str, str]:
        if event["email"].startswith("broken"):
            raise ZeroDivisionError(event["email"])
        return {}

    return buyer


def test_a_deleted_order_is_cancelled_and_one_that_is_restored_is_back(woo: ShopConnection, work_off: WorkOff) -> None:
    post(woo, "order.deleted", {"id": 727}, "d1")
    post(woo, "order.created", events.woo(), "d2")
    work_off()
    assert Order.objects.get(voided_at=None).status == "cancelled"
    post(woo, "order.restored", events.woo(), "d3")
    work_off()
    assert Order.objects.get(voided_at=None).status == "paid"


def test_an_order_ends_the_same_however_often_and_when_it_is_told_as_deleted_and_restored(
    woo: ShopConnection, work_off: WorkOff
) -> None:
    told = {"created": "order.created", "x1": "order.deleted", "x2": "order.deleted", "restored": "order.restored"}
    ways = list(itertools.permutations(told))[::3]
    for number, way in enumerate(ways, 1):
        for each in way:
            body = {"id": number} if each.startswith("x") else events.woo(id=number)
            post(woo, told[each], body, f"{number}{each}")
        post(woo, "order.restored", events.woo(id=number), f"{number}y")
    post(woo, "order.deleted", {"id": 99}, "z1")
    post(woo, "order.created", events.woo(id=99), "z2")
    work_off()
    stands = dict(Order.objects.filter(voided_at=None).values_list("number", "status"))
    assert stands.pop("99") == "cancelled"
    assert set(stands.values()) == {"paid"}
    assert len(stands) == len(ways)


def test_an_order_under_a_topic_that_holds_none_is_refused(shop: ShopConnection, work_off: WorkOff) -> None:
    post(shop, "orders/create", events.shopify(), "d1")
    for topic in ("orders/delete", "customers/redact", "customers/data_request"):
        post(shop, topic, events.shopify(), topic)
    work_off()
    assert outcomes() == [("done", "new"), *[("refused", "unreadable")] * 3]
    assert Order.objects.get(voided_at=None).status == "paid"
    assert not PrivacyRequest.objects.exists()


def test_an_order_that_the_shop_renames_is_one_order(shop: ShopConnection, work_off: WorkOff) -> None:
    post(shop, "orders/create", events.shopify(), "d1")
    post(shop, "refunds/create", events.shopify_refund(), "d2")
    work_off()
    renamed = events.shopify(name="EU-1001", updated_at="2026-05-07T10:00:00+08:00", total_price="240.00")
    post(shop, "orders/updated", renamed, "d3")
    post(shop, "orders/updated", renamed, "d4")
    work_off()
    order = Order.objects.get(voided_at=None)
    assert (order.number, order.total) == ("#1001", Decimal(240))
    assert Refund.objects.get(voided_at=None).order == order
    assert outcomes()[2:] == [("done", "changed"), ("done", "same")]
    assert set(ShopDelivery.objects.values_list("number", flat=True)) == {"#1001"}


def test_where_money_went_back_a_cancelled_order_stays_a_sale(shop: ShopConnection, work_off: WorkOff) -> None:
    later = "2026-05-07T10:00:00+08:00"
    post(shop, "orders/cancelled", events.shopify(cancelled_at=later, updated_at=later), "d1")
    work_off()
    assert Order.objects.get(voided_at=None).status == "cancelled"
    post(shop, "refunds/create", events.shopify_refund(), "d2")
    work_off()
    assert Order.objects.get(voided_at=None).status == "paid"
    assert Refund.objects.get(voided_at=None).amount == 40


def test_an_order_stays_a_sale_where_a_file_has_told_of_its_refund(
    shop: ShopConnection, work_off: WorkOff, tmp_path: Path
) -> None:
    post(shop, "orders/create", events.shopify(), "d1")
    work_off()
    file = tmp_path / "refunds.csv"
    file.write_text("refund_no,order_no,refunded_at,amount\nR1,#1001,2026-05-06 10:00,40\n")
    call_command("import_orders", file, source="shopify", stdout=StringIO())
    later = "2026-05-07T10:00:00+08:00"
    post(shop, "orders/cancelled", events.shopify(cancelled_at=later, updated_at=later), "d2")
    post(shop, "orders/delete", {"id": events.SHOPIFY["id"]}, "d3")
    work_off()
    assert [state for state, _outcome in outcomes()] == ["done"] * 3
    assert Order.objects.get(voided_at=None).status == "paid"


def test_a_guest_of_woocommerce_makes_no_member(woo: ShopConnection, work_off: WorkOff) -> None:
    post(woo, "order.created", events.woo(customer_id=0), "d1")
    work_off()
    assert Order.objects.get().member is None
    post(woo, "order.created", events.woo(id=728), "d2")
    work_off()
    assert Order.objects.get(number="728").member is not None


# --- personal data ----------------------------------------------------------------------------------------------


def test_a_customer_who_asks_is_put_before_staff_and_nothing_is_erased_by_itself(
    shop: ShopConnection, people: People, signed_in: Callable[[Any], Client], work_off: WorkOff
) -> None:
    post(shop, "orders/create", events.shopify(), "d1")
    work_off()
    asked = {"customer": {"email": "JON@example.com", "phone": ""}, "orders_to_redact": [events.SHOPIFY["id"]]}
    post(shop, "customers/redact", asked, "d2")
    post(shop, "customers/redact", {"customer": {"email": "other@example.com"}}, "d3")
    work_off()
    assert outcomes()[1:] == [("done", "asked"), ("done", "nobody")]
    member = Member.objects.get()
    request = PrivacyRequest.objects.get()
    assert (request.kind, request.member) == ("erase", member)
    assert member.erased_at is None
    client = signed_in(people.admin)
    assert 'id="requests"' in client.get("/members/connections/").content.decode()
    assert "/members/connections/#requests" in client.get("/").content.decode()
    client.post(f"/members/connections/requests/{request.pk}/done/")
    assert 'id="requests"' not in client.get("/members/connections/").content.decode()
    assert AuditEntry.objects.filter(verb="answer_request", subject_id=str(member.pk)).count() == 1


def test_bodies_that_were_kept_go_with_an_erasure_and_with_time(
    shop: ShopConnection, people: People, signed_in: Callable[[Any], Client], actors: Any, work_off: WorkOff,
    settings: Any,
) -> None:  # fmt: skip
    post(shop, "orders/create", events.shopify(), "d1")
    own = {"email": "", "phone": "", "customer": {}, "billing_address": {}, "updated_at": "2026-05-05T10:00:00Z"}
    named = {"first_name": "Bob", "last_name": "Norman"}
    phoned, addressed = {"id": 3, "phone": "+86 138-1234-1234"}, {"id": 4, "billing_address": named}
    about: list[dict[str, Any]] = [{"email": "JON@example.com"}, {}, phoned, addressed]
    others = [{"id": 5, "email": "ann@example.com"}, {"id": 6, "phone": "13900001111", "note": "Bobby Normans"}]
    for number, changes in enumerate([*about, *others]):
        post(shop, "orders/create", events.shopify(**own | changes | {"currency": "USD"}), f"e{number}")
    post(shop, "orders/create", b"[", "e9")
    work_off()
    refused = ShopDelivery.objects.filter(state="refused")
    assert refused.exclude(body=b"").count() == 7
    erasure.erase(member=Member.objects.get(), reason="asked", by=actors["admin"])
    kept = refused.exclude(body=b"").values_list("body", flat=True)
    assert [json.loads(bytes(body))["id"] for body in kept] == [6, 5]
    client = signed_in(people.admin)
    client.cookies["django_language"] = "en"
    page = client.get(f"/members/connections/{shop.pk}/").content.decode()
    assert page.count("It names, or may name, a person who was erased") == 5
    settings.IMPORT_FILES_DAYS = 0
    assert retention.delete_old_events() == 8
    assert not ShopDelivery.objects.exists()


def test_what_waits_at_an_erasure_comes_in_as_orders_of_nobody(
    shop: ShopConnection, stores: tuple[Store, Store], actors: Any, work_off: WorkOff
) -> None:
    woo = connect(stores[0], "woocommerce", name="Web")
    post(shop, "orders/create", events.shopify(), "d1")
    work_off()
    member = Member.objects.get()
    changed = {"updated_at": "2026-05-07T10:00:00+08:00", "total_price": "240.00"}
    post(shop, "orders/updated", events.shopify(**changed), "e1")
    post(shop, "orders/create", events.shopify(id=2, name="#1002", note_attributes=[{"value": "Bob Norman"}]), "e2")
    post(shop, "customers/redact", {"customer": {"email": "jon@example.com"}}, "e3")
    post(shop, "orders/create", b"[", "e4")
    post(woo, "order.created", events.woo(), "e5")
    ann = {"email": "ann@example.com", "phone": "", "customer": {}, "billing_address": {"name": "Ann"}}
    post(shop, "orders/create", events.shopify(id=3, name="#1003", **ann), "e6")
    erasure.erase(member=member, reason="asked", by=actors["admin"])
    for body in ShopDelivery.objects.filter(state="waiting").values_list("body", flat=True):
        assert not any(said in bytes(body) for said in (b"jon@", b"13812341234", b"Norman", b"Smith"))
    work_off()
    stands = Order.objects.filter(voided_at=None).order_by("number")
    assert list(stands.values_list("number", "total", "member__name")) == [
        ("#1001", 240, None), ("#1002", 243, None), ("#1003", 243, "Ann"), ("727", Decimal("29.35"), None),
    ]  # fmt: skip
    assert Member.objects.exclude(pk=member.pk).get().name == "Ann"
    assert ShopDelivery.objects.filter(state="refused").count() == 1, "the one that nobody can read"


def test_an_event_that_fails_does_not_bring_back_who_was_erased_meanwhile(
    shop: ShopConnection, actors: Any, work_off: WorkOff
) -> None:
    post(shop, "orders/create", events.shopify(), "d1")
    work_off()
    post(shop, "orders/create", events.shopify(id=2, name="#1002"), "d2")
    read_before = ShopDelivery.objects.get(state="waiting")
    erasure.erase(member=Member.objects.get(), reason="asked", by=actors["admin"])
    work._mark(read_before, work.State.FAILED, settling.Outcome("fault"))
    assert b"jon@" not in bytes(ShopDelivery.objects.get(state="failed").body)


# --- in any order -----------------------------------------------------------------------------------------------


def history(orders: int, rng: random.Random) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a shop tells of some orders: each is created, paid, changed; some are refunded, cancelled, deleted."""
    for number in range(1, orders + 1):
        own = {"id": number, "name": f"#{number}", "email": f"buyer{number % 7}@example.com", "billing_address": {}}
        price = rng.randint(20, 90)
        own |= {"total_price": f"{price}.00", "total_discounts": "0.00", "total_tax": "0.00", "shipping_lines": []}
        own["line_items"] = [{"sku": f"P{number % 5}", "title": "Tea", "quantity": 1, "price": f"{price}.00"}]
        at = [f"2026-05-{day:02}T10:00:00Z" for day in range(4, 12)]
        yield "orders/create", events.shopify(**own, updated_at=at[0], financial_status="pending")
        yield "orders/paid", events.shopify(**own, updated_at=at[0])
        fate = number % 5
        if fate in {1, 2}:
            refunds = [
                events.shopify_refund(id=number * 10 + part, order_id=number, processed_at=at[part], transactions=[
                    {"kind": "refund", "status": "success", "amount": "5.00"}
                ])
                for part in range(1, 1 + fate)
            ]  # fmt: skip
            for refund in refunds:
                yield "refunds/create", refund
            yield (
                "orders/updated",
                events.shopify(
                    **own | {"refunds": refunds, "financial_status": "partially_refunded"}, updated_at=at[4]
                ),
            )
        elif fate == 3:
            yield "orders/cancelled", events.shopify(**own | {"cancelled_at": at[5]}, updated_at=at[5])
        elif fate == 4:
            yield "orders/updated", events.shopify(**own | {"email": "moved@example.com"}, updated_at=at[5])
            yield "orders/delete", {"id": number}


def digest() -> list[Any]:
    """The state that stands: every order with its lines, every refund; whom they count for, by their contacts."""
    orders = Order.objects.filter(voided_at=None).order_by("number")
    found: list[Any] = [
        (o.number, o.status, str(o.total), o.ordered_at.isoformat(), _buyer(o.member),
         sorted((line.product and line.product.sku, str(line.amount)) for line in o.lines.all()))
        for o in orders
    ]  # fmt: skip
    refunds = Refund.objects.filter(voided_at=None).order_by("number")
    found += [(r.number, str(r.amount), str(r.business_date), r.order and r.order.number) for r in refunds]
    return found


def _buyer(member: Member | None) -> list[str]:
    return sorted(member.identifiers.filter(voided_at=None).values_list("value", flat=True)) if member else []


def _play(shop: ShopConnection, told: list[tuple[str, dict[str, Any]]], seed: int, work_off: WorkOff) -> list[Any]:
    """Every event three times, in a random order, worked in random portions; then all is taken away again."""
    rng = random.Random(seed)
    thrice = [(str(place), *event) for place, event in enumerate(told)] * 3
    rng.shuffle(thrice)
    for place, topic, event in thrice:
        assert post(shop, topic, event, place).status_code == 200
        if rng.random() < 0.02:
            work_off()
    work_off()
    assert {state for state, _outcome in outcomes()} == {"done"}
    assert ShopDelivery.objects.count() == len(told)
    found = digest()
    _take_away()
    return found


def _take_away() -> None:
    for model in (ShopDelivery, ShopOrder):
        model.objects.all().delete()
    Order.objects.update(replaces=None)
    Refund.objects.update(replaces=None)
    Refund.objects.all().delete()
    Order.objects.all().delete()
    Identifier.objects.all().delete()
    Member.objects.all().delete()


def _all_ways(shop: ShopConnection, work_off: WorkOff, orders: int, ways: int) -> None:
    told = list(history(orders, random.Random(1)))
    ends = [_play(shop, told, seed, work_off) for seed in range(ways)]
    assert len(ends[0]) > orders
    assert all(json.dumps(end) == json.dumps(ends[0]) for end in ends)
    statuses = {row[1] for row in ends[0] if len(row) == 6}
    assert statuses == {"paid", "cancelled"}


def test_shuffled_and_tripled_events_end_in_the_same_state(shop: ShopConnection, work_off: WorkOff) -> None:
    _all_ways(shop, work_off, orders=5, ways=2)


@pytest.mark.prove
def test_ten_thousand_events_in_any_order_end_in_the_same_state(shop: ShopConnection, work_off: WorkOff) -> None:
    """About 10,000 deliveries in all: 100 orders of some 330 events, three times each, in ten orders."""
    _all_ways(shop, work_off, orders=100, ways=10)
