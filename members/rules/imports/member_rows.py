"""Rows of a members file -> what each says of a person; rows that share an identifier are one person."""

import json
import re
from array import array
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from members.rules.imports.problems import Level, Problem
from members.rules.imports.rows import SLOT, Row

Key = tuple[str, str]  # kind of identifier ("number" for member numbers and cards) and its value
FIELDS = ("name", "gender", "birthday", "city", "store", "joined_on")  # what is compared with a stored member
_CONTACTS = ("phone", "phone2", "phone3", "phone4", "email", "email2")
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_NUMBER, _CARD, _ACCOUNT = SLOT["member_no"], SLOT["card"], SLOT["account"]
_PHONES = [SLOT[name] for name in ("phone", "phone2", "phone3", "phone4")]
_EMAILS = [SLOT[name] for name in ("email", "email2")]
_rest = itemgetter(*(SLOT[name] for name in FIELDS[1:]))
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")


class Said(NamedTuple):
    """What one row says. `is_bare`: it has nothing but a member number, in a file that has contacts."""

    row: int
    is_fixed: bool
    is_bare: bool
    numbers: Sequence[str]  # the member number, then cards
    accounts: Sequence[str]
    phones: Sequence[str]
    emails: Sequence[str]
    name: str = ""
    gender: str = ""
    birthday: str = ""  # "1992-02-29", or "--02-29"
    city: str = ""
    store: str = ""
    joined_on: str = ""

    def identifiers(self) -> list[Key]:
        """The identifiers, the strongest first."""
        found = [("account", value.casefold()) for value in self.accounts] if self.accounts else []
        found += [("number", value.casefold()) for value in self.numbers]
        found += [("phone", value) for value in self.phones]
        found += [("email", value) for value in self.emails]
        return found

    def text(self) -> str:
        return _JSON.encode(self)


def said_of(text: str) -> Said:
    """The way back from `Said.text`."""
    return Said(*json.loads(text))


def read(row: Row, has_contacts: bool) -> Said | None:
    """What a clean row says; None (and a finding) when it names nobody."""
    value = row.values
    number, card, account = value[_NUMBER], value[_CARD], value[_ACCOUNT]
    numbers = (number, card) if number and card else (number or card,) if number or card else ()
    accounts = (account,) if account else ()
    phones, emails = _several(value, _PHONES), _several(value, _EMAILS)
    if not (numbers or accounts or phones or emails):
        row.problems.append(nobody(row.number))
        return None
    is_bare = has_contacts and bool(number) and not (card or accounts or phones or emails)
    name = value[SLOT["name"]] or full_name(value[SLOT["given_name"]], value[SLOT["family_name"]])
    return Said(row.number, row.fixed, is_bare, numbers, accounts, phones, emails, name, *_rest(value))


def nobody(row: int) -> Problem:
    return Problem(row, Level.REJECT, "no_contact_and_no_key", "phone")


def full_name(given: str, family: str) -> str:
    """Western names put the given name first; Chinese, Japanese and Korean ones the family name, without a space."""
    if _EAST_ASIAN.search(given + family):
        return family + given
    return f"{given} {family}".strip()


def is_other_name(name: str, other: str) -> bool:
    """Whether two names differ by more than case and spaces."""
    return bool(name and other) and _bare(name) != _bare(other)


def _bare(name: str) -> str:
    return "".join(name.split()).casefold()


def has_contacts(fields: Iterable[str]) -> bool:
    """Whether a file has a column of phones or e-mails."""
    return any(name in _CONTACTS for name in fields)


def together(group: Sequence[Said]) -> Said:
    """One person from the rows of a file: the first stands, later ones fill what it leaves blank."""
    first = group[0]
    if len(group) == 1:
        return first
    filled: dict[str, Any] = {name: next(filter(None, (getattr(said, name) for said in group)), "") for name in FIELDS}
    return first._replace(
        is_bare=all(said.is_bare for said in group),
        numbers=_each(said.numbers for said in group),
        accounts=_each(said.accounts for said in group),
        phones=_each(said.phones for said in group),
        emails=_each(said.emails for said in group),
        **filled,
    )


class Groups:
    """Which of so many things belong together: each group is known by its first member. Eight bytes a thing."""

    def __init__(self, size: int) -> None:
        self._parent = array("q", range(size))

    def first(self, one: int) -> int:
        parent = self._parent
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.first(one), self.first(other)))
        self._parent[second] = first


def people(rows: Sequence[Said]) -> list[list[Said]]:
    """The rows of each person, in the order of the first of them."""
    groups, seen = Groups(len(rows)), dict[Key, int]()
    for position, said in enumerate(rows):
        for key in said.identifiers():
            groups.join(position, seen.setdefault(key, position))
    found: dict[int, list[Said]] = {}
    for position, said in enumerate(rows):
        found.setdefault(groups.first(position), []).append(said)
    return list(found.values())


def _several(values: list[Any], slots: Sequence[int]) -> tuple[str, ...]:
    filled = [values[slot] for slot in slots if values[slot]]
    return filled[0] if len(filled) == 1 else _each(filled)


def _each(lists: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for values in lists for value in values))
