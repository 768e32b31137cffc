"""Phones and e-mails as they are compared: E.164, and case-folded."""

import re

from members.rules.imports.text import narrow

_MOBILE_CN = re.compile(r"1[3-9]\d{9}", re.ASCII)
_INTERNATIONAL = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_NATIONAL = re.compile(r"\d{7,15}", re.ASCII)
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+")
_PUNCTUATION = re.compile(r"[\s().\-‐-―'\"=]")


def phone(raw: str) -> tuple[str, str]:
    """Phone -> (E.164, code of the fix). An order is not lost over a bad phone: it is left out and reported."""
    value = _PUNCTUATION.sub("", narrow(raw))
    if not value:
        return "", ""
    if "*" in value:
        return "", "masked_left_out"
    if value.startswith("00"):
        value = "+" + value[2:]
    elif value.startswith("86") and _MOBILE_CN.fullmatch(value[2:]):
        value = "+" + value
    elif _MOBILE_CN.fullmatch(value):
        value = "+86" + value
    if _INTERNATIONAL.fullmatch(value) or _NATIONAL.fullmatch(value):
        return value, ""
    return "", "phone_left_out"


def email(raw: str) -> tuple[str, str]:
    """E-mail -> (case-folded, code of the fix). A bad one is left out and reported."""
    value = narrow(raw).casefold()
    if not value or (_EMAIL.fullmatch(value) and len(value) <= 200):
        return ("", "masked_left_out") if "*" in value else (value, "")
    return "", "masked_left_out" if "*" in value else "email_left_out"
