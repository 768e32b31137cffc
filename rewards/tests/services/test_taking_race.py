"""Tills at once want coupons, one coupon, gifts, points under a cap: as many are granted as there are, none fails."""

import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection

from members.models import Member, Store
from members.services import merges
from members.tests import processes
from rewards.models import Coupon, Entry, Gift, GiftClaim
from rewards.queries import replay
from rewards.services import coupons
from rewards.tests import earners, offers
from rewards.tests.earners import balance
from rewards.tests.shop import BY, DAY, assert_right, member

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("merchant")]


@dataclass(frozen=True)
class Wanted:
    """What the tills want, of which offer or gift, for whom, and how many of it there are."""

    what: str
    subject: int
    others: list[int]
    stock: int


def race(folder: Path, wanted: Wanted, how: str, *, tills: int, tries: int) -> list[str]:
    """What was granted, over all the tills; each must end well."""
    env = processes.environment(
        DATABASE_URL=processes.database_url(), DATA_DIR=str(folder / "data"), SECRET_KEY="x", DEBUG="1",
        DJANGO_SETTINGS_MODULE="loyalty_site.settings",
    )  # fmt: skip
    logs = [folder / f"till{number}" for number in range(tills)]
    # Of orders each till has its own: an order that asks again is not refused, and gets what it has.
    is_of_orders = wanted.what in {"use", "earn"}
    of_till = [wanted.others[number::tills] if is_of_orders else wanted.others for number in range(tills)]
    said = [[wanted.what, str(wanted.subject), ",".join(map(str, others)), str(tries)] for others in of_till]
    gate = folder / "gate"
    gate.mkdir()
    with contextlib.ExitStack() as stack:
        running = [
            stack.enter_context(
                processes.started(
                    ["-m", "rewards.tests.services.taker", *said[number], f"t{number}", how, str(gate), str(tills)],
                    log,
                    env,
                )
            )
            for number, log in enumerate(logs)
        ]
        for process, log in zip(running, logs, strict=True):
            assert process.wait(timeout=processes.PATIENCE * 4) == 0, log.read_text()
    granted = [key for log in logs for key in log.read_text().split()]
    print(  # noqa: T201 (a fault test says what it saw)
        f"{wanted.what} {how}: there are {wanted.stock}, tills={tills} tries={tills * tries} "
        f"granted={len(granted)} on {connection.vendor}"
    )
    return granted


def coupon_stock(scale: int) -> Wanted:
    people = [member(f"M{number}").pk for number in range(8)]
    return Wanted("issue", offers.offer(stock=50 * scale, per_member=None).pk, people, 50 * scale)


def coupons_each(scale: int) -> Wanted:
    """Stock enough, but two members may have so many each."""
    people = [member(f"M{number}").pk for number in range(2)]
    return Wanted("issue", offers.offer(per_member=20 * scale).pk, people, 40 * scale)


def each_coupon_once(scale: int) -> Wanted:
    """mall #1003: one coupon, several orders at the same moment. All tills want each coupon, one after the other."""
    count = 40 * min(scale, 5)
    store, one, offer = Store.objects.create(code="S", name="S"), member("M1"), offers.offer(per_member=None)
    for number in range(count):
        coupons.issue(offer, one, f"k{number}", reason="hand", by=BY)
    orders = [offers.order(f"O{number}", store, one, (None, "100")).pk for number in range(8 * count)]
    return Wanted("use", offer.pk, orders, count)


def gift_stock(scale: int) -> Wanted:
    people = [member(f"M{number}") for number in range(8)]
    for number, one in enumerate(people):
        offers.give(one, 1_000_000, f"given {number}")
    return Wanted("claim", offers.gift(stock=30 * scale).pk, [one.pk for one in people], 30 * scale)


def gifts_each(scale: int) -> Wanted:
    one = member("M1")
    offers.give(one, 1_000_000)
    return Wanted("claim", offers.gift(per_member=10 * scale).pk, [one.pk], 10 * scale)


def points_for_gifts(scale: int) -> Wanted:
    """Gifts without end, but points for so many only."""
    one = member("M1")
    offers.give(one, 10 * scale * 100 + 99)
    return Wanted("claim", offers.gift().pk, [one.pk], 10 * scale)


def cap_of_a_day(scale: int) -> Wanted:
    """Orders of two merged records, each worth a point, of which a day may earn one."""
    one, two = member("M1"), member("M2")
    merges.merge(member=two, into=one, by=BY)
    earners.programme("2025-01-01", points=1, per=100, per_day=1, expiry="never")
    days, a_day = 20 * scale, 4 if scale < 10 else 8
    orders = [
        earners.sold(one, buyer=(one, two)[number % 2], day=str(dt.date(2025, 1, 1) + number // a_day * DAY)).pk
        for number in range(days * a_day)
    ]
    return Wanted("earn", 0, orders, days)


SCENES = [coupon_stock, coupons_each, each_coupon_once, gift_stock, gifts_each, points_for_gifts, cap_of_a_day]


def exactly_what_there_is(folder: Path, wanted: Wanted, *, tills: int, tries: int) -> None:
    granted = race(folder, wanted, "carefully", tills=tills, tries=tries)
    assert len(granted) == len(set(granted)) == wanted.stock
    if wanted.what == "earn":
        assert Entry.objects.filter(kind="earn").count() == sum(balance(one) for one in Member.objects.all())
        assert list(replay.differences()) == []
    elif wanted.what == "claim":
        assert Gift.objects.get().given == GiftClaim.objects.count() == wanted.stock
    else:
        assert Coupon.objects.count() == wanted.stock
    assert_right()


@pytest.mark.parametrize("scene", SCENES)
def test_as_many_are_granted_as_there_are(scene: Callable[[int], Wanted], tmp_path: Path) -> None:
    exactly_what_there_is(tmp_path, scene(1), tills=3, tries=40)


@pytest.mark.parametrize("scene", [coupon_stock, each_coupon_once, gift_stock, cap_of_a_day])
def test_looking_before_saving_grants_more_than_there_is(scene: Callable[[int], Wanted], tmp_path: Path) -> None:
    """Why stock is one conditional update: the control that must fail."""
    wanted = scene(4)
    assert len(race(tmp_path, wanted, "naively", tills=4, tries=160)) > wanted.stock


@pytest.mark.prove
@pytest.mark.parametrize("scene", SCENES)
def test_eight_tills_two_hundred_tries(scene: Callable[[int], Wanted], tmp_path: Path) -> None:
    exactly_what_there_is(tmp_path, scene(10), tills=8, tries=200)
