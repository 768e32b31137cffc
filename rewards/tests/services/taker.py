"""A till as a process of its own: wants coupons, their single use, gifts, or points, by the services or naively.

Arguments: what ("issue", "use", "claim", "earn"), id of the offer or gift, ids of members or orders (joined by
commas), tries, name, "carefully" or "naively", the folder where tills wait for each other, how many they are.
Prints a line for each it was granted.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

from django.db import OperationalError  # noqa: E402 - after the set-up

from members.lib import clock  # noqa: E402
from members.lib.actor import system  # noqa: E402
from members.models import Member, Order  # noqa: E402
from rewards.models import Coupon, CouponOffer, Earning, Gift  # noqa: E402
from rewards.queries import to_earn  # noqa: E402
from rewards.queries.points_rules import Versions  # noqa: E402
from rewards.services import coupons, gifts  # noqa: E402
from rewards.services.earning import settle_order  # noqa: E402

BY = system("till")


def issue(offer: int, member: int, key: str) -> bool:
    try:
        one = Member.objects.get(pk=member)
        coupons.issue(CouponOffer.objects.get(pk=offer), one, key, reason="hand", by=BY)
    except coupons.Refused:
        return False
    return True


def _coupon(offer: int, key: str) -> Coupon:
    """The coupon that every till wants at this try."""
    number = int(key.rpartition("-")[2])
    return Coupon.objects.filter(offer=offer).order_by("pk")[number : number + 1].get()


def use(offer: int, order: int, key: str) -> bool:
    try:
        coupons.use(Order.objects.get(pk=order), [_coupon(offer, key)], by=BY)
    except coupons.Refused:
        return False
    return True


def claim(gift: int, member: int, key: str) -> bool:
    try:
        gifts.claim(Gift.objects.get(pk=gift), Member.objects.get(pk=member), None, key, by=BY)
    except gifts.Refused:
        return False
    return True


def earn(_none: int, order: int, _key: str) -> bool:
    if Earning.objects.filter(order=order).exists():  # orders are the till's own: nobody else looked at it
        return False
    return settle_order(order, by=BY).points > 0


def naive_earn(_none: int, order: int, _key: str) -> bool:
    """A point for each order, while the cap of the day is not reached by what there is to be seen."""
    one = Order.objects.get(pk=order)
    standing = Versions().on(one.business_date)
    if Earning.objects.filter(order=one).exists():
        return False
    if standing is None or to_earn.earned_that_day(one) >= (standing[1].per_day or 0):
        return False
    Earning.objects.create(order=one, rules=standing[0], points=1, kept=1, considered_at=clock.now())
    return True


def naive_issue(offer: int, member: int, key: str) -> bool:
    """Look, then save: what most shops do."""
    one = CouponOffer.objects.get(pk=offer)
    if one.stock is None or one.issued >= one.stock:
        return False
    one.issued += 1
    one.save()
    Coupon.objects.create(offer=one, member_id=member, code=key, issued_at=clock.now())
    return True


def naive_use(offer: int, order: int, key: str) -> bool:
    coupon = _coupon(offer, key)
    if coupon.state != "open":
        return False
    coupon.state, coupon.order_id, coupon.used_at = "used", order, clock.now()
    coupon.save()
    return True


def naive_claim(gift: int, _member: int, _key: str) -> bool:
    one = Gift.objects.get(pk=gift)
    if one.stock is None or one.given >= one.stock:
        return False
    one.given += 1
    one.save()
    return True


WAYS: dict[str, dict[str, Callable[[int, int, str], bool]]] = {
    "carefully": {"issue": issue, "use": use, "claim": claim, "earn": earn},
    "naively": {"issue": naive_issue, "use": naive_use, "claim": naive_claim, "earn": naive_earn},
}


def main(what: str, subject: str, ids: str, tries: str, name: str, how: str, gate: str, tills: str) -> None:
    others = [int(one) for one in ids.split(",")]
    _wait_for_all(Path(gate), name, int(tills))
    for number in range(int(tries)):
        key = f"{name}-{number}"
        if _granted(WAYS[how][what], int(subject), others[number % len(others)], key, is_naive=how == "naively"):
            sys.stdout.write(f"{key}\n")
            sys.stdout.flush()


def _wait_for_all(gate: Path, name: str, tills: int) -> None:
    """Begin when each till is up: the first one could otherwise be done before the last one has started."""
    (gate / name).touch()
    while len(list(gate.iterdir())) < tills:
        time.sleep(0.01)


def _granted(way: Callable[[int, int, str], bool], subject: int, other: int, key: str, *, is_naive: bool) -> bool:
    try:
        return way(subject, other, key)
    except OperationalError:
        if is_naive:
            return False
        raise


if __name__ == "__main__":
    main(*sys.argv[1:])
