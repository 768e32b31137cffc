"""The prepared tables, on every engine: what counts, when it counts, and who was first where."""

from typing import Any

import pandas as pd

from analytics.facts import derive, schema
from analytics.tests.engines import day, order, raw_facts, refund

END = day("2011-12-31")
NOW = 1_000


def prepare(backend: Any, *facts: Any, as_of: int = END, known_at: int = NOW) -> derive.Prepared:
    return derive.prepare(raw_facts(backend, *facts), as_of_day=as_of, known_at=known_at)


def ids(table: Any, column: str = "order_id") -> list[int]:
    return sorted(table[column].to_pandas().astype(int))


def only_row(table: Any) -> dict[str, Any]:
    rows = table.to_pyarrow().to_pylist()
    assert len(rows) == 1
    return rows[0]


def test_the_derived_columns_are_those_of_the_schema(backend: Any) -> None:
    prepared = prepare(backend, [order(1, "2011-01-05")], [refund(1, "2011-01-06", 5)])
    for name, expected in schema.PREPARED.items():
        derived = getattr(prepared, name).schema().to_pyarrow()
        assert derived.names == expected.names
        assert derived.types == expected.types


def test_an_order_without_payment_is_not_valid(backend: Any) -> None:
    orders = [order(1, "2011-01-05"), order(1, "2011-01-06", 0), order(2, "2011-01-07", -5)]
    assert ids(prepare(backend, orders).sales) == [1]


def test_a_fact_counts_from_its_day_and_from_its_recording_until_its_voiding(backend: Any) -> None:
    orders = [
        order(1, "2011-01-05", order_id=1),
        order(1, "2011-01-06", order_id=2),
        order(1, "2011-01-05", order_id=3, recorded_at=500),
        order(1, "2011-01-05", order_id=4, voided_at=500),
    ]
    first_day = day("2011-01-05")
    assert ids(prepare(backend, orders, as_of=first_day, known_at=499).sales) == [1, 4]
    assert ids(prepare(backend, orders, as_of=first_day, known_at=500).sales) == [1, 3]
    assert ids(prepare(backend, orders, known_at=500).sales) == [1, 2, 3]


def test_refunds_have_the_same_two_clocks(backend: Any) -> None:
    refunds = [
        refund(1, "2011-01-05", 5, refund_id=1),
        refund(1, "2011-01-06", 5, refund_id=2),
        refund(1, "2011-01-05", 5, refund_id=3, recorded_at=500),
        refund(1, "2011-01-05", 5, refund_id=4, voided_at=500),
    ]
    back = prepare(backend, [], refunds, as_of=day("2011-01-05"), known_at=499).money_back
    assert ids(back, "refund_id") == [1, 4]


def test_an_excluded_buyer_is_left_out_on_those_days_only(backend: Any) -> None:
    orders = [order(1, f"2011-01-0{n}") for n in (5, 6, 7)] + [order(None, "2011-01-06")]
    refunds = [refund(1, "2011-01-06", 5), refund(1, "2011-01-07", 5), refund(None, "2011-01-06", 5)]
    staff = [{"member_id": 1, "from_day": day("2011-01-06"), "to_day": day("2011-01-06")}]
    prepared = prepare(backend, orders, refunds, staff)
    assert ids(prepared.sales) == [1, 3, 4]
    assert ids(prepared.money_back, "refund_id") == [2, 3]


def test_an_open_exclusion_lasts_and_a_voided_one_is_forgotten(backend: Any) -> None:
    orders = [order(1, "2011-01-05"), order(2, "2011-01-05"), order(3, "2011-01-05")]
    since = {"from_day": day("2011-01-01"), "to_day": schema.OPEN_END}
    exclusions = [
        {"member_id": 1, **since},
        {"member_id": 2, **since, "voided_at": 900},
        {"member_id": 3, **since, "recorded_at": 900},
    ]
    assert ids(prepare(backend, orders, [], exclusions, known_at=899).sales) == [3]
    assert ids(prepare(backend, orders, [], exclusions, known_at=900).sales) == [2]


def test_two_exclusions_over_the_same_day_do_not_double_or_spare_a_row(backend: Any) -> None:
    span = {"from_day": 0, "to_day": schema.OPEN_END}
    sales = prepare(backend, [order(1, "2011-01-05"), order(2, "2011-01-05")], [], [{"member_id": 1, **span}] * 2).sales
    assert ids(sales) == [2]


def test_only_refunds_that_name_the_order_and_cover_it_take_the_purchase_away(backend: Any) -> None:
    orders = [order(1, "2011-01-05", 100, order_id=number) for number in (1, 2, 3, 4)]
    refunds = [
        refund(1, "2011-01-06", 60, order_id=1),
        refund(1, "2011-01-07", 40, order_id=1),
        refund(1, "2011-01-06", 99, order_id=2),
        refund(1, "2011-01-06", 100),
        refund(1, "2011-01-06", 100, order_id=4, voided_at=1),
    ]
    sales = prepare(backend, orders, refunds).sales.order_by("order_id").to_pandas()
    assert list(sales.kept) == [0, 1, 1, 1]


