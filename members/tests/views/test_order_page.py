"""The order page: what was bought and paid, what came back, and the versions that later files replaced."""

from decimal import Decimal
from types import SimpleNamespace

from members.models import Exclusion, ImportBatch, Order, OrderLine, Payment, Product
from members.tests.counter import order, refund


def test_shows_lines_payments_refunds_and_the_import(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    sale = shop.orders["A1"]
    sale.batch = ImportBatch.objects.create(file_name="may.csv")
    sale.save()
    tea = Product.objects.create(sku="T1", name="Oolong")
    OrderLine.objects.create(order=sale, product=tea, quantity=Decimal("1.5"), amount=Decimal(20))
    Payment.objects.create(order=sale, kind="points", amount=Decimal(3))
    answer = clients.marketer.get(f"/members/orders/{sale.pk}/")
    page = answer.content.decode()
    assert all(text in page for text in ("Oolong", ">1.5<", "¥20.00", "¥3.00", "R1", "¥5.50", 'href="/members/M1/"'))
    assert f'<a href="/members/imports/{sale.batch_id}/">may.csv</a>' in page
    assert (
        f'href="/members/imports/{sale.batch_id}/"'
        not in clients.manager.get(answer.request["PATH_INFO"]).content.decode()
    )


def test_a_manager_opens_orders_of_the_store_and_of_own_members_elsewhere(
    clients: SimpleNamespace, shop: SimpleNamespace
) -> None:
    answers = {key: clients.manager.get(f"/members/orders/{sale.pk}/") for key, sale in shop.orders.items()}
    assert {key for key, answer in answers.items() if answer.status_code == 404} == {"C1"}
    assert clients.stranger.get(f"/members/orders/{shop.orders['G1'].pk}/").status_code == 404
    assert clients.clerk.get(f"/members/orders/{shop.orders['A1'].pk}/").status_code == 403


def test_an_earlier_version_says_so_and_leads_to_the_one_that_counts(
    clients: SimpleNamespace, shop: SimpleNamespace
) -> None:
    current = shop.orders["A1"]
    earlier = order("A1", shop.here, shop.wang, gross="21", voided=True)
    page = clients.manager.get(f"/members/orders/{earlier.pk}/").content.decode()
    assert f'href="/members/orders/{current.pk}/"' in page
    versions = clients.manager.get(f"/members/orders/{current.pk}/").context["versions"]
    assert {version.pk for version, _recorded, _voided, _changes in versions} == {current.pk, earlier.pk}


def test_a_version_of_another_store_stays_there(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    moved = order("G1", shop.there, None, voided=True)
    assert clients.manager.get(f"/members/orders/{shop.orders['G1'].pk}/").context["versions"] == []
    assert clients.manager.get(f"/members/orders/{moved.pk}/").status_code == 404


def test_a_guest_order_and_one_that_was_cancelled_have_pages(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    for key in ("G1", "A3"):
        assert clients.manager.get(f"/members/orders/{shop.orders[key].pk}/").status_code == 200


def test_a_version_says_what_it_changed(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    earlier = order("A1", shop.here, shop.wang, gross="21", voided=True, day="2026-04-30", status="pending")
    Order.objects.filter(pk=earlier.pk).update(recorded_at="2026-01-01T00:00Z")
    newest, oldest = clients.manager.get(f"/members/orders/{shop.orders['A1'].pk}/").context["versions"]
    assert oldest[3] == []
    assert newest[3] == [
        "合计：“¥21.00”改为“¥20.00”", "销售额：“¥21.00”改为“¥20.00”", "状态：“待付款”改为“已付款”",
        "营业日期：“2026-04-30”改为“2026-05-01”",
    ]  # fmt: skip


def test_an_order_knows_its_place_among_the_purchases_of_its_member(
    clients: SimpleNamespace, shop: SimpleNamespace
) -> None:
    answer = clients.manager.get(f"/members/orders/{shop.orders['A2'].pk}/")
    place = answer.context["place"]
    assert (place.number, place.of, place.days) == (2, 2, 8)
    assert (place.earlier, place.later) == (shop.orders["A1"].pk, None)
    assert f'href="/members/orders/{shop.orders["A1"].pk}/"' in answer.content.decode()
    first = clients.manager.get(f"/members/orders/{shop.orders['A1'].pk}/").context["place"]
    assert (first.number, first.days, first.later) == (1, None, shop.orders["A2"].pk)


def test_what_is_no_purchase_has_no_place(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    refund("R2", shop.orders["A2"], "12.34")
    wholly = clients.manager.get(f"/members/orders/{shop.orders['A2'].pk}/")
    assert wholly.context["place"] is None
    assert "已全额退款" in wholly.content.decode()
    for key in ("A3", "G1"):
        assert not clients.manager.get(f"/members/orders/{shop.orders[key].pk}/").context.get("place")
    Exclusion.objects.create(member=shop.wang, reason="staff", from_date="2026-05-01", to_date="2026-05-01")
    assert "买家这一天不计入" in clients.manager.get(f"/members/orders/{shop.orders['A1'].pk}/").content.decode()
