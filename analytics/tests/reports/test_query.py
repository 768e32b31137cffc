"""What is asked of a report: a value that is refused is refused by name, with what to write instead."""

import datetime as dt

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from analytics.reports import report as reports
from analytics.reports.query import BadParameter, Query, as_given, parse
from analytics.reports.scoped import cut
from analytics.tests.shopkeeper import Shop
from members.lib.actor import Actor, system
from members.lib.roles import Role

KPI = reports.get("kpi").choices
RETENTION = reports.get("retention").choices
REPEAT = reports.get("repeat-purchase").choices


def refusal(choices: object, **given: str) -> tuple[str, str]:
    with translation.override("en"), pytest.raises(BadParameter) as caught:
        parse(choices, {name.rstrip("_"): [value] for name, value in given.items()})  # type: ignore[arg-type]
    return caught.value.name, caught.value.message


@pytest.mark.parametrize(
    ("given", "name", "remedy"),
    [
        ({"from_": "yesterday"}, "from", "like 2026-11-21"),
        ({"to": "2026-02-30"}, "to", "like 2026-11-21"),
        ({"as_of": "2026"}, "as_of", "like 2026-11-21"),
        ({"as_of": "2150-12-31"}, "as_of", "future"),
        ({"as_of": "9999-12-31"}, "as_of", "2199"),
        ({"from_": "0001-01-01"}, "from", "1970"),
        ({"to": "9999-12-31"}, "to", "2199"),
        ({"known_at": "2026-01-01T00:00:00"}, "known_at", "with its zone"),
        ({"known_at": "soon"}, "known_at", "with its zone"),
        ({"known_at": "9999-12-31T00:00:00+00:00"}, "known_at", "future"),
        ({"known_at": "0001-01-01T00:00:00+14:00"}, "known_at", "1970"),
        ({"grain": "year"}, "grain", "Month (month), Week (week), Day (day)"),
        ({"segment": "sleepers"}, "segment", "the number that its address has"),
        ({"sort": "up"}, "sort", "no option “sort”"),
        ({"from_": "2026-02-01", "to": "2026-01-01"}, "from", "after the last one"),
    ],
)
def test_a_bad_value_is_refused_by_name_with_a_remedy(given: dict[str, str], name: str, remedy: str) -> None:
    refused, message = refusal(KPI, **given)
    assert refused == name
    assert remedy in message


def test_an_option_of_another_report_is_refused() -> None:
    assert refusal(REPEAT, **{"return": "same_store"})[0] == "return"
    refused, message = refusal(RETENTION, **{"return": "never"})
    assert refused == "return"
    assert "Choose one of: any store (any), the same store (same_store)." in message


def test_a_report_without_grains_takes_none() -> None:
    assert refusal(REPEAT, grain="month")[0] == "grain"


def test_defaults_are_the_first_of_the_choices() -> None:
    query = parse(RETENTION, {})
    assert (query.grain, query.option("return")) == ("month", "any")


def test_empty_values_ask_for_nothing() -> None:
    assert parse(KPI, {"from": [""], "store": [""], "tier": [""]}) == parse(KPI, {})


def test_stores_come_as_a_list_or_repeated() -> None:
    both = parse(KPI, {"store": ["S2,S1"]})
    assert both == parse(KPI, {"store": ["S1", " S2 ", "S1"]})
    assert both.stores == ("S1", "S2")


def test_the_plus_of_an_offset_may_have_become_a_space() -> None:
    query = parse(KPI, {"known_at": ["2026-01-01T08:00:00 08:00"]})
    assert query.known_at == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@given(
    days=st.lists(st.dates(dt.date(1990, 1, 1), dt.date(2026, 1, 1)), min_size=3, max_size=3).map(sorted),
    grain=st.sampled_from(RETENTION.grains),
    stores=st.sets(st.sampled_from(["S1", "S2", "S3"])),
    returns=st.sampled_from(["any", "same_store"]),
)
def test_what_was_asked_can_be_asked_again(days: list[dt.date], grain: str, stores: set[str], returns: str) -> None:
    first, last, as_of = map(str, days)
    query = parse(
        RETENTION,
        {"from": [first], "to": [last], "as_of": [as_of], "grain": [grain], "store": list(stores), "return": [returns]},
    )
    assert parse(RETENTION, as_given(query)) == query


def test_a_store_out_of_scope_is_refused_as_if_it_did_not_exist(db: None) -> None:
    shop = Shop()
    manager = Actor(kind="user", name="m", role=Role.MANAGER, store_ids=frozenset({shop.stores[0].pk}))
    messages = []
    for code in ("S2", "S9"):
        with translation.override("en"), pytest.raises(BadParameter) as caught:
            cut(Query(stores=(code,)), manager)
        messages.append(caught.value.message.replace(code, "?"))
    assert messages[0] == messages[1]


def test_an_unknown_channel_is_refused(db: None) -> None:
    with translation.override("en"), pytest.raises(BadParameter, match="no channel “moon”"):
        cut(Query(channels=("moon",)), system("test"))