def test_an_order_without_revenue_is_kept(backend: Any) -> None:
    gift_card_only = [order(1, "2011-01-05", 0, total=500)]
    assert only_row(prepare(backend, gift_card_only).sales)["kept"] == 1


def test_a_refund_is_not_looked_at_before_its_day(backend: Any) -> None:
    facts = [order(1, "2011-01-05", 100)], [refund(1, "2011-01-09", 100, order_id=1)]
    assert only_row(prepare(backend, *facts, as_of=day("2011-01-08")).sales)["kept"] == 1
    assert only_row(prepare(backend, *facts, as_of=day("2011-01-09")).sales)["kept"] == 0


def test_first_orders_of_both_views(backend: Any) -> None:
    orders = [
        order(1, "2011-02-03", 100, order_id=11, store_id=3, channel_id=7),
        order(1, "2011-01-31", 100, order_id=10, store_id=2, channel_id=6),
        order(1, "2011-02-03", 100, order_id=12, store_id=4, channel_id=8),
        order(1, "2011-03-10", 100, order_id=13),
        order(1, "2011-04-01", 100, order_id=14),
    ]
    refunds = [refund(1, "2011-02-01", 100, order_id=10), refund(1, "2011-04-02", 100, order_id=14)]
    assert only_row(prepare(backend, orders, refunds).firsts) == {
        "member_id": 1,
        "first_order_day": day("2011-01-31"),
        "first_order_week": (day("2011-01-31") + 3) // 7,
        "first_order_month": 2011 * 12,
        "first_order_store_id": 2,
        "first_order_channel_id": 6,
        "first_day": day("2011-02-03"),
        "first_week": (day("2011-02-03") + 3) // 7,
        "first_month": 2011 * 12 + 1,
        "store_id": 3,
        "channel_id": 7,
        "second_day": day("2011-03-10"),
        "second_order_day": day("2011-02-03"),
        "last_day": day("2011-03-10"),
    }


def test_a_member_whose_orders_were_all_refunded_is_a_first_of_the_accounting_view_only(backend: Any) -> None:
    facts = [order(1, "2011-01-05", 9)], [refund(1, "2011-01-05", 9, order_id=1)]
    row = only_row(prepare(backend, *facts).firsts)
    assert row["first_order_day"] == day("2011-01-05")
    behaviour = ("first_day", "first_month", "store_id", "second_day", "last_day")
    assert {row[name] for name in behaviour} == {None}


def test_two_receipts_on_one_day_are_one_occasion(backend: Any) -> None:
    row = only_row(prepare(backend, [order(1, "2011-01-05"), order(1, "2011-01-05")]).firsts)
    assert row["second_day"] is None
    assert row["second_order_day"] == day("2011-01-05")


def test_guests_are_sales_but_no_members(backend: Any) -> None:
    prepared = prepare(backend, [order(None, "2011-01-05"), order(None, "2011-01-06")])
    assert ids(prepared.sales) == [1, 2]
    assert prepared.firsts.count().to_pandas() == 0
    assert prepared.member_month.count().to_pandas() == 0
    assert prepared.occasions.count().to_pandas() == 0


def test_member_months_count_kept_orders(backend: Any) -> None:
    dates = ("2011-01-05", "2011-01-05", "2011-03-01", "2011-02-01")
    orders = [order(1, date, 7) for date in dates]
    months = prepare(backend, orders, [refund(1, "2011-02-02", 7, order_id=4)]).member_month
    frame = months.order_by("month").to_pandas()
    assert list(zip(frame.month - 2011 * 12, frame.kept_orders, strict=True)) == [(0, 2), (2, 1)]


def test_occasions_are_the_days_with_a_kept_order_in_their_order(backend: Any) -> None:
    dates = ("2011-03-01", "2011-01-05", "2011-01-05", "2011-02-01", "2011-01-07")
    orders = [*(order(1, date, 7) for date in dates), order(2, "2011-01-06"), order(None, "2011-01-06")]
    listed = prepare(backend, orders, [refund(1, "2011-02-02", 7, order_id=4)]).occasions
    rows = listed.order_by("member_id", "nth").to_pyarrow().to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        (1, 1, day("2011-01-05"), day("2011-01-07")),
        (1, 2, day("2011-01-07"), day("2011-03-01")),
        (1, 3, day("2011-03-01"), None),
        (2, 1, day("2011-01-06"), None),
    ]


def test_data_ends_with_the_last_order_or_refund_known(backend: Any) -> None:
    orders = [order(1, "2011-01-05"), order(1, "2011-09-09", voided_at=5)]
    refunds = [refund(1, "2011-02-01", 5), refund(1, "2011-03-01", 5, recorded_at=2000)]
    raw = raw_facts(backend, orders, refunds)
    assert derive.last_business_day(raw, known_at=NOW).to_pandas() == day("2011-02-01")
    assert derive.last_business_day(raw, known_at=2000).to_pandas() == day("2011-03-01")


def test_without_facts_data_never_ended(backend: Any) -> None:
    assert pd.isna(derive.last_business_day(raw_facts(backend, []), known_at=NOW).to_pandas())
