"""Values of a members file: what each cell says of a person."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from members.rules.imports import birthdays, instants, text
from members.rules.imports.contacts import email
from members.rules.imports.instants import Clock
from members.rules.imports.phones import REGIONS, phones
from members.rules.imports.problems import BadValue
from members.rules.imports.text import clean, narrow

LIMITS = {"name": 120, "family_name": 60, "given_name": 60, "city": 120, "store": 60, "member_no": 80, "card": 80,
          "account": 120, "email": 200}  # fmt: skip
_GENDERS = {
    "female": ("女", "女性", "女士", "小姐", "f", "female", "woman", "ms", "mrs", "miss"),
    "male": ("男", "男性", "先生", "m", "male", "man", "mr"),
    "other": ("其他", "其它", "other", "diverse", "非二元"),
    "": ("", "未知", "保密", "不详", "未填", "未填写", "无", "-", "unknown", "n/a", "none", "secret"),
}
_GENDER = {word: gender for gender, words in _GENDERS.items() for word in words}
_FORMULA = re.compile(r"[\t\r][=+\-@＝]")  # kept as text to the last character: exports make it harmless
_SEPARATORS = re.compile(r"[;；、,，\s]+")

Parse = Callable[[str], tuple[Any, str]]


def parsers(currency: str, clock: Clock) -> dict[str, Parse]:
    """Field -> its parser. Each takes the raw cell and returns (value, code of the fix)."""
    phone = partial(phones, region=REGIONS.get(currency, ""))
    today = clock.latest.astimezone(clock.zone).date()
    words: dict[str, Parse] = {
        name: partial(label, limit=LIMITS[name]) for name in ("name", "family_name", "given_name", "city")
    }
    numbers: dict[str, Parse] = {name: partial(number, limit=LIMITS[name]) for name in ("member_no", "card")}
    return words | numbers | {
        "account": partial(account, limit=LIMITS["account"]),
        "store": partial(clean, limit=LIMITS["store"]),
        "phone": phone,
        "phone2": phone,
        "phone3": phone,
        "phone4": phone,
        "email": emails,
        "email2": emails,
        "gender": gender,
        "birthday": partial(birthdays.birthday, today=today),
        "joined_on": partial(joined_on, clock=clock),
    }  # fmt: skip


def label(raw: str, limit: int) -> tuple[str, str]:
    """A name or a city: as text, composed (NFC) and trimmed. A formula behind a tab is stored unchanged."""
    value, fix = clean(raw, limit)
    return (raw, "") if _FORMULA.match(raw) and raw[1:] == value else (value, fix)


def number(raw: str, limit: int) -> tuple[str, str]:
    """A member or card number; a masked one is left out."""
    value, fix = text.member_number(raw, limit)
    return ("", "masked_left_out") if "*" in value else (value, fix)


def account(raw: str, limit: int) -> tuple[str, str]:
    """The buyer's name on a marketplace; a masked one is left out."""
    value, fix = text.number(raw, limit)
    return ("", "masked_left_out") if "*" in value else (value, fix)


def emails(raw: str) -> tuple[tuple[str, ...], str]:
    """One cell -> (its addresses, code of the fix). Bad ones are left out and reported."""
    found, fix = [], ""
    for part in filter(None, _SEPARATORS.split(narrow(raw))):
        if len(part) > LIMITS["email"]:
            raise BadValue("too_long", limit=LIMITS["email"], length=len(part))
        value, wrong = email(part)
        if value and "*" not in value:
            found.append(value)
        fix = fix or wrong or ("masked_left_out" if "*" in value else "")
    return tuple(dict.fromkeys(found)), fix


def gender(raw: str) -> tuple[str, str]:
    """female, male, other or ""; what cannot be told is left out and reported."""
    value = _GENDER.get(narrow(raw).casefold())
    return ("", "gender_left_out") if value is None else (value, "")


def joined_on(raw: str, clock: Clock) -> tuple[str, str]:
    """The date (ISO) since when somebody is a member, in the zone of the file's times."""
    if not narrow(raw):
        return "", ""
    moment, fix = instants.instant(raw, clock)
    return moment.astimezone(clock.zone).date().isoformat(), fix
