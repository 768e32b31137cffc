"""Figures as a reader sees them: amounts, counts, rates. Pure functions; only the unit words are translated."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

NONE = "—"
MINUS = "−"
SYMBOLS = {
    "CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "TWD": "NT$", "MOP": "MOP$", "SGD": "S$",
    "AUD": "A$", "CAD": "C$", "KRW": "₩", "THB": "฿", "VND": "₫", "INR": "₹", "MYR": "RM",
}  # fmt: skip
WITHOUT_CENTS = frozenset({"JPY", "KRW", "VND"})
Figure = Decimal | int | float
_MOST_DECIMALS = 4


def exact(value: Figure) -> Decimal:
    """A figure as Decimal; a float by its shortest digits, so that 0.29 is 0.29."""
    return value if isinstance(value, Decimal) else Decimal(repr(float(value)) if isinstance(value, float) else value)


def number(value: Figure | None, decimals: int = 0) -> str:
    """1940 -> "1,940"; rounded half up; a true minus sign; None -> a dash."""
    if value is None:
        return NONE
    rounded = exact(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{abs(rounded):,.{decimals}f}"
    return MINUS + text if rounded < 0 else text


def signed(value: Figure, decimals: int = 1) -> str:
    """A difference with its sign, "+6.4". One that is not zero never reads as zero: −0.04 instead of 0.0.

    The end of an interval that excludes zero must look like one. Beyond the fourth decimal it is rounded away from 0.
    """
    figure = exact(value)
    least = Decimal(1).scaleb(-_MOST_DECIMALS)
    if 0 < abs(figure) < least:
        figure = least.copy_sign(figure)
    while figure and decimals < _MOST_DECIMALS and number(figure, decimals) == number(0, decimals):
        decimals += 1
    return number(figure, decimals) if figure < 0 else f"+{number(figure, decimals)}"


def money(value: Figure | None, currency: str, decimals: int = 0) -> str:
    """Decimal("1234.5"), "CNY" -> "¥1,235"; an unknown currency by its code. None -> a dash."""
    if value is None:
        return NONE
    text = number(value, 0 if currency in WITHOUT_CENTS else decimals)
    sign = symbol(currency)
    return f"{MINUS}{sign}{text[1:]}" if text.startswith(MINUS) else f"{sign}{text}"


def symbol(currency: str) -> str:
    """What stands before amounts: ¥, or an unknown currency's code."""
    return SYMBOLS.get(currency, f"{currency} ")


def money_short(value: Figure, currency: str) -> str:
    """An amount inside a sentence: ¥51.2 万 in Chinese from 10,000 on, ¥7.31M in English from a million on."""
    amount = exact(value)
    chinese = (get_language() or "").startswith("zh")
    for size, unit in ((10**8, " 亿"), (10**4, " 万")) if chinese else ((10**9, "B"), (10**6, "M")):
        if abs(amount) >= size:
            return money(amount / size, currency, 1 if chinese else 2) + unit
    return money(amount, currency)


def percent(share: Figure | None, decimals: int = 1) -> str:
    """A fraction as a percentage: 0.318 -> "31.8%". None -> a dash."""
    return NONE if share is None else number(exact(share) * 100, decimals) + "%"


def points(difference: Figure, decimals: int = 1) -> str:
    """The size of a difference of two fractions, without its sign: -0.009 -> "0.9 points"."""
    return _("%(points)s points") % {"points": number(abs(exact(difference)) * 100, decimals)}


def in_language(zh: str, en: str) -> str:
    """Of a text that the merchant wrote in both languages, the one of the reader's."""
    return zh if (get_language() or "").startswith("zh") else en
