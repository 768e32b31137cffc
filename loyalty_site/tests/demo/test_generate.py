"""The demo shop is the same for the same wish, its sums tie, and its problem is where it was planted."""

from dataclasses import fields, replace
from datetime import date

import numpy as np
import phonenumbers
import pytest

from loyalty_site.demo.catalogue import CENT, CHANNEL_CODES, STORES
from loyalty_site.demo.generate import Wish, generate
from loyalty_site.demo.shop import IDENTIFIER_KINDS, LINE_KINDS, PAYMENT_KINDS, Flags, Ints, Shop

END = date(2026, 11, 21)
SMALL = Wish(end=END, scale=0.1, seed=7)


@pytest.fixture(scope="module")
def shop() -> Shop:
    return generate(SMALL)


@pytest.fixture(scope="module")
def sound_shop() -> Shop:
    return generate(replace(SMALL, problem_channel=None))


def columns(table: object) -> list[tuple[str, object]]:
    return [(column.name, getattr(table, column.name).tolist()) for column in fields(table)]  # type: ignore[arg-type]


def sums(order: Ints, amount: Ints, count: int) -> Ints:
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, order, amount)
    return total


def month_one(shop: Shop, channel: int) -> tuple[float, float]:
    """Share of a channel's first buyers who bought in the next calendar month: before, and since the problem."""
    orders = shop.orders
    rows = np.flatnonzero(orders.member >= 0)
    member, first_row = np.unique(orders.member[rows], return_index=True)
    first_row = rows[first_row]
    month = orders.business_date.astype("datetime64[M]").astype(np.int64)
    next_month = set(zip(orders.member.tolist(), (month - 1).tolist(), strict=True))
    back = np.array([pair in next_month for pair in zip(member.tolist(), month[first_row].tolist(), strict=True)])
    here = orders.channel[first_row] == channel
    since = month[first_row] >= np.datetime64("2026-05", "M").astype(np.int64)
    judged = month[first_row] <= np.datetime64("2026-09", "M").astype(np.int64)
    recent: Flags = here & since & judged
    return float(back[here & ~since].mean()), float(back[recent].mean())


def test_the_same_wish_gives_the_same_shop(shop: Shop) -> None:
    again = generate(SMALL)
    for table in ("members", "identifiers", "exclusions", "orders", "lines", "payments", "refunds"):
        assert columns(getattr(again, table)) == columns(getattr(shop, table))


def test_another_seed_gives_another_shop(shop: Shop) -> None:
    assert generate(replace(SMALL, seed=8)).orders.ordered_at.tolist() != shop.orders.ordered_at.tolist()


def test_lines_and_payments_sum_to_the_total(shop: Shop) -> None:
    count = len(shop.orders)
    assert np.array_equal(sums(shop.lines.order, shop.lines.amount, count), shop.orders.total)
    assert np.array_equal(sums(shop.payments.order, shop.payments.amount, count), shop.orders.total)
    assert np.array_equal(shop.lines.quantity * shop.lines.price, shop.lines.amount)
    assert shop.payments.amount.min() > 0


def test_revenue_is_goods_and_fees_less_points_and_coupons(shop: Shop) -> None:
    count = len(shop.orders)
    sold = np.isin(shop.lines.kind, [LINE_KINDS.index("goods"), LINE_KINDS.index("fee")])
    given = np.isin(shop.payments.kind, [PAYMENT_KINDS.index("points"), PAYMENT_KINDS.index("coupon")])
    expected = sums(shop.lines.order[sold], shop.lines.amount[sold], count)
    expected -= sums(shop.payments.order[given], shop.payments.amount[given], count)
    assert np.array_equal(shop.orders.gross, expected)
    assert shop.orders.gross.min() > 0


def test_money_is_whole_cents(shop: Shop) -> None:
    for amounts in (shop.lines.amount, shop.payments.amount, shop.refunds.amount, shop.orders.gross):
        assert amounts.dtype == np.int64
        assert not (amounts % CENT).any()


def test_every_kind_of_line_and_payment_occurs(shop: Shop) -> None:
    assert set(shop.lines.kind.tolist()) == set(range(len(LINE_KINDS)))
    assert set(shop.payments.kind.tolist()) == set(range(len(PAYMENT_KINDS)))
    assert (shop.lines.product >= 0).tolist() == (shop.lines.kind == LINE_KINDS.index("goods")).tolist()


