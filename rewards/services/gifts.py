"""Gifts for points: claimed, handed over, or cancelled with everything as it was before."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from members.lib import clock
from members.lib.actor import Actor
from members.models import Member, Store
from members.queries import merchants
from members.services import audit
from rewards.models import Coupon, Gift, GiftClaim
from rewards.queries import gifts as queries
from rewards.queries import persons
from rewards.services import coupons, ledger
from rewards.services.ledger import Deed

State = GiftClaim.State


class Refused(ValueError):
    """It cannot be claimed, handed over or cancelled; the text says why, for the reader. Nothing was changed."""


def claim(gift: Gift, member: Member, store: Store | None, key: str, *, by: Actor) -> GiftClaim:
    """Take a gift for points: stock, points and what it gives in one transaction. The same key gives the same claim.

    Goods and services wait to be handed over; a coupon is issued at once. Refused when it is not on offer, none is
    left, the member has had as many as each may, or has too few points.
    """
    try:
        return _claim(gift, member, store, key, by)
    except (ledger.Refused, coupons.Refused) as refused:
        raise Refused(str(refused)) from refused
    except IntegrityError:
        # Somebody used the key for another gift between our look and our entry: those of one gift queue.
        if found := _claimed_by(key, gift, member):
            return found
        raise


@transaction.atomic
def _claim(gift: Gift, member: Member, store: Store | None, key: str, by: Actor) -> GiftClaim:
    locked = Gift.objects.select_for_update().get(pk=gift.pk)
    if found := _claimed_by(key, locked, member):
        return found
    now = clock.now()
    _must_be_free(locked, member, clock.local_date(now, store.zone if store else merchants.current().zone))
    if not Gift.objects.filter(queries.LEFT, pk=locked.pk).update(given=F("given") + 1):
        raise Refused(_("No “%(gift)s” is left.") % {"gift": locked.name})
    coupon = _coupon(locked, member, store, key)  # before the points: locks are taken in that order everywhere
    deed = Deed(_named(key), by, now, reason="gift", detail={"gift": locked.pk, "points": locked.points})
    entry = ledger.redeem(member=member, points=locked.points, deed=deed).entry
    made = GiftClaim.objects.create(gift=locked, member=member, store=store, entry=entry, claimed_at=now)
    if coupon:
        made.state, made.settled_at = State.DONE, now
        made.save(update_fields=["state", "settled_at"])
    _audited("claim_gift", made, by)
    return made


def _must_be_free(gift: Gift, member: Member, today: dt.date) -> None:
    if not queries.on_offer(today).filter(pk=gift.pk).exists():
        raise Refused(_("“%(gift)s” is not on offer today.") % {"gift": gift.name})
    theirs = gift.claims.filter(member__in=persons.records(member.pk)).exclude(state=State.CANCELLED)
    if gift.per_member is not None and theirs.count() >= gift.per_member:
        raise Refused(_("The member has had “%(gift)s” as often as each may.") % {"gift": gift.name})


def _coupon(gift: Gift, member: Member, store: Store | None, key: str) -> Coupon | None:
    if gift.coupon is None:
        return None
    return coupons.issue_quietly(gift.coupon, member, _named(key), reason="gift", store=store)[0]


@transaction.atomic
def hand_over(claim: GiftClaim, *, by: Actor) -> None:
    """The member has it. Refused when it was handed over or cancelled before: of two clerks one does it."""
    waiting = GiftClaim.objects.filter(pk=claim.pk, state=State.RESERVED)
    if not waiting.update(state=State.DONE, settled_at=clock.now()):
        raise Refused(_already(claim))
    _audited("hand_over_gift", claim, by)


@transaction.atomic
def cancel(claim: GiftClaim, *, by: Actor) -> None:
    """Undo a claim: the points go back where they came from, the stock rises, a coupon is withdrawn.

    Refused when it was handed over or cancelled before, or the coupon was used.
    """
    gift = Gift.objects.select_for_update().get(pk=claim.gift_id)
    open_states = [State.RESERVED, State.DONE] if gift.coupon_id else [State.RESERVED]
    live = GiftClaim.objects.filter(pk=claim.pk, state__in=open_states)
    if not live.update(state=State.CANCELLED, settled_at=clock.now()):
        raise Refused(_already(claim))
    Gift.objects.filter(pk=gift.pk).update(given=F("given") - 1)
    if gift.coupon_id:
        _withdraw(claim, by)
    deed = Deed(f"gift-cancel:{claim.pk}", by, clock.now(), reason="gift_cancelled", detail={"gift": gift.pk})
    ledger.give_back(spent=claim.entry, points=-claim.entry.amount, deed=deed)
    _audited("cancel_gift", claim, by)


def _withdraw(claim: GiftClaim, by: Actor) -> None:
    coupon = Coupon.objects.select_related("offer").filter(key=claim.entry.key).first()
    try:
        if coupon:
            coupons.withdraw(coupon, by=by)
    except coupons.Refused as refused:
        raise Refused(str(refused)) from refused


def _already(claim: GiftClaim) -> str:
    if GiftClaim.objects.filter(pk=claim.pk, state=State.CANCELLED).exists():
        return _("This gift was cancelled before; the points are back.")
    return _("This gift was handed over before.")


def _named(key: str) -> str:
    """The key of a claim's entry, and of the coupon it issues."""
    return f"gift:{key}"


def _claimed_by(key: str, gift: Gift, member: Member) -> GiftClaim | None:
    found = GiftClaim.objects.select_related("gift").filter(entry__key=_named(key)).first()
    if found is not None and (found.gift_id != gift.pk or found.member_id not in persons.records(member.pk)):
        raise Refused(_("The key “%(key)s” was used for another request.") % {"key": key})
    return found


def _audited(verb: str, claim: GiftClaim, by: Actor) -> None:
    detail = {"gift": claim.gift_id, "member": claim.member_id, "store": claim.store_id}
    audit.record(by=by, verb=verb, subject_type="giftclaim", subject_id=claim.pk, detail=detail)
