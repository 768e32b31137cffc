"""Coupons: issued within what the offer allows, used once, given back when their order is cancelled."""

import datetime as dt
import secrets
from collections.abc import Collection, Sequence

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from members.lib import clock
from members.lib.actor import Actor
from members.lib.money import from_units, to_units
from members.models import Member, Order, Store
from members.queries import merchants
from members.services import audit
from rewards import problems
from rewards.models import Coupon, CouponOffer
from rewards.queries import baskets, persons
from rewards.rules import basket
from rewards.rules.basket import Basket, Discount

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that reads as another
CODE_LENGTH = 12
MOST_CODES = 5_000
State = Coupon.State


class Refused(ValueError):
    """It cannot be issued or used; the text says why, for the reader. Nothing was changed.

    `why`: a code of rules.basket.Why, or "none_left", "enough", "closed", "offer_over", "key".
    """

    def __init__(self, why: str, text: str) -> None:
        self.why = why
        super().__init__(text)


def issue(
    offer: CouponOffer, member: Member, key: str, *, reason: str, by: Actor, store: Store | None = None
) -> Coupon:
    """Give a member one coupon. The same key again gives the same coupon, and nothing happens.

    `reason` is a code ("hand", "gift", "tier", …). `store` is where it happens: its date counts. Refused when the offer
    is closed or over, none is left, or the member has had as many as each may.
    """
    try:
        with transaction.atomic():
            coupon, is_new = issue_quietly(offer, member, key, reason=reason, store=store)
            if is_new:
                _audited("issue_coupon", offer, by, {"coupon": coupon.pk, "member": member.pk, "reason": reason})
            return coupon
    except IntegrityError:
        # Somebody used the key for another offer between our look and our coupon: those of one offer queue.
        if found := _issued_by(key, offer, member):
            return found
        raise


def issue_quietly(
    offer: CouponOffer, member: Member, key: str, *, reason: str, store: Store | None = None
) -> tuple[Coupon, bool]:
    """`issue` for who writes one audit row for many, inside a transaction. Returns the coupon and whether it is new."""
    locked = CouponOffer.objects.select_for_update().get(pk=offer.pk)
    if found := _issued_by(key, offer, member):
        return found, False
    today = _today(store)
    theirs = Coupon.objects.filter(offer=offer, member__in=persons.records(member.pk)).exclude(state=State.VOID)
    if locked.per_member is not None and theirs.count() >= locked.per_member:
        raise Refused("enough", _("The member has had as many coupons of this offer as each may."))
    _count(locked, 1, today)
    coupon = Coupon.objects.create(
        offer=locked, code=new_code(), member=member, key=key, reason=reason, issued_at=clock.now(),
        last_day=baskets.last_day(locked, today),
    )  # fmt: skip
    return coupon, True


@transaction.atomic
def issue_codes(offer: CouponOffer, count: int, *, by: Actor) -> Sequence[Coupon]:
    """Coupons of nobody in particular, to be printed: whoever brings the code has it."""
    must_be_possible(count)
    locked = CouponOffer.objects.select_for_update().get(pk=offer.pk)
    today = _today(None)
    _count(locked, count, today)
    now, last_day = clock.now(), baskets.last_day(locked, today)
    made = Coupon.objects.bulk_create(
        (
            Coupon(offer=locked, code=new_code(), reason="code", issued_at=now, last_day=last_day)
            for _each in range(count)
        ),
        batch_size=500,
    )
    _audited("issue_codes", offer, by, {"rows": count})
    return made


def must_be_possible(count: int) -> None:
    """Refused when so many codes are not made at a time."""
    if not 1 <= count <= MOST_CODES:
        raise Refused("count", _("Between 1 and %(most)s codes can be made at a time.") % {"most": MOST_CODES})


def check(coupons: Collection[Coupon], one: Basket, member: Member | None) -> Discount:
    """What these coupons would take off a basket, and why not. Writes nothing and holds nothing."""
    return basket.discount(one, baskets.coupons(coupons, member))


