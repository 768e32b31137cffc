"""The tabs of the Retention page: what they say first, what their addresses keep, what an analyst is not told."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from analytics.services.publish import publish
from analytics.tests import pages
from analytics.tests.shopkeeper import Shop
from conftest import People

SignIn = Callable[..., Client]
SECOND, RHYTHM = "/analytics/retention/?tab=second", "/analytics/retention/?tab=rhythm"
LAST = dt.date(2026, 6, 30)


def sell_to_newcomers(shop: Shop, year: int, name: str, returning: int, after: int) -> None:
    """60 newcomers of the March of a year; so many of them come again after so many days."""
    first = dt.date(year, 3, 2)
    for number in range(60):
        shop.sell(f"{name}{number}", str(first))
        if number < returning:
            shop.sell(f"{name}{number}", str(first + dt.timedelta(days=after)))


@pytest.fixture
def shop(merchant: object, people: People) -> Shop:
    """Of those of 2026 forty come again after ten days, of those of 2025 only thirty."""
    shop = Shop()
    shop.sell("first", "2025-01-05")
    sell_to_newcomers(shop, 2025, "a", 30, 20)
    sell_to_newcomers(shop, 2026, "b", 40, 10)
    shop.sell(None, str(LAST))
    publish()
    return shop


def told(client: Client, url: str) -> Any:
    """What the page at an address puts into its template, in English."""
    return client.get(url, headers={"accept-language": "en"}).context


def test_the_second_purchase_is_told_in_a_sentence_and_held_against_a_year_earlier(
    shop: Shop, people: People, signed_in: SignIn
) -> None:
    answered = told(signed_in(people.admin), f"{SECOND}&range=2026-03-01..2026-03-31")
    callout = answered["callout"]
    assert callout.claim == "Half of the newcomers buy again within 10 days."
    assert "66.7% buy again; of those who first bought a year earlier it was 50.0%" in callout.text
    assert "no clear change" in callout.text
    assert [share for _label, share, _interval in answered["shares"]] == ["66.7%", "66.7%", "66.7%", "—"]


def test_without_a_year_before_nothing_is_compared(shop: Shop, people: People, signed_in: SignIn) -> None:
    answered = told(signed_in(people.admin), f"{SECOND}&range=2025-03-01..2025-03-31")
    assert "year earlier" not in answered["callout"].text


def test_few_second_purchases_are_no_curve(shop: Shop, people: People, signed_in: SignIn) -> None:
    answered = told(signed_in(people.admin), f"{SECOND}&range=2025-01-01..2025-01-31")
    assert answered["callout"].claim == "Too early to say."
    assert answered["curve"].figure is None


def test_the_table_and_the_csv_of_the_second_purchase_are_the_report(
    shop: Shop, people: People, signed_in: SignIn
) -> None:
    admin = signed_in(people.admin)
    query = "range=2025-01-01..2026-06-30&count=order"
    tab, report = (
        pages.read(admin, url) for url in (f"{SECOND}&{query}", f"/analytics/reports/second-purchase/?{query}")
    )
    assert tab.tables[0].values() == report.tables[0].values()
    (button,) = {link.href for link in tab.links if "second-purchase.csv" in link.href}
    assert pages.download(admin, button)[1:] == tab.tables[0].values()


def test_the_rhythm_names_the_usual_gap_and_the_three_states(shop: Shop, people: People, signed_in: SignIn) -> None:
    context = told(signed_in(people.admin), RHYTHM)
    assert context["callout"].claim == "Too early to say."
    assert [card.value for card in context["states"]] == ["121", "0", "0"]
    for number in range(60):
        shop.sell(f"b{number}", "2026-03-22")
    publish()
    context = told(signed_in(people.admin), RHYTHM)
    assert context["callout"].claim == "Half of all purchases are followed by the next within 20 days."
    assert [card.value for card in context["states"]] == ["0", "121", "0"]
    assert context["states"][0].note == "Last bought 0 to 20 days ago"


@pytest.mark.parametrize("tab", [SECOND, RHYTHM])
def test_other_tabs_and_filters_keep_what_they_share(shop: Shop, people: People, signed_in: SignIn, tab: str) -> None:
    context = signed_in(people.admin).get(f"{tab}&range=30d&store=S1").context
    own = pages.params(tab)["tab"]
    for _label, url, on in context["tabs"]:
        assert pages.params(url).get("range") == "30d"
        assert pages.params(url)["store"] == "S1"
        assert on == (pages.params(url).get("tab", "") == own)
    assert pages.params(context["bar"].copy_url)["tab"] == own
    assert pages.params(context["bar"].clear_url) == {"tab": own}
    assert all(("tab", own) in chip.keep for chip in context["bar"].chips)


def test_an_unknown_tab_is_told_and_shows_the_first(shop: Shop, people: People, signed_in: SignIn) -> None:
    context = signed_in(people.admin).get("/analytics/retention/?tab=moon").context
    assert len(context["bar"].warnings) == 2
    assert "heatmap" in context


def test_an_analyst_is_not_told_of_fewer_than_five(shop: Shop, people: People, signed_in: SignIn) -> None:
    for number in range(3):
        shop.sell(f"late{number}", "2026-04-01")
        shop.sell(f"late{number}", "2026-04-16")
    publish()
    query = "&range=2026-03-01..2026-04-30"
    analyst, admin = (
        pages.read(signed_in(user), SECOND + query).tables[0].values() for user in (people.analyst, people.admin)
    )
    assert admin[0][1:3] == ["63", "40"]
    assert admin[1][1:3] == ["23", "3"]
    assert analyst[0] == admin[0]
    assert analyst[1] == ["15", "", "", "", "", ""]
    assert not [link for link in pages.read(signed_in(people.analyst), SECOND + query).links if "from=" in link.href]


def test_the_heat_map_follows_the_clock_and_the_measure_and_says_so(
    shop: Shop, people: People, signed_in: SignIn
) -> None:
    """Of the sixty of March 2026, forty come again ten days later: in the same month, in the first thirty days."""
    address = "/analytics/retention/?range=2026-03-01..2026-03-31&cell=2026-03:1"
    plain = told(signed_in(people.admin), address)
    assert plain["selection"].value == "0.0%"
    assert "in that calendar period." in plain["heatmap"].note
    own_days = told(signed_in(people.admin), f"{address}&clock=elapsed")
    assert own_days["selection"].value == "66.7%"
    assert own_days["selection"].title == "First bought Mar 2026 · days 1 to 30"
    assert "that span of 30 days after their own first purchase." in own_days["heatmap"].note
    by_then = told(signed_in(people.admin), f"{address}&measure=cumulative")
    assert by_then["selection"].value == "66.7%"
    assert by_then["selection"].title == "First bought Mar 2026 · up to month 1"
    later = told(signed_in(people.admin), f"{address}&measure=rolling&clock=elapsed")
    assert [link.label for _label, link in later["selection"].lines] == ["40 people", "20 people"]
    assert later["selection"].verdict == ""  # earlier batches have had longer


def test_steps_of_few_people_are_kept_from_an_analyst(shop: Shop, people: People, signed_in: SignIn) -> None:
    """Three more come again in April: told, the step from March would say so."""
    for number in range(40, 43):
        shop.sell(f"b{number}", "2026-04-20")
    publish()
    url = "/analytics/reports/retention/?range=2026-03-01..2026-03-31&measure=cumulative"
    shown = {
        user: [row[3] for row in pages.read(signed_in(user), url).tables[0].values()]
        for user in (people.admin, people.analyst)
    }
    assert shown[people.admin] == ["40", "43", "43", "43"]
    assert shown[people.analyst] == ["40", "", "", ""]
