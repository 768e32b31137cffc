"""Phones of a members file: E.164 by the numbering plans, or the reason why it is none."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType, ValidationResult

from members.rules.imports.problems import BadValue
from members.rules.imports.text import narrow

# Whose phones are written without a country code. Where a currency is of several countries, none are.
REGIONS = {
    "CNY": "CN", "HKD": "HK", "MOP": "MO", "TWD": "TW", "SGD": "SG", "MYR": "MY", "THB": "TH", "VND": "VN",
    "IDR": "ID", "PHP": "PH", "JPY": "JP", "KRW": "KR", "INR": "IN", "AUD": "AU", "NZD": "NZ", "CAD": "CA",
    "USD": "US", "GBP": "GB",
}  # fmt: skip
_MOBILE_CN = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LIKE_MOBILE_CN = re.compile(r"(?:\+?86)?1[3-9]\d*", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE | re.ASCII)
_FLOAT = re.compile(r"\d+\.0", re.ASCII)
_PUNCTUATION = re.compile(r"[\s().\-‐-―']")
_DIGITS = re.compile(r"\+?\d+", re.ASCII)
_SEPARATORS = re.compile(r"[/;；、]")
_LENGTH = {ValidationResult.TOO_SHORT, ValidationResult.TOO_LONG, ValidationResult.INVALID_LENGTH}
_LANDLINE = {PhoneNumberType.FIXED_LINE}


def phones(raw: str, region: str) -> tuple[tuple[str, ...], str]:
    """One cell -> (its phones, code of the fix). Several are taken when each of them is a phone."""
    if _MOBILE_CN.fullmatch(raw) and region == "CN":
        return (f"+86{raw}",), ""
    parts = [part for part in _SEPARATORS.split(narrow(raw)) if part.strip()]
    if len(parts) <= 1:
        value, fix = e164(raw, region)
        return ((value,) if value else ()), fix
    found = [e164(part.strip(), region) for part in parts]
    fix = next((fix for _, fix in found if fix), "")
    return tuple(dict.fromkeys(value for value, _ in found if value)), fix


def e164(raw: str, region: str) -> tuple[str, str]:
    """Phone -> (E.164, code of the fix). BadValue when it cannot be one. What is masked is no phone, and left out."""
    value = narrow(raw)
    if not value or "*" in value:
        return "", "masked_left_out" if value else ""
    if _SCIENTIFIC.fullmatch(value):
        raise BadValue("phone_excel_scientific")
    digits = _PUNCTUATION.sub("", value[:-2] if _FLOAT.fullmatch(value) else value)
    number = _parsed(digits, region)
    found = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return found, _fix(raw, found, number, region)


def _parsed(digits: str, region: str) -> PhoneNumber:
    if not _DIGITS.fullmatch(digits):
        raise BadValue("phone_invalid")
    if region == "CN" and _LIKE_MOBILE_CN.fullmatch(digits):
        national = digits.removeprefix("+").removeprefix("86") if len(digits) > 11 else digits
        if len(national) != 11:
            raise BadValue("phone_length")
        return PhoneNumber(country_code=86, national_number=int(national))
    text = f"+{digits[2:]}" if digits.startswith("00") else digits
    try:
        number = phonenumbers.parse(text, region or None)
    except NumberParseException as error:
        raise BadValue("phone_invalid") from error
    if phonenumbers.is_possible_number_with_reason(number) in _LENGTH:
        raise BadValue("phone_length")
    if not phonenumbers.is_valid_number(number):
        raise BadValue("phone_invalid")
    return number


def _fix(raw: str, found: str, number: PhoneNumber, region: str) -> str:
    """Which change, if any, stands between what was written and what is stored."""
    if raw == found:
        return ""
    if number.country_code != phonenumbers.country_code_for_region(region):
        return "non_mainland_kept" if region == "CN" else "phone_normalised"
    if phonenumbers.number_type(number) in _LANDLINE:
        return "landline_kept"
    return "" if raw == str(number.national_number) else "phone_normalised"