@transaction.atomic
def use(order: Order, coupons: Collection[Coupon], *, by: Actor) -> Discount:
    """Use coupons for a recorded order: all of them, or none. Returns what each took off.

    Refused, with the first reason, when one of them does not apply or somebody else was quicker. What was used for the
    same order already stays as it is, so asking again is harmless. Call it before points are taken: locks are taken in
    that order everywhere.
    """
    ids = {coupon.pk for coupon in coupons}
    list(CouponOffer.objects.select_for_update().filter(coupons__in=ids).order_by("pk"))
    fresh = list(Coupon.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    if fresh and all(coupon.order_id == order.pk and coupon.state == State.USED for coupon in fresh):
        return Discount({coupon.pk: _units(coupon) for coupon in fresh})
    found = check(fresh, baskets.of_order(order), order.member)
    for why in found.why_not.values():
        raise Refused(why, str(problems.COUPONS[why]))
    for coupon, amount in found.off.items():
        _take(coupon, order, amount)
    audit.record(
        by=by, verb="use_coupons", subject_type="order", subject_id=order.pk,
        detail={"coupons": sorted(found.off), "off": found.total},
    )  # fmt: skip
    return found


def _take(coupon_id: int, order: Order, amount: int) -> None:
    """One conditional update: of two tills with the same coupon one gets it, whatever they have looked at before."""
    free = Coupon.objects.filter(pk=coupon_id, state__in=[State.OPEN, State.EXPIRED])
    if not free.update(state=State.USED, order=order, used_at=clock.now(), amount=from_units(amount)):
        raise Refused(basket.Why.USED, str(problems.COUPONS[basket.Why.USED]))


@transaction.atomic
def give_back(order: Order, *, by: Actor) -> Sequence[Coupon]:
    """The order was cancelled: its coupons can be used again, as their offers say. Returns those that can.

    Asked again it finds none.
    """
    used = Coupon.objects.select_for_update(of=("self",)).filter(order=order, state=State.USED)
    back = [coupon for coupon in used.select_related("offer") if coupon.offer.on_cancel != CouponOffer.OnCancel.KEEP]
    for coupon in back:
        if coupon.offer.on_cancel == CouponOffer.OnCancel.RENEW and coupon.last_day:
            length = coupon.last_day - clock.local_date(coupon.issued_at, merchants.current().zone)
            coupon.last_day = _today(order.store) + length
        coupon.state, coupon.order, coupon.used_at, coupon.amount = State.OPEN, None, None, None
        coupon.save(update_fields=["state", "order", "used_at", "amount", "last_day"])
    if back:
        audit.record(
            by=by, verb="return_coupons", subject_type="order", subject_id=order.pk,
            detail={"coupons": [coupon.pk for coupon in back]},
        )  # fmt: skip
    return back


@transaction.atomic
def withdraw(coupon: Coupon, *, by: Actor) -> None:
    """Take an unused coupon away; the offer may issue another in its place. Refused when it was used."""
    CouponOffer.objects.select_for_update().get(pk=coupon.offer_id)
    unused = Coupon.objects.filter(pk=coupon.pk, state__in=[State.OPEN, State.EXPIRED])
    if not unused.update(state=State.VOID):
        state = Coupon.objects.get(pk=coupon.pk).state
        raise Refused(state, str(problems.COUPONS[state]))
    CouponOffer.objects.filter(pk=coupon.offer_id).update(issued=F("issued") - 1)
    _audited("withdraw_coupon", coupon.offer, by, {"coupon": coupon.pk})


def expire(day: dt.date) -> int:
    """Write down which coupons ended before a day. Returns how many; a late sweep changes nothing but the word."""
    return Coupon.objects.filter(state=State.OPEN, last_day__lt=day).update(state=State.EXPIRED)


def new_code() -> str:
    """Sixty bits nobody can guess."""
    return "".join(secrets.choice(LETTERS) for _each in range(CODE_LENGTH))


def _count(offer: CouponOffer, count: int, today: dt.date) -> None:
    """Take so many out of the stock of an offer, or refuse."""
    if not offer.is_active:
        raise Refused("closed", _("“%(offer)s” is not on offer.") % {"offer": offer.name})
    if offer.last_day is not None and offer.last_day < today:
        raise Refused("offer_over", _("“%(offer)s” is over.") % {"offer": offer.name})
    enough = Q(stock__isnull=True) | Q(stock__gte=F("issued") + count)
    if not CouponOffer.objects.filter(enough, pk=offer.pk).update(issued=F("issued") + count):
        left = (offer.stock or 0) - offer.issued
        raise Refused(
            "none_left", _("Only %(left)s coupons of “%(offer)s” are left.") % {"left": left, "offer": offer.name}
        )


def _issued_by(key: str, offer: CouponOffer, member: Member) -> Coupon | None:
    found = Coupon.objects.filter(key=key).first()
    if found is not None and (found.offer_id != offer.pk or found.member_id not in persons.records(member.pk)):
        raise Refused("key", _("The key “%(key)s” was used for another request.") % {"key": key})
    return found


def _today(store: Store | None) -> dt.date:
    return clock.local_date(clock.now(), store.zone if store else merchants.current().zone)


def _units(coupon: Coupon) -> int:
    return to_units(coupon.amount or 0)


def _audited(verb: str, offer: CouponOffer, by: Actor, detail: dict[str, object]) -> None:
    audit.record(by=by, verb=verb, subject_type="couponoffer", subject_id=offer.pk, detail=detail)