def test_refunds_give_back_at_most_what_was_paid_and_come_later(shop: Shop) -> None:
    named = shop.refunds.take(shop.refunds.order >= 0)
    assert 0 < len(named) < len(shop.refunds)
    orders = shop.orders.take(named.order)
    assert (named.amount <= orders.gross).all()
    assert (named.amount == orders.gross).any()
    assert (named.amount < orders.gross).any()
    assert (named.refunded_at > orders.ordered_at).all()
    assert np.array_equal(named.member, orders.member)
    assert np.array_equal(named.store, orders.store)
    assert shop.refunds.business_date.max() <= np.datetime64(END)


def test_instants_lie_in_opening_hours_of_their_business_date(shop: Shop) -> None:
    for instants, dates in (
        (shop.orders.ordered_at, shop.orders.business_date),
        (shop.refunds.refunded_at, shop.refunds.business_date),
        (shop.members.joined_at, shop.members.joined_on),
    ):
        local = instants + np.timedelta64(8, "h")
        assert np.array_equal(local.astype("datetime64[D]"), dates)
        second = (local - dates.astype("datetime64[s]")).astype(np.int64)
        assert second.min() >= 8 * 3600
        assert second.max() < 22 * 3600


def test_twenty_four_calendar_months_end_on_the_end_date(shop: Shop) -> None:
    assert shop.start == date(2024, 12, 1)
    months = np.unique(shop.orders.business_date.astype("datetime64[M]"))
    assert len(months) == 24
    assert shop.orders.business_date.max() == np.datetime64(END)
    assert (np.diff(shop.orders.ordered_at.astype(np.int64)) >= 0).all()


def test_sizes_follow_the_scale(shop: Shop) -> None:
    assert len(shop.members) == 4_800
    assert 35_000 < len(shop.orders) < 45_000
    assert 0.10 < (shop.orders.member < 0).mean() < 0.14
    assert len(generate(Wish(end=END, scale=0.02)).members) == 960


def test_no_store_sells_before_it_opens(shop: Shop) -> None:
    assert (shop.orders.business_date >= shop.store_opened[shop.orders.store]).all()
    assert set(shop.orders.store.tolist()) == set(range(len(STORES)))


def test_every_member_can_be_recognised_by_something_that_is_theirs_alone(shop: Shop) -> None:
    known = shop.identifiers
    assert set(known.member.tolist()) == set(range(len(shop.members)))
    pairs = list(zip(known.kind.tolist(), known.value.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)
    assert len(set(shop.members.number.tolist())) == len(shop.members)
    phones = known.take(known.kind == IDENTIFIER_KINDS.index("phone"))
    assert len(set(phones.member.tolist())) < len(phones)  # somebody has several
    for value in phones.value[:50].tolist():
        assert phonenumbers.is_valid_number(phonenumbers.parse(value))
        assert value[6:9] == "000"


def test_staff_test_and_reseller_members_are_excluded_by_interval(shop: Shop) -> None:
    excluded = shop.exclusions
    assert set(excluded.reason.tolist()) == {0, 1, 2}
    assert (np.isnat(excluded.end) | (excluded.end >= excluded.start)).all()
    assert (excluded.start == shop.members.joined_on[excluded.member]).all()


def test_the_problem_channel_loses_its_new_buyers(shop: Shop, sound_shop: Shop) -> None:
    delivery = CHANNEL_CODES.index("delivery")
    before, since = month_one(shop, delivery)
    assert before - since > 0.05
    before, since = month_one(sound_shop, delivery)
    assert abs(before - since) < 0.04


@pytest.mark.parametrize("channel", ["store", "mini"])
def test_the_problem_moves_to_the_channel_it_is_given(channel: str) -> None:
    moved = generate(replace(SMALL, problem_channel=channel))
    before, since = month_one(moved, CHANNEL_CODES.index(channel))
    assert before - since > 0.05
    before, since = month_one(moved, CHANNEL_CODES.index("delivery"))
    assert abs(before - since) < 0.04


def test_taking_the_problem_out_leaves_every_other_row_as_it_was(shop: Shop, sound_shop: Shop) -> None:
    assert columns(shop.members) == columns(sound_shop.members)
    numbers = set(shop.orders.number.tolist())
    stays = np.array([number in numbers for number in sound_shop.orders.number.tolist()])
    assert columns(sound_shop.orders.take(stays)) == columns(shop.orders)
    lost = sound_shop.orders.take(~stays)
    delivery = CHANNEL_CODES.index("delivery")
    assert (shop.members.channel[lost.member] == delivery).all()
    assert (shop.members.joined_on[lost.member] >= np.datetime64("2026-05-01")).all()


@pytest.mark.parametrize("wish", [{"scale": 0.0}, {"scale": 11}, {"problem_channel": "fax"}])
def test_an_impossible_wish_is_refused(wish: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"scale|channel"):
        Wish(end=END, **wish)  # type: ignore[arg-type]
