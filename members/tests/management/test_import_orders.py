"""`import_orders`: what becomes of every row, what is stored, and why a file is refused."""

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from members.models import ImportBatch, Member, Merchant, Order, OrderLine, Product, Refund, Store, Touched

DATA = Path(__file__).parent.parent / "data"
pytestmark = pytest.mark.django_db(transaction=True)
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run() -> Run:
    def command(path: Path, *options: str) -> dict[str, Any]:
        out = io.StringIO()
        call_command("import_orders", str(path), *options, stdout=out)
        answer: dict[str, Any] = json.loads(out.getvalue())
        taken = answer["accepted"] + answer["fixed"] + answer["rejected"] + answer["duplicates"]
        assert answer["rows"] == taken, "every row is accounted for"
        return answer

    return command


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def put(text: str, name: str = "sales.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return put


def outcome(answer: dict[str, Any]) -> tuple[int, int, int, int]:
    return answer["accepted"], answer["fixed"], answer["rejected"], answer["duplicates"]


def reasons(answer: dict[str, Any], column: str = "row_number") -> list[str]:
    text = Path(answer["rejected_rows"]).read_text(encoding="utf-8-sig")
    return [row[column] for row in csv.DictReader(io.StringIO(text))]


def standing() -> dict[str, Decimal]:
    return dict(Order.objects.filter(voided_at=None).values_list("number", "total"))


class TestHostileFiles:
    def test_dates(self, run: Run) -> None:
        answer = run(DATA / "19_orders_dates.csv")
        assert outcome(answer) == (5, 7, 12, 0)
        assert reasons(answer) == ["8", "9", "11", "13", "14", "15", "16", "17", "18", "19", "20", "23"]
        assert str(Order.objects.get(number="DT006").business_date) == "2025-01-01"

    def test_amounts_sum_to_the_cent(self, run: Run) -> None:
        answer = run(DATA / "20_orders_amounts.csv")
        assert outcome(answer) == (5, 8, 16, 0)
        assert Order.objects.aggregate(sum=Sum("total"))["sum"] == Decimal("4188.30")

    def test_refunds_never_exceed_their_order(self, run: Run) -> None:
        assert outcome(run(DATA / "21a_orders_for_refunds.csv")) == (6, 0, 0, 0)
        answer = run(DATA / "21b_refunds.csv")
        assert (outcome(answer), answer["refunds"]) == ((3, 1, 6, 1), 4)
        assert Refund.objects.aggregate(sum=Sum("amount"))["sum"] == Decimal(220)
        again = run(DATA / "21b_refunds.csv")
        assert (outcome(again), again["refunds"]) == ((0, 0, 6, 5), 0)

    def test_numbers_that_come_twice(self, run: Run) -> None:
        answer = run(DATA / "42_orders_duplicates.csv")
        assert outcome(answer) == (5, 1, 1, 1)
        assert standing() == {"X1": 10, "X2": 20, "X3": 30, "X4": 40, "x1": 10, "X5": 50}
        assert Order.objects.get(number="X4").member is None
        assert Order.objects.get(number="X5").member == Member.objects.get(number="M0001")

    @pytest.mark.parametrize("name", ["19_orders_dates", "20_orders_amounts", "42_orders_duplicates"])
    def test_a_second_time_changes_nothing(self, run: Run, name: str) -> None:
        first = run(DATA / f"{name}.csv")
        Touched.objects.all().delete()
        before = (standing(), Member.objects.count(), Store.objects.count())
        second = run(DATA / f"{name}.csv")
        assert (second["orders"], second["members"], second["accepted"], second["fixed"]) == (0, 0, 0, 0)
        assert second["rejected"] == first["rejected"]
        assert (standing(), Member.objects.count(), Store.objects.count()) == before
        assert not Touched.objects.exists()

    def test_a_dry_run_says_the_same_and_stores_nothing(self, run: Run) -> None:
        answer = run(DATA / "42_orders_duplicates.csv", "--dry-run")
        assert (outcome(answer), answer["orders"], answer["members"]) == ((5, 1, 1, 1), 6, 2)
        assert not Order.objects.exists()
        assert not Member.objects.exists()
        assert not Store.objects.exists()


HEADER = "order_no,member_no,ordered_at,amount\n"
LINES = "订单号,会员号,下单时间,商品编码,商品名称,类目,数量,单价\n"


class TestVersions:
    def test_changed_content_becomes_a_new_version_and_the_old_one_stays_on_record(self, run: Run, write: Any) -> None:
        run(write(HEADER + "A,M1,2025-01-05,10.00\nB,M1,2025-01-05,20.00\n"))
        answer = run(write(HEADER + "A,M1,2025-01-05,11.00\nB,M1,2025-01-05,20.00\n"))
        assert (outcome(answer), answer["orders"]) == ((1, 0, 0, 1), 0)
        old, new = Order.objects.filter(number="A").order_by("id")
        assert (old.total, new.total, new.voided_at) == (10, 11, None)
        assert old.voided_at == new.recorded_at

    def test_refunds_follow_their_order_to_its_new_version(self, run: Run, write: Any) -> None:
        run(write(HEADER + "A,M1,2025-01-05,10.00\n"))
        run(write("refund_no,order_no,refunded_at,amount\nR1,A,2025-01-06,4.00\n"))
        run(write(HEADER + "A,M1,2025-01-05,11.00\n"))
        standing_refund = Refund.objects.get(voided_at=None)
        assert standing_refund.order == Order.objects.get(number="A", voided_at=None)
        assert Refund.objects.filter(number="R1").count() == 2

    def test_the_same_number_from_another_source_is_another_order(self, run: Run, write: Any) -> None:
        path = write(HEADER + "A,M1,2025-01-05,10.00\n")
        run(path)
        assert run(path, "--source", "shop two")["orders"] == 1
        assert Order.objects.filter(number="A", voided_at=None).count() == 2


class TestLines:
    def test_rows_of_one_order_may_lie_apart_and_identical_ones_are_kept(self, run: Run, write: Any) -> None:
        answer = run(
            write(
                LINES
                + "O1,M1,2025-01-05 10:02,P1,乌龙,茶,2,12.50\n"
                + "O2,,2025-01-05 11:00,P2,杯子,器具,1,30\n"
                + "O1,M1,2025-01-05 10:01,P1,乌龙,茶,2,12.50\n"
            )
        )
        assert (outcome(answer), answer["orders"]) == ((3, 0, 0, 0), 2)
        order = Order.objects.get(number="O1")
        assert (order.total, order.lines.count()) == (50, 2)
        assert order.ordered_at.isoformat() == "2025-01-05T02:01:00+00:00"  # the earliest line
        assert Product.objects.get(sku="P1").category.name == "茶"  # type: ignore[union-attr]

    def test_one_bad_row_rejects_its_whole_order_and_returns_all_its_rows(self, run: Run, write: Any) -> None:
        path = write(
            LINES
            + "O1,M1,2025-01-05 10:00:00,P1,乌龙,茶,1,12\n"
            + "O2,M1,2025-01-05 11:00:00,P2,杯子,器具,1,30\n"
            + "O1,M1,2025-01-05 10:00:00,P3,茶盘,器具,x,12\n"
        )
        answer = run(path)
        assert outcome(answer) == (1, 0, 2, 0)
        assert reasons(answer) == ["1", "3"]
        assert standing() == {"O2": 30}

    def test_rejected_rows_can_be_mended_and_imported_again(self, run: Run, write: Any) -> None:
        answer = run(write(LINES + "O1,M1,2025-01-05 10:00:00,P1,乌龙,茶,x,12\n"))
        text = Path(answer["rejected_rows"]).read_text(encoding="utf-8-sig").replace(",x,12", ",2,12")
        assert outcome(run(write(text, "mended.csv"))) == (1, 0, 0, 0)
        assert standing() == {"O1": 24}

    def test_weighed_goods_keep_four_decimals(self, run: Run, write: Any) -> None:
        run(write(LINES + "O1,M1,2025-01-05 10:00:00,P1,龙井,茶,0.375,12.99\n"))
        assert OrderLine.objects.get().amount == Decimal("4.8713")

    def test_rows_that_contradict_each_other_are_rejected(self, run: Run, write: Any) -> None:
        rows = "O1,M1,2025-01-05 10:00:00,P1,a,b,1,1\nO1,M2,2025-01-05 10:00:00,P1,a,b,1,1\n"
        assert outcome(run(write(LINES + rows))) == (0, 0, 2, 0)

    def test_gift_cards_sold_are_no_revenue(self, run: Run, write: Any) -> None:
        header = "order_no,member_no,ordered_at,sku,line_kind,quantity,unit_price\n"
        run(write(header + "O1,M1,2025-01-05,G,gift_card,1,100\nO1,M1,2025-01-05,P,goods,1,30\n"))
        order = Order.objects.get()
        assert (order.total, order.gross) == (130, 30)


class TestWhoseItIs:
    HEADER = "order_no,member_no,phone,ordered_at,amount\n"

    def test_a_known_phone_is_that_member_and_the_number_becomes_a_further_one(self, run: Run, write: Any) -> None:
        run(write(self.HEADER + "A,M1,13800138001,2025-01-05,1\n"))
        run(write(self.HEADER + "B,C9,138 0013 8001,2025-01-06,1\nC,c9,,2025-01-07,1\n"))
        assert set(Order.objects.values_list("member__number", flat=True)) == {"M1"}
        assert Member.objects.count() == 1

    def test_a_phone_alone_makes_a_member_who_is_recognised_next_time(self, run: Run, write: Any) -> None:
        answer = run(write(self.HEADER + "A,,13800138001,2025-01-05,1\nB,,13800138001,2025-01-06,1\n"))
        assert answer["members"] == 1
        assert run(write(self.HEADER + "C,,+8613800138001,2025-01-07,1\n"))["members"] == 0
        assert "138001" not in Member.objects.get().number

    def test_a_row_that_points_to_two_members_is_rejected(self, run: Run, write: Any) -> None:
        run(write(self.HEADER + "A,M1,13800138001,2025-01-05,1\nB,M2,13800138002,2025-01-05,1\n"))
        answer = run(write(self.HEADER + "C,M1,13800138002,2025-01-06,1\n"))
        assert outcome(answer) == (0, 0, 1, 0)

    def test_a_contact_alone_makes_a_member_or_a_guest_as_told(self, run: Run, write: Callable[[str], Path]) -> None:
        path = write("order_no,phone,time,amount\nA1,13800000001,2025-01-05 10:00,10\n")
        run(path, "--contacts", "guests")
        assert list(Order.objects.values_list("member", "guest_phone")) == [(None, "+8613800000001")]
        run(path, "--source", "till")
        assert Member.objects.get().number.startswith("HT-")
        assert Order.objects.filter(voided_at=None, member__isnull=False).count() == 2, "the guest is claimed"


class TestWhereItBelongs:
    def test_before_any_setting_the_shop_is_in_shanghai(self, run: Run, write: Any) -> None:
        run(write(HEADER + "A,M1,2025-01-05 23:30:00,1\n"))
        order = Order.objects.get()
        assert (order.ordered_at.hour, str(order.business_date)) == (15, "2025-01-05")
        assert (order.store.code, order.store.zone, order.channel.code) == ("main", "Asia/Shanghai", "unknown")

    def test_the_zone_of_the_times_is_apart_from_the_zone_of_the_stores(self, run: Run, write: Any) -> None:
        path = write("order_no,store,ordered_at,amount\nA,S1,2025-01-05 02:00:00,1\n")
        run(path, "--timezone", "UTC", "--store-timezone", "America/New_York")
        assert str(Order.objects.get().business_date) == "2025-01-04"

    def test_a_store_named_in_the_command_is_used_where_no_column_names_one(self, run: Run, write: Any) -> None:
        store = Store.objects.create(code="S7", name="Seven")
        run(write(HEADER + "A,M1,2025-01-05,1\n"), "--store", "S7")
        assert Order.objects.get().store == store

    def test_amounts_are_read_in_the_merchants_currency(self, run: Run, write: Any) -> None:
        Merchant.objects.create(pk=1, name="Shop", currency="JPY", zone="Asia/Tokyo")
        answer = run(write(HEADER + "A,M1,2025-01-05,¥1200\nB,M1,2025-01-05,12.5\n"))
        assert outcome(answer) == (0, 1, 1, 0)


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "空"),
            (b"PK\x03\x04", "Excel"),
            (b"name,email\nx,y@z.com\n", "order_no"),
            (b'order_no,ordered_at,amount\nA,2025-01-01,"1\nB,2025-01-01,2\n', "第 2 行"),
        ],
    )
    def test_a_refused_file_says_why_and_leaves_nothing(self, tmp_path: Path, content: bytes, said: str) -> None:
        path = tmp_path / "bad.csv"
        path.write_bytes(content)
        with pytest.raises(CommandError, match=said) as refused:
            call_command("import_orders", str(path))
        assert "\n" not in str(refused.value)
        assert not Order.objects.exists()
        assert ImportBatch.objects.get().state == "refused"

    def test_a_header_without_rows_is_taken(self, run: Run, write: Any) -> None:
        answer = run(write(HEADER))
        assert (answer["rows"], answer["rejected_rows"]) == (0, None)

    def test_a_file_that_is_not_there(self) -> None:
        with pytest.raises(CommandError, match="nowhere"):
            call_command("import_orders", "/nowhere/sales.csv")

    @pytest.mark.parametrize("options", [("--map", "amount"), ("--map", "amount=Nope"), ("--timezone", "CST")])
    def test_options_that_cannot_be(self, write: Any, options: tuple[str, ...]) -> None:
        with pytest.raises(CommandError):
            call_command("import_orders", str(write(HEADER + "A,M1,2025-01-05,1\n")), *options)

    def test_columns_given_by_hand(self, run: Run, write: Any) -> None:
        path = write("Beleg,Datum,Betrag\nA,2025-01-05,1\n")
        answer = run(path, "--map", "order_no=Beleg", "--map", "ordered_at=Datum", "--map", "amount=Betrag")
        assert answer["orders"] == 1
