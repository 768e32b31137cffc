"""Names and numbers as text: normalised for comparison, never guessed at, never cut."""

import re
import unicodedata

from members.rules.imports.problems import BadValue

# Zero-width spaces and marks, byte-order marks and direction overrides. The zero-width joiner stays:
# it holds family emoji together.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CONTROL = re.compile(r"[\x01-\x1f\x7f]")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE | re.ASCII)
_FLOAT_NUMBER = re.compile(r"\d+\.0", re.ASCII)
_AS_TEXT = re.compile(r'="([^"]*)"')  # how exports make a spreadsheet keep a number as it is
_ERRORS = frozenset(["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"])

_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}  # full-width letters, digits, signs

Parsed = tuple[str, str]  # value, code of the fix or ""


def clean(raw: str, limit: int) -> Parsed:
    """Composed (NFC), trimmed, without invisible characters; BadValue when it is too long or holds a NUL."""
    value = unicodedata.normalize("NFC", _INVISIBLE.sub("", raw)).strip()
    if "\0" in value:
        raise BadValue("nul_byte")
    if "\ufffd" in value:
        raise BadValue("bad_encoding")
    if len(value) > limit:
        raise BadValue("too_long", limit=limit, length=len(value))
    if is_error(value):
        raise BadValue("excel_error")
    return value, "" if value == raw else "trimmed"


def is_error(value: str) -> bool:
    """Whether a spreadsheet has left this where it could not reckon a value."""
    return value in _ERRORS


def unmasked(raw: str, limit: int) -> Parsed:
    """Like `clean`, of a person; what a shop system has masked (t***3) is left out: it may be anybody's."""
    value, fix = clean(raw, limit)
    return ("", "masked_left_out") if "*" in value else (value, fix)


def account(raw: str, limit: int) -> Parsed:
    """The buyer's account on a marketplace."""
    value, fix = number(raw, limit)
    return ("", "masked_left_out") if "*" in value else (value, fix)


def number(raw: str, limit: int) -> Parsed:
    """An order, member or product number: kept as text to the last digit, leading zeros too; Ａ１ is A1.

    What a spreadsheet has rounded (1.38E+10) is rejected: the lost digits cannot be guessed.
    """
    value, fix = clean(raw, limit)
    if (ordinary := value.translate(_NARROW)) != value:
        value, fix = ordinary, "full_width"
    if _CONTROL.search(value):
        value, fix = _CONTROL.sub("", value), "trimmed"
    if value.startswith("'"):
        value, fix = value[1:], "excel_text_prefix"
    elif as_text := _AS_TEXT.fullmatch(value):
        value, fix = as_text[1].strip(), "excel_text_prefix"
    if _SCIENTIFIC.fullmatch(value):
        raise BadValue("excel_scientific")
    return value, fix


def member_number(raw: str, limit: int) -> Parsed:
    """A member number. 17850.0 is 17850 that went through a floating-point column."""
    value, fix = number(raw, limit)
    if "*" in value:
        return "", "masked_left_out"
    if _FLOAT_NUMBER.fullmatch(value):
        return value[:-2], "float_suffix"
    return value, fix


def narrow(raw: str) -> str:
    """Full-width digits and signs as ASCII ones, for values that are no text."""
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", raw)).strip()
