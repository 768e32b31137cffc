"""Amounts, prices and quantities of a file as integer ten-thousandths: exact, or rejected."""

import re
from decimal import ROUND_HALF_UP, Decimal

from members.rules.imports.problems import BadValue
from members.rules.imports.text import is_error, narrow

SCALE = 10_000
LARGEST = 10**10 * SCALE
_DECIMALS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3}
_SIGNS = {
    "CNY": ("CNY", "RMB", "人民币", "¥", "元", "圆"),
    "JPY": ("JPY", "¥", "円"),
    "GBP": ("GBP", "£"),
    "USD": ("USD", "US$", "$"),
    "EUR": ("EUR", "€"),
    "HKD": ("HKD", "HK$", "$"),
    "TWD": ("TWD", "NT$", "$"),
    "AUD": ("AUD", "A$", "$"),
    "CAD": ("CAD", "CA$", "$"),
    "SGD": ("SGD", "S$", "$"),
    "KRW": ("KRW", "₩"),
    "INR": ("INR", "₹"),
    "THB": ("THB", "฿"),
}
_ANY_SIGN = re.compile(r"[A-Z]{3}|[$€£¥元圆円₩₹฿]|人民币", re.IGNORECASE)
_PLAIN = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"\d+(?:\.\d{3})*,\d+", re.ASCII)
_SCIENTIFIC = re.compile(r"\d+(?:\.\d+)?E[+-]?\d+", re.IGNORECASE | re.ASCII)


def decimals_of(currency: str) -> int:
    """How many decimals an amount in this currency has."""
    return _DECIMALS.get(currency, 2)


def is_sign_of(value: str, currency: str) -> bool:
    """Whether a text in capitals names the currency: CNY, RMB, 人民币, ¥ are one."""
    return value == currency or value in _SIGNS.get(currency, ())


def amount(raw: str, currency: str, decimals: int) -> tuple[int, str]:
    """Text -> (signed ten-thousandths, code of the fix or ""). BadValue when it cannot be read without guessing."""
    value = narrow(raw)
    fix = "" if value == raw else ("trimmed" if value == raw.strip() else "full_width")
    if value.startswith("'"):
        value, fix = value[1:], "excel_text_prefix"
    if not value:
        raise BadValue("missing")
    if is_error(value):
        raise BadValue("excel_error")
    value, negative = _without_sign(value)
    value, marked = _without_currency(value, currency)
    plain = _plain_digits(value)
    units = _units(plain, decimals)
    fix = fix or ("currency_mark" if marked else "thousands" if plain != value else "")
    return (-units if negative else units), fix


def quantity(raw: str) -> tuple[int, str]:
    """How much was sold, as ten-thousandths; negative when goods came back."""
    value = narrow(raw)
    if not value:
        raise BadValue("missing")
    if is_error(value):
        raise BadValue("excel_error")
    digits, negative = _without_sign(value)
    units = _units(_plain_digits(digits), 4)
    return (-units if negative else units), "" if value == raw else "trimmed"


def dusty(raw: str, currency: str) -> tuple[int, str]:
    """An amount from a floating-point export: 1.776357e-15 is a zero; all else is read as usual, to the cent."""
    if _SCIENTIFIC.fullmatch(raw):
        exact = Decimal(raw)
        cents = exact.quantize(Decimal(1).scaleb(-decimals_of(currency)), rounding=ROUND_HALF_UP)
        if abs(exact - cents) < Decimal("1e-9"):
            return int(cents * SCALE), "float_dust"
    return amount(raw, currency, decimals_of(currency))


def product_of(quantity_units: int, price_units: int) -> int:
    """Quantity times unit price, both in ten-thousandths, rounded half away from zero to four decimals."""
    exact = quantity_units * price_units
    rounded = (abs(exact) + SCALE // 2) // SCALE
    return -rounded if exact < 0 else rounded


def _without_sign(value: str) -> tuple[str, bool]:
    if value.startswith("(") and value.endswith(")"):
        return value[1:-1].strip(), True
    if value[:1] in {"-", "−"}:
        return value[1:].strip(), True
    return value, False


def _without_currency(value: str, currency: str) -> tuple[str, bool]:
    """Strip the merchant's own currency sign; any other one is a different amount."""
    for sign in _SIGNS.get(currency, (currency,)):
        if value.upper().startswith(sign):
            return value[len(sign) :].strip(), True
        if value.upper().endswith(sign):
            return value[: -len(sign)].strip(), True
    if (_ANY_SIGN.match(value) and value[-1:].isdigit()) or (_ANY_SIGN.search(value) and value[:1].isdigit()):
        mark = _ANY_SIGN.search(value)
        raise BadValue("other_currency", currency=currency, sign=mark.group() if mark else "")
    return value, False


def _plain_digits(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    if _THOUSANDS.fullmatch(value):
        return value.replace(",", "")
    if _DECIMAL_COMMA.fullmatch(value):
        raise BadValue("ambiguous_decimal_comma")
    if _SCIENTIFIC.fullmatch(value):
        raise BadValue("scientific")
    raise BadValue("not_a_number")


def _units(digits: str, decimals: int) -> int:
    whole, _, fraction = digits.partition(".")
    fraction = fraction.rstrip("0") if len(fraction) > decimals else fraction
    if len(fraction) > decimals:
        raise BadValue("too_many_decimals", decimals=decimals)
    if len(whole) > 15:
        raise BadValue("implausibly_large")
    units = int(whole) * SCALE + int(fraction.ljust(4, "0") or 0)
    if units >= LARGEST:
        raise BadValue("implausibly_large")
    return units
