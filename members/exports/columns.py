"""The columns of the member list, the same for page and CSV: which there are, and what a row says in each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.lib import masking
from members.lib.money import plain, to_units
from members.queries.member_columns import Listed


class Kind(StrEnum):
    """How the exact text of a cell is shown to a reader."""

    TEXT = "text"
    DATE = "date"
    COUNT = "count"
    MONEY = "money"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class MemberColumn:
    """A column: its key in URL and CSV, its heading, its exact text. `sort`: the name to sort by."""

    key: str
    heading: str | Promise
    value: Callable[[Listed], str]
    kind: Kind = Kind.TEXT
    sort: str = ""
    on_phone: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind in {Kind.COUNT, Kind.MONEY}

    @property
    def falls(self) -> bool:
        """Whether the first click sorts downwards."""
        return self.kind != Kind.TEXT


def _text(value: object) -> str:
    return "" if value is None else str(value)


Shown = Callable[[str, str], str]  # kind and value of a contact


def _contacts(kind: str, shown: Shown = masking.masked) -> Callable[[Listed], str]:
    return lambda row: " ".join(shown(kind, found.value) for found in row.person.contacts if found.kind == kind)


def _contact(shown: Shown = masking.masked) -> Callable[[Listed], str]:
    """The contact that was known first."""

    def value(row: Listed) -> str:
        found = next(iter(row.person.contacts), None)
        return f"{found.get_kind_display()} {shown(found.kind, found.value)}" if found else ""

    return value


def _last4(row: Listed) -> str:
    return " ".join(found.last4 for found in row.person.contacts if found.kind == "phone")


def _birthday(row: Listed) -> str:
    member = row.person.member
    if not member.birth_month or not member.birth_day:
        return ""
    day = f"{member.birth_month:02d}-{member.birth_day:02d}"
    return f"{member.birth_year}-{day}" if member.birth_year else day


def _money(amount: Any) -> str:
    return plain(to_units(amount))


def _average(row: Listed) -> str:
    orders = row.person.orders
    return _money((row.person.gross / orders).quantize(row.person.gross)) if orders else ""


COLUMNS: Sequence[MemberColumn] = (
    MemberColumn("name", _("Name"), lambda row: row.person.member.name, sort="name", on_phone=True),
    MemberColumn("number", _("Member number"), lambda row: row.person.member.number, sort="number", on_phone=True),
    MemberColumn("contact", _("Contact"), _contact(), on_phone=True),
    MemberColumn("phone", _("Phone"), _contacts("phone")),
    MemberColumn("phone_last4", _("Last 4 of phone"), _last4),
    MemberColumn("email", _("E-mail"), _contacts("email")),
    MemberColumn("tags", _("Tags"), lambda row: ", ".join(row.tags), sort="tags", on_phone=True),
    MemberColumn("home_store", _("Home store"), lambda row: _text(row.person.member.home_store), sort="home"),
    MemberColumn("first_store", _("First store"), lambda row: row.first_store, sort="first_store"),
    MemberColumn(
        "joined_on", _("Member since"), lambda row: _text(row.person.member.joined_on), Kind.DATE, sort="joined"
    ),
    MemberColumn("gender", _("Gender"), lambda row: str(row.person.member.get_gender_display()), sort="gender"),
    MemberColumn("birthday", _("Birthday"), _birthday, sort="birthday"),
    MemberColumn("city", _("City"), lambda row: row.person.member.city, sort="city"),
    MemberColumn("first_purchase", _("First purchase"), lambda row: _text(row.person.first), Kind.DATE, sort="first"),
    MemberColumn(
        "last_purchase", _("Last purchase"), lambda row: _text(row.person.last), Kind.DATE, sort="last", on_phone=True
    ),
    MemberColumn("orders", _("Purchases"), lambda row: str(row.person.orders), Kind.COUNT, sort="orders"),
    MemberColumn("average", _("Average purchase"), _average, Kind.MONEY, sort="average"),
    MemberColumn("spent", _("Spent"), lambda row: _money(row.person.gross), Kind.MONEY, sort="spent"),
    MemberColumn("refunds", _("Refunds"), lambda row: _money(row.person.refunds), Kind.MONEY, sort="refunds"),
    MemberColumn(
        "net", _("Spent less refunds"), lambda row: _money(row.person.net), Kind.MONEY, sort="net", on_phone=True
    ),
    MemberColumn("excluded", _("Excluded today"), lambda row: str(int(row.person.is_excluded)), Kind.FLAG),
)
DEFAULT = ("name", "number", "contact", "home_store", "first_purchase", "last_purchase", "orders", "net")
ALWAYS = "name"  # what leads to the member's page
_BY_KEY = {column.key: column for column in COLUMNS}
# By key: the columns of contacts, whole; for files alone, with a right and a reason.
UNMASKED = {
    "contact": replace(_BY_KEY["contact"], value=_contact(masking.whole)),
    "phone": replace(_BY_KEY["phone"], value=_contacts("phone", masking.whole)),
    "email": replace(_BY_KEY["email"], value=_contacts("email", masking.whole)),
}


def chosen(given: Iterable[str]) -> tuple[list[MemberColumn], list[str]]:
    """The columns a URL asks for (`cols=name,net`), in the order of the list, and the names nobody knows."""
    asked = [name.strip() for value in given for name in value.split(",") if name.strip()]
    known = {name for name in asked if name in _BY_KEY} or set(DEFAULT)
    known.add(ALWAYS)
    return [column for column in COLUMNS if column.key in known], [name for name in asked if name not in _BY_KEY]
