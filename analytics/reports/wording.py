"""Months and intervals as sentences need them."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics.metrics import periods
from members.lib import display

_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def month(period: int) -> str:
    """2026-07 in Chinese, Jul 2026 in English."""
    year, index = divmod(period, 12)
    return periods.label(period, "month") if _is_chinese() else f"{_ENGLISH[index]} {year}"


def told_month(period: int) -> str:
    """A month inside a sentence: 2026 年 7 月 in Chinese, Jul 2026 in English."""
    year, index = divmod(period, 12)
    return f"{year} 年 {index + 1} 月" if _is_chinese() else month(period)


def months(first: int, last: int) -> str:
    """A span of months: "2026 年 5–9 月" or "2025 年 11 月至 2026 年 3 月", or "May–Sep 2026" and the like."""
    if first == last:
        return told_month(first)
    year = first // 12
    if _is_chinese():
        end = f"–{last % 12 + 1} 月" if last // 12 == year else f" 月至 {told_month(last)}"
        return f"{year} 年 {first % 12 + 1}{end}"
    if last // 12 != year:
        return _("%(first)s to %(last)s") % {"first": month(first), "last": month(last)}
    return f"{_ENGLISH[first % 12]}–{_ENGLISH[last % 12]} {year}"


def span(label: str) -> str:
    """Two dates as a label of a period gives them (2026-10-24..2026-11-22), in words; other labels as they are."""
    try:
        first, last = (dt.date.fromisoformat(end) for end in label.split(".."))
    except ValueError:
        return label
    return _("%(first)s to %(last)s") % {"first": day(first), "last": day(last)}


def day(date: dt.date | None) -> str:
    """2026-11-21 in Chinese, 21 Nov 2026 in English; "" for none."""
    return date_format(date, "DATE_FORMAT") if date else ""


def verdicts() -> dict[str, str]:
    """What is said of a change, by its code."""
    return {
        "worse": _("Clearly worse"),
        "better": _("Clearly better"),
        "unclear": _("May be chance"),
        "few": _("Under 30 people before or recently"),
    }


def moves() -> dict[str, str]:
    """What is said of a figure held against its value before, by its code."""
    return {
        "up": _("Clearly more"),
        "down": _("Clearly less"),
        "unclear": _("No clear change"),
        "few": _("Too few (under 30)"),
        "partial": _("The data begin within the earlier days"),
        "early": _("The data begin too late to tell who is new"),
        "": _("Nothing to compare with yet"),
    }


def signed_percent(share: display.Figure) -> str:
    """A change as a part of what was before, with its sign: −6.3%"""
    return f"{display.signed(display.exact(share) * 100)}%"


def signed_points(share: display.Figure) -> str:
    """A difference of two rates in percentage points, with its sign: −6.3"""
    return display.signed(display.exact(share) * 100)


def interval(low: float, high: float) -> str:
    """The ends of an interval of a difference: "−6.3 to −3.7 points"."""
    return _("%(low)s to %(high)s points") % {"low": signed_points(low), "high": signed_points(high)}


def sentences(*parts: str) -> str:
    """Sentences in a row; Chinese sets no space between them."""
    return ("" if _is_chinese() else " ").join(part for part in parts if part)


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")
