"""Every linked number of every report page opens a list of exactly so many people or orders, for whoever may click."""

import datetime as dt
import re
import tempfile
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from analytics.reports import report as reports
from analytics.services.publish import publish
from analytics.tests import pages
from analytics.tests.shopkeeper import Shop
from members.lib.actor import system
from members.lib.roles import Role
from members.models import Order
from members.services import staff

CALM: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    "phases": [Phase.explicit, Phase.reuse, Phase.generate],  # an example takes a second; shrinking would take hours
}
FIRST = dt.date(2025, 9, 20)
DAYS = 200
OPENING = [found for found in reports.every() if found.drill]


@dataclass(frozen=True)
class Asked:
    """Who asks for which report page, with which filters."""

    role: Role
    slug: str
    filters: dict[str, str]

    @property
    def url(self) -> str:
        return f"/analytics/reports/{self.slug}/?" + "&".join(f"{name}={value}" for name, value in self.filters.items())


_days = st.integers(0, DAYS)
_sales = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(1, 6)), _days, st.integers(0, 30), st.integers(1, 2), st.integers(1, 2),
        st.sampled_from(["", "", "", "refund", "part", "void"]),
    ),
    min_size=3, max_size=20,
)  # fmt: skip


def _date(day: int) -> str:
    return str(FIRST + dt.timedelta(days=day))


@st.composite
def _questions(draw: st.DrawFn) -> Asked:
    report = draw(st.sampled_from(OPENING))
    choices = report.choices
    span = sorted([draw(_days), draw(_days)])
    ranges = ["all", "all", "12m", "90d", "month", f"{_date(span[0])}..{_date(span[1])}"]
    filters = {
        "range": draw(st.sampled_from(ranges if choices.dated else [""])),
        "store": draw(st.sampled_from(["", "", "S1", "S2", "S1,S2"])),
        "channel": draw(st.sampled_from(["", "", "app", "counter"])),
        "by": draw(st.sampled_from(choices.grains or ("",))),
        "group": draw(st.sampled_from(("", "", *choices.groups))),
        **{name: draw(st.sampled_from(values)) for name, values in choices.option_values().items()},
        "as_of": draw(st.sampled_from(["", "", _date(span[1])])),
    }
    role = draw(st.sampled_from([Role.ADMIN, Role.MARKETER, Role.MANAGER, Role.MANAGER]))
    return Asked(role, report.slug, {name: value for name, value in filters.items() if value})


