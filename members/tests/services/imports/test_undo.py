"""An import taken back: what it recorded is withdrawn, what it replaced stands again; and the reasons against it."""

from collections.abc import Sequence
from typing import Any

import pytest

from members.lib.actor import system
from members.models import AuditEntry, ImportBatch, Member, MemberEdit, Order, OrderLine, Refund
from members.services import exclusions, imports, jobs, merges
from members.services.imports import undo

BY = system("test")
pytestmark = pytest.mark.django_db

HEAD = "order_no,member_no,phone,time,amount\n"
FIRST = "1,a,13800000001,2025-03-01 10:00,10.00\n2,b,,2025-03-02 10:00,20.00\n"
AGAIN = "2,b,,2025-03-02 10:00,25.00\n3,c,,2025-03-03 10:00,5.00\n"


def take_in(rows: str, head: str = HEAD, **chosen: Any) -> ImportBatch:
    batch = imports.receive(
        name="f.csv", content=[(head + rows).encode()], chosen=imports.Options(preset="generic", **chosen), by=BY
    )
    job = imports.start(batch, by=BY)
    assert job is not None
    jobs.run(job.pk)
    batch.refresh_from_db()
    assert batch.state == "done", batch.refusal
    return batch


def take_back(batch: ImportBatch) -> ImportBatch:
    job = undo.start(batch, by=BY)
    assert job is not None
    jobs.run(job.pk)
    batch.refresh_from_db()
    return batch


def standing() -> dict[str, tuple[str, str]]:
    """Number -> total and number of the member, of every order that stands."""
    rows = Order.objects.filter(voided_at=None).order_by("number")
    return {row.number: (f"{row.total:.2f}", row.member.number if row.member else "") for row in rows}


def codes(batch: ImportBatch) -> Sequence[str]:
    return [reason.code for reason in undo.preview(batch).reasons]


def test_the_only_import_leaves_nothing_that_counts() -> None:
    batch = take_back(take_in(FIRST))
    assert batch.state == "undone"
    assert batch.undo == {"orders": 2, "refunds": 0, "restored": 0, "guests": 0, "members": 2, "fields": 0}
    assert standing() == {}
    assert not Member.objects.filter(voided_at=None).exists()
    assert Order.objects.count() == 2  # nothing is deleted
    assert AuditEntry.objects.filter(verb="undo", subject_id=str(batch.pk)).count() == 1


def test_the_file_can_come_in_again() -> None:
    take_back(take_in(FIRST))
    batch = take_in(FIRST)
    assert (batch.counts["orders"], batch.counts["members"], batch.counts["duplicates"]) == (2, 2, 0)


def test_versions_that_it_replaced_stand_again_with_lines_and_refunds() -> None:
    take_in(FIRST)
    given = take_in("R1,2,2025-03-05 10:00,4.00\n", "refund_no,order_no,refunded_at,amount\n")
    later = take_in(AGAIN)
    assert undo.preview(later) == undo.Preview(orders=2, restored=1, members=1)
    take_back(later)
    assert standing() == {"1": ("10.00", "a"), "2": ("20.00", "b")}
    order = Order.objects.get(number="2", voided_at=None)
    assert [f"{line.amount:.2f}" for line in OrderLine.objects.filter(order=order)] == ["20.00"]
    refund = Refund.objects.get(voided_at=None)
    assert (refund.order, refund.batch) == (order, given)
    assert take_back(given).state == "undone"
    assert not Refund.objects.filter(voided_at=None).exists()


def test_a_chain_is_taken_back_from_its_end() -> None:
    first, second = take_in(FIRST), take_in(AGAIN)
    third = take_in("2,b,,2025-03-02 10:00,30.00\n")
    assert codes(second) == ["later_orders"]
    refused = take_back(second)
    assert (refused.state, refused.undo["reasons"][0]["samples"]) == ("done", ["2"])
    assert standing()["2"] == ("30.00", "b")
    for batch in (third, second, first):
        assert take_back(batch).state == "undone"
    assert standing() == {}


class TestReasons:
    def test_orders_of_others_on_members_that_it_made(self) -> None:
        first = take_in(FIRST)
        take_in("7,a,,2025-04-01 10:00,1.00\n")
        assert codes(first) == ["orders_of_members"]

    def test_refunds_of_others_for_its_orders(self) -> None:
        first = take_in(FIRST)
        take_in("R1,2,2025-03-05 10:00,4.00\n", "refund_no,order_no,refunded_at,amount\n")
        assert "refunds_of_orders" in codes(first)

    def test_orders_recognised_by_a_phone_that_it_brought(self) -> None:
        take_in("1,a,,2025-03-01 10:00,10.00\n")
        second = take_in("2,a,13800000001,2025-03-02 10:00,10.00\n")
        take_in("3,,13800000001,2025-03-03 10:00,10.00\n")
        assert codes(second) == ["recognised_by"]

    def test_merges_and_exclusions_of_its_members(self) -> None:
        first = take_in(FIRST)
        a, b = Member.objects.get(number="a"), Member.objects.get(number="b")
        exclusions.exclude(member=a, reason="staff", from_date=a.recorded_at.date(), by=BY)
        assert codes(first) == ["excluded_members"]
        merges.merge(member=a, into=b, by=BY)
        assert codes(first) == ["merged_members", "excluded_members"]


