"""Phones and e-mails as they are compared: E.164, and case-folded."""

import re

from members.rules.imports import phones
from members.rules.imports.problems import BadValue
from members.rules.imports.text import narrow

_MOBILE_CN = re.compile(r"1[3-9]\d{9}", re.ASCII)
_NATIONAL = re.compile(r"\d{7,15}", re.ASCII)
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+")
_EXCEL_TEXT = re.compile(r"['\"=]")  # ="138…", as some shop systems keep a spreadsheet from rounding


def phone(raw: str, region: str) -> tuple[str, str]:
    """Phone -> (E.164, code of the fix). An order is not lost over a bad phone: it is left out and reported.

    `region`: whose phones are written without a country code; where it is not known ("") such ones stay as they are.
    """
    if region == "CN" and _MOBILE_CN.fullmatch(raw):
        return "+86" + raw, ""
    value = _EXCEL_TEXT.sub("", narrow(raw))
    try:
        found, fix = phones.e164(value, region)
    except BadValue:
        digits = re.sub(r"\D", "", value)
        return (digits, "") if not region and _NATIONAL.fullmatch(digits) else ("", "phone_left_out")
    return found, fix if not found else ""


def email(raw: str) -> tuple[str, str]:
    """E-mail -> (case-folded, code of the fix). A bad one is left out and reported."""
    value = narrow(raw).casefold()
    if not value or (_EMAIL.fullmatch(value) and len(value) <= 200):
        return ("", "masked_left_out") if "*" in value else (value, "")
    return "", "masked_left_out" if "*" in value else "email_left_out"
