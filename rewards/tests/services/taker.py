"""A till as a process of its own: wants coupons, their single use, or gifts, by the services or as one would naively.

Arguments: what ("issue", "use", "claim"), id of the offer or gift, ids of members or orders (joined by commas), tries,
name, "carefully" or "naively". Prints a line for each it was granted.
"""

import sys
from collections.abc import Callable

import django

django.setup()

from django.db import OperationalError  # noqa: E402 - after the set-up

from members.lib import clock  # noqa: E402
from members.lib.actor import system  # noqa: E402
from members.models import Member, Order  # noqa: E402
from rewards.models import Coupon, CouponOffer, Gift  # noqa: E402
from rewards.services import coupons, gifts  # noqa: E402

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
    "carefully": {"issue": issue, "use": use, "claim": claim},
    "naively": {"issue": naive_issue, "use": naive_use, "claim": naive_claim},
}


def main(what: str, subject: str, ids: str, tries: str, name: str, how: str) -> None:
    others = [int(one) for one in ids.split(",")]
    for number in range(int(tries)):
        key = f"{name}-{number}"
        if _granted(WAYS[how][what], int(subject), others[number % len(others)], key, is_naive=how == "naively"):
            sys.stdout.write(f"{key}\n")
            sys.stdout.flush()


def _granted(way: Callable[[int, int, str], bool], subject: int, other: int, key: str, *, is_naive: bool) -> bool:
    try:
        return way(subject, other, key)
    except OperationalError:
        if is_naive:
            return False
        raise


if __name__ == "__main__":
    main(*sys.argv[1:])