class TestRealNumbers:
    """A member known by phone only has a number of ours, until a file brings the shop's own."""

    def test_the_number_is_taken_and_given_back(self) -> None:
        take_in("1,,13800000001,2025-03-01 10:00,10.00\n")
        ours = Member.objects.get()
        assert ours.number == f"HT-{ours.pk}"
        second = take_in("2,K7,13800000001,2025-03-02 10:00,10.00\n")
        ours.refresh_from_db()
        assert (ours.number, Member.objects.count()) == ("K7", 1)
        assert MemberEdit.objects.get().after == "K7"
        take_back(second)
        ours.refresh_from_db()
        assert ours.number == f"HT-{ours.pk}"


class TestGuests:
    """Contacts alone make no member where the import says so; they wait for one."""

    def test_a_guest_order_counts_for_who_turns_out_to_own_its_phone(self) -> None:
        guests = take_in("1,,13800000001,2025-03-01 10:00,10.00\n", contacts="guests")
        assert standing() == {"1": ("10.00", "")}
        claiming = take_in("2,m,13800000001,2025-04-01 10:00,5.00\n")
        assert standing() == {"1": ("10.00", "m"), "2": ("5.00", "m")}
        claimed = Order.objects.get(number="1", voided_at=None)
        assert (claimed.batch, claimed.matched_by) == (guests, "phone")
        assert undo.preview(claiming).guests == 1
        take_back(claiming)
        assert standing() == {"1": ("10.00", "")}
        again = take_in("2,m,13800000001,2025-04-01 10:00,5.00\n")
        assert standing()["1"] == ("10.00", "m")
        assert take_back(guests).state == "undone"
        assert take_back(again).state == "undone"

    def test_a_guest_whom_two_members_claim_stays_a_guest(self) -> None:
        take_in("1,,13800000001,,2025-03-01 10:00,1\n".replace(",,2025", ",a@x.com,2025"),
                "order_no,member_no,phone,email,time,amount\n", contacts="guests")  # fmt: skip
        take_in("2,p,13800000001,,2025-04-01 10:00,5\n3,q,,a@x.com,2025-04-01 10:00,5\n",
                "order_no,member_no,phone,email,time,amount\n")  # fmt: skip
        assert standing()["1"][1] == ""


class TestTotalsAndLines:
    """The same orders from a file of totals and from one of lines are one, when they come to the same."""

    LINES = "order_no,member_no,time,sku,amount\n"
    TWO = "1,a,2025-03-01 10:00,T1,6.00\n1,a,2025-03-01 10:00,T2,4.00\n"

    def lines(self) -> list[str]:
        order = Order.objects.get(number="1", voided_at=None)
        return sorted(line.product.sku for line in order.lines.all() if line.product)

    @pytest.mark.parametrize("lines_first", [True, False])
    def test_the_lines_stay_whichever_comes_first(self, lines_first: bool) -> None:
        files = [(self.TWO, self.LINES), ("1,a,,2025-03-01 10:00,10.00\n", HEAD)]
        for rows, head in files if lines_first else reversed(files):
            take_in(rows, head)
        assert (standing(), self.lines()) == ({"1": ("10.00", "a")}, ["T1", "T2"])

    def test_a_state_that_only_the_totals_know_is_taken(self) -> None:
        take_in(self.TWO, self.LINES)
        take_in("1,a,2025-03-01 10:00,10.00,cancelled\n", "order_no,member_no,time,amount,status\n")
        assert (Order.objects.get(voided_at=None).status, self.lines()) == ("cancelled", ["T1", "T2"])

    def test_a_time_of_day_that_only_one_file_knows_stays(self) -> None:
        take_in("1,a,,2025-03-01 10:00,10.00\n")
        take_in(self.TWO.replace(" 10:00", ""), self.LINES)
        order = Order.objects.get(voided_at=None)
        assert (self.lines(), f"{order.ordered_at:%H:%M}") == (["T1", "T2"], "02:00")

    def test_other_totals_are_listed(self) -> None:
        take_in(self.TWO, self.LINES)
        batch = take_in("1,a,,2025-03-01 10:00,11.00\n")
        assert (batch.counts["rejected"], batch.summary["groups"][0]["code"]) == (1, "totals_differ")
        assert standing() == {"1": ("10.00", "a")}
