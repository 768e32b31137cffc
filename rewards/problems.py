"""The words for why a coupon takes nothing off, and for what is wrong with a file of points."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members import problems as of_members
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

# What is wrong with a row of a file of points, and how to mend it; other codes are those of members.problems.
_POINTS_FILES: dict[str, tuple[str | Promise, str | Promise]] = {
    "no_points": (_("The number of points is 0"), _("Write how many points, or take the row out.")),
    "owed": (_("An opening balance below nothing"), _("Points that a member owes are not brought along: take it out.")),
    "unknown_member": (
        _("No member of yours has this number, phone or e-mail"), _("Correct it, or import the member first."),
    ),
    "erased": (_("The member was erased or merged in the meantime"), _("There is nothing to do.")),
    "email_invalid": (_("There is no such e-mail address"), _("Correct it, or clear the cell.")),
    "expired": (_("The points have expired already"), _("Take the row out, or correct the last day.")),
    "expires_first": (_("The last day is before the day on which they were earned"), _("Correct one of the two.")),
    "too_far": (_("The day is after the year 2200"), _("Leave it blank where points never expire.")),
    "unknown_reason": (_("Unknown reason"), _("Write goodwill, correction, complaint, promotion or other.")),
    "reference_used": (
        _("The reference stands for another row already"), _("Give each row a reference of its own, or none."),
    ),
    "not_enough": (_("There are not so many points to be taken"), _("Take fewer, or take the row out.")),
    "again": (_("Another file has written the same row in the meantime"), _("There is nothing to do.")),
}  # fmt: skip
_WHOLE = _("Write a whole number of points, like 1200.")
_FIELDS: dict[str, str | Promise] = {
    "points": _("Points"),
    "earned_on": _("Earned on"),
    "expires_on": _("Last day"),
    "reason": _("Reason"),
    "note": _("Note"),
    "reference": _("Reference"),
}


def points_file(code: str) -> tuple[str, str]:
    """What is wrong with a row, and how to mend it ("" where there is nothing to say)."""
    if code in _POINTS_FILES:
        what, how = _POINTS_FILES[code]
        return str(what), str(how)
    if code in {"not_a_number", "scientific", "ambiguous_decimal_comma", "too_many_decimals"}:
        return of_members.title("not_a_number"), str(_WHOLE)
    told = of_members.HOW_TO_MEND.get(code, "")
    return of_members.title(code), "" if "%(" in told else of_members.mend(code, {})


def points_column(field: str) -> str:
    """A column of a file of points in the reader's words."""
    return str(_FIELDS[field]) if field in _FIELDS else of_members.field_name(field)


_NO_POINTS: dict[str, str | Promise] = {
    "store": _("Purchases in this store earn no points."),
    "channel": _("Purchases by this channel earn no points."),
    "minimum": _("The purchase is too small to earn points."),
    "nothing_eligible": _("Nothing in it earns points."),
}


def no_points(code: str) -> str:
    """Why an order earned nothing; "" for a code without words."""
    return str(_NO_POINTS.get(code, ""))
