"""Months and intervals as sentences need them."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics.metrics import periods
from members.lib import display

_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def month(period: int) -> str:
    """2026-07 in Chinese, Jul 2026 in English."""
    year, index = divmod(period, 12)
    return periods.label(period, "month") if _is_chinese() else f"{_ENGLISH[index]} {year}"


def months(first: int, last: int) -> str:
    """A span of months: "2026 年 5–9 月" or "2025-11 至 2026-03", "May–Sep 2026" or "Nov 2025 – Mar 2026"."""
    if first == last:
        return month(first)
    if first // 12 != last // 12:
        return _("%(first)s to %(last)s") % {"first": month(first), "last": month(last)}
    year = first // 12
    if _is_chinese():
        return f"{year} 年 {first % 12 + 1}–{last % 12 + 1} 月"
    return f"{_ENGLISH[first % 12]}–{_ENGLISH[last % 12]} {year}"


def signed_points(share: float) -> str:
    """A difference of two rates in percentage points, with its sign: −6.3"""
    return display.number(share * 100, 1) if share < 0 else f"+{display.number(share * 100, 1)}"


def interval(low: float, high: float) -> str:
    """The ends of an interval of a difference: "−6.3 to −3.7 points"."""
    return _("%(low)s to %(high)s points") % {"low": signed_points(low), "high": signed_points(high)}


def sentences(*parts: str) -> str:
    """Sentences in a row; Chinese sets no space between them."""
    return ("" if _is_chinese() else " ").join(part for part in parts if part)


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")
