"""The words for why a coupon takes nothing off."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rewards.rules.basket import Why

COUPONS: dict[str, str | Promise] = {
    Why.USED: _("The coupon has been used already."),
    Why.VOID: _("The coupon was withdrawn."),
    Why.NOT_YOURS: _("The coupon belongs to another member."),
    Why.NOT_YET: _("The coupon is not valid yet."),
    Why.OVER: _("The coupon has expired."),
    Why.STORE: _("The coupon is not for this store."),
    Why.NTH_PURCHASE: _("The coupon is for another purchase of the member: not this one, counted from the first."),
    Why.THRESHOLD: _("The order is too small for the coupon."),
    Why.NOTHING_ELIGIBLE: _("Nothing in the order is what the coupon is for."),
    Why.CAP: _("The member has used as many coupons of this offer as each may."),
    Why.COMBINATION: _("The coupon does not go with the others; without them it takes off less."),
}
