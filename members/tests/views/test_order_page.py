"""The order page: what was bought and paid, what came back, and the versions that later files replaced."""

from decimal import Decimal
from types import SimpleNamespace

from members.models import ImportBatch, OrderLine, Payment, Product
from members.tests.counter import order


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
    assert {version.pk for version, _recorded, _voided in versions} == {current.pk, earlier.pk}


def test_a_version_of_another_store_stays_there(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    moved = order("G1", shop.there, None, voided=True)
    assert clients.manager.get(f"/members/orders/{shop.orders['G1'].pk}/").context["versions"] == []
    assert clients.manager.get(f"/members/orders/{moved.pk}/").status_code == 404


def test_a_guest_order_and_one_that_was_cancelled_have_pages(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    for key in ("G1", "A3"):
        assert clients.manager.get(f"/members/orders/{shop.orders[key].pk}/").status_code == 200
