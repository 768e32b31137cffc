"""Every entry of the ledger is told in a whole sentence, in both languages, and the sums run to what there is."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation

from members.models import Channel, Member, Merchant, Order, Store
from members.services import merges
from rewards.exports import statement as words
from rewards.queries import holdings, statement
from rewards.rules.earning import WHY_NONE
from rewards.services import ledger
from rewards.services.ledger import Policy
from rewards.tests.shop import BY, DAY, deed, figures, lasting, member

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 3, 4, tzinfo=dt.UTC)  # in Shanghai


@pytest.fixture
def time() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def one(time: object) -> Member:
    return member("M1")


@pytest.fixture
def order(one: Member) -> Order:
    store = Store.objects.create(code="xuhui", name="Xuhui")
    channel = Channel.objects.create(code="till", name="Till")
    return Order.objects.create(
        number="O1", source="till", store=store, channel=channel, member=one, buyer=one, ordered_at=NOON,
        business_date=dt.date(2026, 11, 3), total=Decimal("37.40"), gross=Decimal("37.40"), content_hash=b"1",
    )  # fmt: skip


def sentences(one: Member, merchant: Merchant, show: str = "all") -> list[tuple[str, str, str]]:
    with translation.override("en"):
        told = statement.told(statement.lines(one, show))
        return [(line.points, line.after, line.sentence) for line in words.said(told, merchant)]


def earn(one: Member, points: int, key: str, days: int = 365, **more: object) -> "ledger.Written":
    return ledger.earn(member=one, points=points, deed=deed(key, **more), term=lasting(days))


def test_a_purchase_tells_amount_day_store_and_multiplier(one: Member, order: Order, merchant: Merchant) -> None:
    detail = {"eligible": 374_000, "percent": 100, "multiplier": "silver"}
    earn(one, 37, "e", order=order, detail=detail)
    assert sentences(one, merchant) == [
        ("+37", "37", "37 points: ¥37.40 on 3 Nov 2026 at Xuhui, silver 1×. They last until 3 Nov 2027.")
    ]


def test_caps_and_halves_are_told(one: Member, order: Order, merchant: Merchant) -> None:
    earn(one, 50, "e", order=order, detail={"eligible": 374_000, "percent": 150, "capped_by": "order"})
    [(_points, _after, sentence)] = sentences(one, merchant)
    assert sentence.startswith("50 points: ¥37.40 on 3 Nov 2026 at Xuhui, 1.5×. More is not given for one order.")


def test_golden_case_of_the_ledger(one: Member, merchant: Merchant, time: time_machine.Traveller) -> None:
    """Earn 100 that last 30 days, spend 80 on day 10, earn 50 on day 20: on day 31 there are 50, and 20 expired."""
    earn(one, 100, "e1", 30)
    time.shift(10 * DAY)
    ledger.redeem(member=one, points=80, deed=deed("r1"))
    time.shift(10 * DAY)
    earn(one, 50, "e2")
    time.shift(11 * DAY)
    assert holdings.of(one).available == 50  # before any sweep has been by
    ledger.settle(member=one)
    assert [(points, after) for points, after, _said in sentences(one, merchant)] == [
        ("−20", "50"), ("+50", "70"), ("−80", "20"), ("+100", "100"),
    ]  # fmt: skip
    assert sentences(one, merchant)[0][2] == "20 points expired with the end of 3 Dec 2026."
    assert sentences(one, merchant, "over") == sentences(one, merchant)[:1]


def test_a_refund_of_spent_points_tells_what_is_owed(one: Member, order: Order, merchant: Merchant) -> None:
    given = earn(one, 100, "e", order=order).entry
    ledger.redeem(member=one, points=80, deed=deed("r"))
    ledger.take_back(given=given, points=100, deed=deed("t"))
    assert sentences(one, merchant)[0] == (
        "−100", "−80",
        "100 points taken back: the purchase of 3 Nov 2026 at Xuhui was refunded."
        " 80 points of them had been spent and are owed.",
    )  # fmt: skip
    earn(one, 90, "e2")
    assert "80 points of them went to what was owed." in sentences(one, merchant)[0][2]
    assert holdings.of(one).available == 10


def test_what_was_let_go_is_told_though_no_point_moved(one: Member, merchant: Merchant) -> None:
    given = earn(one, 5, "e").entry
    ledger.redeem(member=one, points=5, deed=deed("r"))
    ledger.take_back(given=given, points=5, deed=deed("t"), policy=Policy.BALANCE)
    assert sentences(one, merchant)[0] == (
        "0", "0", "0 points taken back. 5 points had been spent and were let go.",
    )  # fmt: skip


def test_two_records_are_one_statement_and_part_again(one: Member, merchant: Merchant) -> None:
    other = member("M2")
    earn(one, 10, "a")
    earn(other, 5, "b")
    merges.merge(member=other, into=one, by=BY)
    ledger.redeem(member=one, points=12, deed=deed("r"))
    assert [line.after for line in statement.lines(one)] == [3, 15, 10]
    assert figures(one)[0] == holdings.of(one).available == 3
    merges.unmerge(member=other, by=BY)
    for each in (one, other):  # whoever booked it: the points that went are told where they went from
        assert statement.lines(each)[0].after == figures(each)[0]


def test_holding_says_what_ends_when(one: Member) -> None:
    earn(one, 30, "late", 300)
    earn(one, 10, "soon", 5)
    ledger.earn(member=one, points=7, deed=deed("wait"), term=lasting(300, pending=14))
    held = holdings.of(one)
    assert (held.available, held.pending, held.owed) == (40, 7, 0)
    assert [(part.day, part.points) for part in held.expiring] == [
        (dt.date(2026, 11, 8), 10), (dt.date(2027, 8, 30), 30),
    ]  # fmt: skip


def test_the_file_says_the_same(one: Member, merchant: Merchant) -> None:
    earn(one, 10, "e", detail={"event": "birthday"})
    with translation.override("en"):
        made = words.made(statement.lines(one), merchant)
        lines = list(made.lines)
    assert made.rows == 1
    assert lines[1].strip() == "2026-11-03,10,10,10 points: Birthday. They last until 3 Nov 2027."


def test_every_reason_for_no_points_has_words() -> None:
    assert len({words.why_none(code) for code in (*WHY_NONE, "?")}) == len(WHY_NONE) + 1
