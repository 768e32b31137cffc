"""Coupons and gifts as tables: the page draws them, the file holds the same cells."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from members.lib import clock, display, masking
from members.lib.actor import Actor
from members.lib.addresses import member_url
from members.lib.money import plain, to_units
from members.lib.roles import Right
from members.lib.widgets import Cell, Column, Row, Table
from members.models import Member, Merchant
from rewards.models import Coupon, CouponOffer, Gift, GiftClaim
from rewards.queries import offers as queries

TONES = {"open": "good", "used": "info", "expired": "mut", "void": "mut"}
CLAIM_TONES = {"reserved": "warn", "done": "good", "cancelled": "mut"}


def offers(found: Iterable[CouponOffer], merchant: Merchant, today: dt.date) -> Table:
    """Offers that `with_counts` gave."""
    columns = [
        Column(_("Coupon")), Column(_("State")), Column(_("Good for")), Column(_("Issued"), numeric=True),
        Column(_("Left"), numeric=True), Column(_("Used"), numeric=True), Column(_("Used of issued"), numeric=True),
        Column(_("Expired"), numeric=True), Column(_("Took off"), numeric=True),
    ]  # fmt: skip
    rows = [_offer(offer, queries.standing(offer), merchant, today) for offer in found]
    return Table(columns, rows, _("Coupons"), cards=True)


def _offer(offer: CouponOffer, counts: queries.Standing, merchant: Merchant, today: dt.date) -> Row:
    url = reverse("rewards:coupon-offer", args=[offer.pk])
    text, tone = offer_state(offer, today)
    return Row(
        [
            Cell(offer.name, url=url), Cell(text, tone=tone), Cell(good_for(offer, merchant.currency)),
            _number(counts.issued, url), _left(offer.stock, offer.issued), _number(counts.used, f"{url}?state=used"),
            Cell(display.percent(counts.use_rate), value=str(counts.use_rate or "")),
            _number(counts.expired, f"{url}?state=expired"), _money(counts.took_off, merchant),
        ]
    )  # fmt: skip


def offer_state(offer: CouponOffer, today: dt.date) -> tuple[str, str]:
    """In a word, with its tone: whether coupons are issued today."""
    if not offer.is_active:
        return _("Stopped"), "mut"
    if offer.last_day and offer.last_day < today:
        return _("Over"), "mut"
    if offer.stock is not None and offer.issued >= offer.stock:
        return _("All issued"), "warn"
    if offer.first_day and offer.first_day > today:
        return _("Begins later"), "info"
    return _("Runs"), "good"


def good_for(offer: CouponOffer, currency: str) -> str:
    """What it takes off, in a few words."""
    said = {"amount": _amount(offer.amount, currency), "from": _amount(offer.threshold, currency)}
    if offer.kind == CouponOffer.Kind.PERCENT:
        said["percent"] = f"{offer.percent}%"
        if offer.threshold:
            return _("%(percent)s off an order of %(from)s or more") % said
        return _("%(percent)s off") % said
    if offer.kind == CouponOffer.Kind.GIFT:
        return _("%(product)s for nothing") % {"product": offer.gift}
    if offer.threshold:
        return _("%(amount)s off an order of %(from)s or more") % said
    return _("%(amount)s off") % said


def coupons(found: Iterable[Coupon], merchant: Merchant, today: dt.date) -> Table:
    """The coupons of one offer."""
    columns = [
        Column(_("Code")), Column(_("State")), Column(_("Member")), Column(_("Issued at")), Column(_("Last day")),
        Column(_("Order")), Column(_("Took off"), numeric=True),
    ]  # fmt: skip
    return Table(columns, [_coupon(coupon, merchant, today) for coupon in found], _("Coupons"), cards=True)


def _coupon(coupon: Coupon, merchant: Merchant, today: dt.date) -> Row:
    state = Coupon.State(coupon.state)
    if state == Coupon.State.OPEN and coupon.last_day and coupon.last_day < today:
        state = Coupon.State.EXPIRED  # the sweep comes at night
    order = coupon.order
    return Row(
        [
            Cell(coupon.code), Cell(str(state.label), tone=TONES[state]), _member(coupon.member, None),
            _date(clock.local_date(coupon.issued_at, merchant.zone)), _date(coupon.last_day),
            Cell(order.number, url=reverse("members:order", args=[order.pk])) if order else Cell(display.NONE),
            _money(coupon.amount, merchant),
        ],
        key=str(coupon.pk) if coupon.state in {"open", "expired"} else "",
    )  # fmt: skip


def gifts(found: Iterable[Gift], merchant: Merchant, today: dt.date) -> Table:
    """Gifts that `every_gift` gave."""
    columns = [
        Column(_("Gift")), Column(_("State")), Column(_("Kind")), Column(_("Points"), numeric=True),
        Column(_("Left"), numeric=True), Column(_("Given"), numeric=True), Column(_("To be handed over"), numeric=True),
        Column(_("Costs us"), numeric=True),
    ]  # fmt: skip
    return Table(columns, [_gift(gift, merchant, today) for gift in found], _("Gifts"), cards=True)


def _gift(gift: Gift, merchant: Merchant, today: dt.date) -> Row:
    text, tone = gift_state(gift, today)
    return Row(
        [
            Cell(gift.name, url=reverse("rewards:gift", args=[gift.pk])), Cell(text, tone=tone),
            Cell(str(gift.get_kind_display())), Cell(display.number(gift.points), value=str(gift.points)),
            _left(gift.stock, gift.given), Cell(display.number(gift.given), value=str(gift.given)),
            Cell(display.number(gift.n_waiting), value=str(gift.n_waiting)),  # type: ignore[attr-defined]
            _money(gift.unit_cost, merchant),
        ]
    )  # fmt: skip


def gift_state(gift: Gift, today: dt.date) -> tuple[str, str]:
    """In a word, with its tone: whether it can be had today."""
    if not gift.is_active:
        return _("Stopped"), "mut"
    if gift.last_day and gift.last_day < today:
        return _("Over"), "mut"
    if gift.stock is not None and gift.given >= gift.stock:
        return _("Out of stock"), "bad"
    if gift.first_day and gift.first_day > today:
        return _("Begins later"), "info"
    return _("On offer"), "good"


def claims(found: Iterable[GiftClaim], merchant: Merchant, actor: Actor) -> Table:
    """Gifts that members took."""
    columns = [
        Column(_("Gift")), Column(_("State")), Column(_("Member")), Column(_("Store")), Column(_("Claimed on")),
        Column(_("Points"), numeric=True),
    ]  # fmt: skip
    return Table(columns, [_claim(claim, merchant, actor) for claim in found], _("Gifts claimed"), cards=True)


def _claim(claim: GiftClaim, merchant: Merchant, actor: Actor) -> Row:
    zone = claim.store.zone if claim.store else merchant.zone
    points = -claim.entry.amount
    return Row(
        [
            Cell(claim.gift.name), Cell(str(claim.get_state_display()), tone=CLAIM_TONES[claim.state]),
            _member(claim.member, actor), Cell(str(claim.store) if claim.store else display.NONE),
            _date(clock.local_date(claim.claimed_at, zone)), Cell(display.number(points), value=str(points)),
        ],
        key=str(claim.pk) if claim.state == GiftClaim.State.RESERVED else "",
    )  # fmt: skip


def _member(member: Member | None, actor: Actor | None) -> Cell:
    """A link for who may open members; `actor` None: who sees the list may."""
    if member is None:
        return Cell(_("Whoever brings it"))
    if actor is not None and not actor.may(Right.SEE_MEMBERS):
        return Cell(f"{masking.name(member.name)} {member.number}".strip(), value=member.number)
    return Cell(member.name or member.number, url=member_url(member.number, member.pk), value=member.number)


def _number(count: int, url: str = "") -> Cell:
    return Cell(display.number(count), url=url if count else "", value=str(count))


def _left(stock: int | None, out: int) -> Cell:
    return Cell(_("No limit")) if stock is None else Cell(display.number(stock - out), value=str(stock - out))


def _money(amount: object, merchant: Merchant) -> Cell:
    if amount is None:
        return Cell(display.NONE)
    return Cell(_amount(amount, merchant.currency), value=plain(to_units(amount)))  # type: ignore[arg-type]


def _amount(amount: object, currency: str) -> str:
    """Whole amounts without cents."""
    if amount is None:
        return display.NONE
    return display.money(amount, currency, 0 if amount == int(amount) else 2)  # type: ignore[arg-type,call-overload]


def _date(day: dt.date | None) -> Cell:
    return Cell(date_format(day, "DATE_FORMAT"), value=str(day)) if day else Cell(display.NONE)


def terms(offer: CouponOffer, merchant: Merchant) -> Sequence[tuple[str, str]]:
    """What an offer says, line by line; what it does not say is left out."""
    places = ", ".join(store.name for store in offer.stores.all())
    goods = ", ".join([*(str(each) for each in offer.categories.all()), *(each.sku for each in offer.products.all())])
    each = display.number(offer.per_member) if offer.per_member is not None else ""
    lines = [
        (_("Good for"), good_for(offer, merchant.currency)),
        (_("At most"), _amount(offer.at_most, merchant.currency) if offer.at_most is not None else ""),
        (_("Only on the member’s purchase number"), str(offer.nth_purchase or "")),
        (_("First day"), date_format(offer.first_day, "DATE_FORMAT") if offer.first_day else ""),
        (_("Last day"), date_format(offer.last_day, "DATE_FORMAT") if offer.last_day else ""),
        (_("Days from its issue"), str(offer.valid_days) if offer.valid_days is not None else ""),
        (_("Only in"), places),
        (_("Only for"), goods),
        (_("For each member"), each),
        (_("Left"), _left(offer.stock, offer.issued).text),
        (_("With other coupons"), _("Goes together") if offer.combines else _("Stands alone")),
        (_("With points"), _("Goes together") if offer.with_points else _("Points cannot pay for the rest")),
        (_("When the order is cancelled"), str(offer.get_on_cancel_display())),
    ]
    return [(label, text) for label, text in lines if text]
