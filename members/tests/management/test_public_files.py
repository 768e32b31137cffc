"""Two public sales files through `import_orders`: every stored count and cent against independent answers."""

import csv
import gzip
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count, Q, Sum

from members.models import Member, Merchant, Order, OrderLine, Product, Refund, Store
from members.tests.public_files import DATA, imported

pytestmark = pytest.mark.django_db


def quality(name: str) -> dict[str, int]:
    with (DATA / "golden" / name / "quality.csv").open(encoding="utf-8") as file:
        return {row["check"]: int(row["value"]) for row in csv.DictReader(file)}


def months(name: str, column: str) -> int:
    """A column of the monthly table, summed; money in minor units."""
    with (DATA / "golden" / name / "kpi_month.csv").open(encoding="utf-8") as file:
        return sum(int(row[column]) for row in csv.DictReader(file))


def total(rows: Any, field: str) -> Decimal:
    found: Decimal = rows.aggregate(sum=Sum(field))["sum"]
    return found


def test_online_retail(tmp_path: Path) -> None:
    Merchant.objects.create(pk=1, name="Shop", currency="GBP", zone="Europe/London")
    golden = quality("online_retail")
    answer = imported("online_retail.csv.gz", tmp_path)

    taken = golden["rows"] - golden["bad_debt_lines_A"]
    assert (answer["rows"], answer["accepted"], answer["fixed"]) == (golden["rows"], taken, 0)
    assert (answer["rejected"], answer["duplicates"]) == (golden["bad_debt_lines_A"], 0)
    assert answer["refunds"] == Refund.objects.count() == golden["cancellation_invoices_C"]
    assert answer["members"] == Member.objects.count() == golden["all_customer_ids"]
    assert answer["orders"] == Order.objects.count()
    assert OrderLine.objects.count() == taken - golden["cancellation_lines_C"], "exact duplicate lines are kept"

    bought = Order.objects.filter(total__gt=0)
    assert bought.exclude(member=None).count() == months("online_retail", "orders")
    assert total(bought.exclude(member=None), "total") * 1000 == months("online_retail", "gross_minor")
    assert bought.filter(member=None).count() == golden["guest_sale_invoices_positive"]
    assert total(bought.filter(member=None), "total") * 1000 == golden["guest_sale_gross_minor_positive_invoices"]
    nothing = Order.objects.filter(total=0).exclude(member=None)
    assert nothing.count() == golden["zero_value_sale_invoices_identified_dropped"]
    assert total(Refund.objects.exclude(member=None), "amount") * 1000 == months("online_retail", "refund_minor")
    assert not Refund.objects.exclude(order=None).exists()

    only_refunds = Member.objects.alias(bought=Count("orders", filter=Q(orders__total__gt=0))).filter(bought=0)
    assert only_refunds.filter(refunds__isnull=False).distinct().count() == golden["refund_only_members"]
    assert [(store.code, store.zone) for store in Store.objects.all()] == [("online_retail", "Europe/London")]
    apart = Order.objects.get(number="542806")  # its rows do not lie together in the file
    assert (apart.lines.count(), apart.total) == (_lines_of("542806"), _total_of("542806"))


def _rows_of(number: str) -> list[dict[str, str]]:
    with gzip.open(DATA / "online_retail.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["InvoiceNo"] == number]


def _lines_of(number: str) -> int:
    return len(_rows_of(number))


def _total_of(number: str) -> Decimal:
    return sum((Decimal(row["Quantity"]) * Decimal(row["UnitPrice"]) for row in _rows_of(number)), Decimal(0))


@pytest.mark.prove
def test_complete_journey(tmp_path: Path) -> None:
    Merchant.objects.create(pk=1, name="Shop", currency="USD", zone="America/New_York")
    golden = quality("complete_journey")
    answer = imported("complete_journey_transactions.csv.gz", tmp_path)

    assert answer["rows"] == answer["accepted"] + answer["fixed"] == golden["rows"]
    assert (answer["orders"], answer["members"]) == (golden["baskets"], golden["households"])
    assert Order.objects.filter(total=0).count() == golden["baskets_total_le_0_dropped"]
    assert OrderLine.objects.count() == golden["rows"]
    assert OrderLine.objects.filter(quantity=0).count() == golden["zero_quantity_lines"]
    assert total(Order.objects.all(), "total") * 100 == months("complete_journey", "gross_minor")
    assert set(Store.objects.values_list("zone", flat=True)) == {"America/New_York"}
    assert Product.objects.count() > 50_000
    last = Order.objects.order_by("business_date").last()
    assert str(last.business_date) == "2017-12-31", "reckoned in the stores' zone, not in UTC"  # type: ignore[union-attr]