def open_shop(sales: list[tuple[Any, ...]]) -> Shop:
    """A shop that has sold so; `then` is what became of an order."""
    shop = Shop()
    for number, (buyer, day, amount, store, channel, then) in enumerate(sales):
        order = shop.sell(buyer and f"m{buyer}", _date(day), str(amount), store, channel)
        if then == "refund":
            shop.give_back(order, _date(day + number))
        elif then == "part":
            shop.give_back(order, _date(day), "0.01")
        elif then == "void":
            shop.void(order)
    shop.exclude("m6", _date(DAYS // 2))
    publish()
    return shop


def client_of(role: Role, shop: Shop) -> Client:
    """Somebody of the role; a store manager has the first store."""
    stores = shop.stores[:1] if role == Role.MANAGER else ()
    user = staff.create(
        username=f"u-{role}", password="pw", display_name=role, role=role, stores=stores, by=system("test")
    )
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def assert_opens(client: Client, url: str, number: int) -> None:
    """The list at the address, and its CSV, have this many rows, none twice."""
    page = pages.read(client, url)
    found = re.search(r'id="count">([\d,]+) ', page.text)
    assert found, page.text[:2000]
    assert int(found[1].replace(",", "")) == number, url
    (button,) = [link.href for link in page.links if ".csv?" in link.href]
    listed = [row[0] for row in pages.download(client, button)[1:]]
    assert len(listed) == len(set(listed)) == number, url


def every_linked_number_opens_its_list(sales: list[tuple[Any, ...]], questions: list[Asked]) -> None:
    with tempfile.TemporaryDirectory() as folder, override_settings(WAREHOUSE_URL=folder), transaction.atomic():
        shop = open_shop(sales)
        clients = {role: client_of(role, shop) for role in (Role.ADMIN, Role.MARKETER, Role.MANAGER)}
        for asked in questions if Order.objects.exists() else []:
            page = pages.read(clients[asked.role], asked.url)
            for table in page.tables:
                for cell in table.links():
                    assert_opens(clients[asked.role], cell.href, int(cell.value))
        transaction.set_rollback(True)


_shops = {"sales": _sales, "questions": st.lists(_questions(), min_size=2, max_size=3)}


@effort(max_examples=15, **CALM)
@given(**_shops)
def test_every_linked_number_opens_its_list(db: None, sales: list[Any], questions: list[Asked]) -> None:
    every_linked_number_opens_its_list(sales, questions)


@pytest.mark.prove
@effort(max_examples=150, **CALM)
@given(**_shops)
def test_every_linked_number_opens_its_list_at_length(db: None, sales: list[Any], questions: list[Asked]) -> None:
    every_linked_number_opens_its_list(sales, questions)


def steady_shop() -> Shop:
    """Six months of newcomers of whom each fourth comes once, and the others once to three times more."""
    shop = Shop()
    for number in range(24):
        first = FIRST + dt.timedelta(days=number * 6)
        for visit in range(1 + number % 4):
            day = first + dt.timedelta(days=visit * 31)
            shop.sell(f"m{number}", str(day), "10", 1 + number // 4 % 2, 1 + number % 2)
    publish()
    return shop


def counted(page: pages.Page) -> dict[str, int]:
    """The links of a page beside its tables that show how many they open."""
    in_tables = linked_in_tables(page)
    lists = [link for link in page.links if "from=" in link.href and ".csv" not in link.href]
    number = re.compile(
        r"(?:[A-Z][a-z ]+(?=[\d,]+ [\d.]+%))?([\d,]+)(?: [\d.]+%.*|[^\d.%]*)"
    )  # of a card, or of a link
    shown = [(link.href, number.fullmatch(link.text.strip())) for link in lists]
    return {href: int(text[1]) for href, text in shown if text and in_tables.get(href, "") != int(text[1])}


def linked_in_tables(page: pages.Page) -> dict[str, int]:
    return {cell.href: int(cell.value) for table in page.tables for cell in table.links() if cell.value}


@pytest.mark.parametrize("role", [Role.MARKETER, Role.MANAGER])
def test_the_linked_numbers_of_the_retention_page(db: None, role: Role) -> None:
    """The selection panel, the channels and every seventh cell of the tables, over six months of a steady shop."""
    client = client_of(role, steady_shop())
    page = pages.read(client, "/analytics/retention/?range=all&cell=2025-11:1")
    in_tables, beside = linked_in_tables(page), counted(page)
    assert {pages.params(href)["set"] for href in beside} >= {"lost", "after"}
    assert len(in_tables) > 20
    for href, number in [*list(in_tables.items())[::7], *beside.items()]:
        assert_opens(client, href, number)


@pytest.mark.parametrize(("tab", "groups"), [("second", {"again", "open"}), ("rhythm", {"members"})])
@pytest.mark.parametrize("role", [Role.MARKETER, Role.MANAGER])
def test_the_linked_numbers_of_its_other_tabs(db: None, role: Role, tab: str, groups: set[str]) -> None:
    client = client_of(role, steady_shop())
    page = pages.read(client, f"/analytics/retention/?tab={tab}&range=all")
    beside = {href: number for href, number in counted(page).items() if pages.params(href)["set"] in groups}
    assert {pages.params(href)["set"] for href in beside} == groups
    for href, number in {**linked_in_tables(page), **beside}.items():
        assert_opens(client, href, number)


def test_a_list_knows_the_options_of_the_number_it_was_opened_from(db: None) -> None:
    shop = Shop()
    shop.sell("m1", "2026-01-05")
    publish()
    client = client_of(Role.MARKETER, shop)
    link = "/members/?from=rfm&cell=:::重要价值客户&set=members&by=segment8&lookback=all&cuts=quantile"
    known = {name for name in ("lookback", "cuts") if name in reports.get("rfm").choices.option_values()}
    warnings = " ".join(client.get(link).context["bar"].warnings)
    assert known == {"lookback", "cuts"}
    assert not [name for name in known if f"“{name}”" in warnings]
    assert "“sound”" in " ".join(client.get(f"{link}&sound=yes").context["bar"].warnings)
