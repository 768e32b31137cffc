"""Decisions about groups of problems: kept with the import, checked again, to be taken back, and in the audit."""

from collections.abc import Callable

import pytest

from members.lib.actor import system
from members.models import AuditEntry, Channel, ImportBatch, Merchant, Order, Store
from members.services import imports
from members.services.imports import decide

BY = system("test")
pytestmark = pytest.mark.django_db
SALES = (
    "order_no,ordered_at,amount,status,store,channel\n"
    "A1,2026-03-01 10:00,10.00,paid,XH,till\n"
    "A2,2026-03-01 11:00,20.00,VIP,S1,till\n"
    "A3,2026-03-01 12:00,free,paid,S1,till\n"
    "A4,2026-03-01 13:00,-5.00,VIP,S1,till\n"
    "A5,05/01/2026,5.00,paid,S1,till\n"
)
Work = Callable[[], int]


@pytest.fixture
def batch(merchant: Merchant, work_off: Work) -> ImportBatch:
    Store.objects.create(code="S1", name="徐汇店")
    Channel.objects.create(code="till", name="Till")
    received = imports.receive(name="sales.csv", content=[SALES.encode()], chosen=imports.Options(), by=BY)
    imports.check(received, by=BY)
    work_off()
    return fresh(received)


def fresh(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.get(pk=batch.pk)


def test_the_check_says_what_can_be_decided_and_what_would_be_created(batch: ImportBatch) -> None:
    assert batch.summary["decidable"] == 3, "two unknown states and an amount; the date only the file can mend"
    assert batch.counts["rejected"] == 4
    assert batch.summary["creates"]["stores"] == [["XH", "XH", 1]]
    spelled = {group["code"]: group["values"] for group in batch.summary["groups"]}
    assert spelled["unknown_status"] == [["VIP", 2]]
    assert batch.summary["writes"]["gross"] == 100_000


def test_one_decision_mends_the_group(batch: ImportBatch, work_off: Work) -> None:
    decide.read_as(batch, "store", {"XH": "S1"}, by=BY)
    work_off()
    decide.read_as(fresh(batch), "status", {"VIP": "paid"}, by=BY)
    work_off()
    told = fresh(batch)
    assert told.summary["creates"]["stores"] == []
    assert {(each["field"], each["value"], each["rows"]) for each in told.summary["decided"]} == {
        ("store", "XH", 1),
        ("status", "VIP", 2),
    }
    decide.settle(told, "amount", "not_a_number", "zero", by=BY)
    work_off()
    decide.settle(fresh(batch), "amount", "negative_order", "skip", by=BY)
    work_off()
    imports.start(fresh(batch), by=BY)
    work_off()
    assert list(Order.objects.order_by("number").values_list("number", "store__code", "status", "total")) == [
        ("A1", "S1", "paid", 10),
        ("A2", "S1", "paid", 20),
        ("A3", "S1", "paid", 0),
    ]
    counts = fresh(batch).counts
    assert (counts["rows"], counts["fixed"], counts["rejected"]) == (5, 3, 2)
    assert ",skipped," not in "".join(imports.rejected_lines(fresh(batch))), "the reason is given in words"


def test_a_decision_can_be_taken_back(batch: ImportBatch, work_off: Work) -> None:
    before = batch.summary
    decide.settle(batch, "amount", "not_a_number", "skip", by=BY)
    work_off()
    assert fresh(batch).summary["decidable"] == 2
    decide.settle(fresh(batch), "amount", "not_a_number", "", by=BY)
    work_off()
    decide.read_as(fresh(batch), "status", {"VIP": "paid"}, by=BY)
    work_off()
    decide.read_as(fresh(batch), "status", {"VIP": ""}, by=BY)
    work_off()
    assert imports.chosen_for(fresh(batch)).decisions == {}
    assert fresh(batch).summary == before


def test_who_decided_what_is_in_the_audit(batch: ImportBatch) -> None:
    decide.settle(batch, "amount", "not_a_number", "zero", by=BY)
    entry = AuditEntry.objects.get(verb="decide")
    assert entry.detail == {"before": {}, "after": {"codes": {"amount:not_a_number": "zero"}}}


@pytest.mark.parametrize(
    ("field", "value"), [("store", "S9"), ("status", "free"), ("order_no", "A1"), ("channel", "nowhere")]
)
def test_only_what_is_known_can_be_meant(batch: ImportBatch, field: str, value: str) -> None:
    with pytest.raises(decide.UnknownDecision):
        decide.read_as(batch, field, {"XH": value}, by=BY)


@pytest.mark.parametrize(
    ("field", "code", "action"),
    [("ordered_at", "not_a_date", "zero"), ("order_no", "missing", "blank"), ("amount", "not_a_number", "guess")],
)
def test_only_what_is_offered_can_be_decided(batch: ImportBatch, field: str, code: str, action: str) -> None:
    with pytest.raises(decide.UnknownDecision):
        decide.settle(batch, field, code, action, by=BY)


def test_an_import_under_way_takes_no_decision(batch: ImportBatch) -> None:
    imports.start(batch, by=BY)
    assert decide.settle(fresh(batch), "amount", "not_a_number", "zero", by=BY) is None
    assert not AuditEntry.objects.filter(verb="decide").exists()


def test_an_order_of_lines_waits_for_its_bad_row(merchant: Merchant, work_off: Work) -> None:
    lines = "order_no,ordered_at,sku,quantity,amount\nL1,2026-03-01 10:00,T1,1,5.00\nL1,2026-03-01 10:00,T2,1,free\n"
    received = imports.receive(name="lines.csv", content=[lines.encode()], chosen=imports.Options(), by=BY)
    imports.check(received, by=BY)
    work_off()
    assert fresh(received).summary["decidable"] == 2
    decide.settle(fresh(received), "amount", "not_a_number", "zero", by=BY)
    work_off()
    told = fresh(received)
    assert (told.summary["decidable"], told.counts["rejected"], told.counts["orders"]) == (0, 0, 1)
