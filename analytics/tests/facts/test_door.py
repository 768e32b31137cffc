"""The door to the warehouse: the actor's stores, the filters, and the two clocks, before a metric sees a row."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from analytics.facts.door import Cut, NoData, open_facts
from analytics.services.publish import publish
from analytics.tests.engines import day
from analytics.tests.shopkeeper import Shop
from members.lib import clock
from members.lib.actor import Actor, system
from members.lib.roles import Role

HEAD_OFFICE = system("test")


def staff_of(role: Role | None, *store_ids: int) -> Actor:
    return Actor(kind="user", name="test", role=role, store_ids=frozenset(store_ids))


@pytest.fixture
def shop(db: None) -> Shop:
    """a first bought in S1 and came back in S2; b knows S2 only; a guest bought in each."""
    shop = Shop()
    shop.sell("a", "2026-01-05", store=1)
    shop.sell("a", "2026-02-05", store=2, channel=2)
    shop.sell("b", "2026-01-06", store=2)
    shop.sell(None, "2026-01-07", store=1)
    shop.sell(None, "2026-01-07", store=2)
    shop.give_back(shop.sell("b", "2026-03-01", "30", store=2), "2026-03-02", "7")
    publish()
    return shop


def seen(actor: Actor, cut: Cut | None = None) -> dict[str, Any]:
    with open_facts(actor, cut or Cut()) as facts:
        return {
            "sales": sorted(facts.sales.store_id.execute()),
            "refunds": sorted(facts.money_back.store_id.execute()),
            "firsts": facts.firsts.count().execute(),
            "visits": facts.visits.filter(facts.visits.member_id.notnull()).count().execute(),
            "months": facts.member_month.count().execute(),
            "occasions": facts.occasions.count().execute(),
        }


def test_head_office_sees_everything(shop: Shop) -> None:
    one, two = (store.pk for store in shop.stores)
    everything = {
        "sales": [one, one, two, two, two, two],
        "refunds": [two],
        "firsts": 2,
        "visits": 4,
        "months": 4,
        "occasions": 4,
    }
    assert seen(HEAD_OFFICE) == everything


def test_a_store_manager_sees_the_own_sales_and_follows_the_own_newcomers_anywhere(shop: Shop) -> None:
    one = shop.stores[0].pk
    own = {"sales": [one, one], "refunds": [], "firsts": 1, "visits": 2, "months": 2, "occasions": 2}
    assert seen(staff_of(Role.MANAGER, one)) == own


def test_who_has_no_store_sees_nothing(shop: Shop) -> None:
    nothing = {"sales": [], "refunds": [], "firsts": 0, "visits": 0, "months": 0, "occasions": 0}
    assert seen(staff_of(Role.MANAGER)) == nothing


def test_a_filter_narrows_and_never_widens(shop: Shop) -> None:
    one, two = (store.pk for store in shop.stores)
    manager = staff_of(Role.MANAGER, one)
    assert seen(manager, Cut(store_ids=frozenset({one, two}))) == seen(manager)
    assert seen(manager, Cut(store_ids=frozenset({two})))["sales"] == []
    assert seen(HEAD_OFFICE, Cut(store_ids=frozenset({one}))) == seen(manager)


def test_a_channel_is_that_of_the_order_and_of_the_first_purchase(shop: Shop) -> None:
    app = Cut(channel_ids=frozenset({shop.channels[1].pk}))
    assert seen(HEAD_OFFICE, app) == {
        "sales": [shop.stores[1].pk], "refunds": [], "firsts": 0, "visits": 0, "months": 0, "occasions": 0,
    }  # fmt: skip


@pytest.mark.parametrize("role", [Role.CLERK, None])
def test_who_may_see_no_reports_stays_outside(shop: Shop, role: Role | None) -> None:
    with pytest.raises(PermissionDenied), open_facts(staff_of(role, shop.stores[0].pk), Cut()):
        pass


def test_a_past_end_of_observation_knows_nothing_later(shop: Shop) -> None:
    past = seen(HEAD_OFFICE, Cut(as_of_day=day("2026-01-31")))
    assert (len(past["sales"]), past["refunds"], past["visits"]) == (4, [], 2)


def test_a_past_instant_knows_what_was_recorded_by_then(shop: Shop) -> None:
    before = clock.to_micros(clock.now())
    then = seen(HEAD_OFFICE, Cut(known_at=before))
    shop.sell("c", "2026-01-01")
    shop.exclude("b", "2026-01-01")
    publish()
    assert seen(HEAD_OFFICE, Cut(known_at=before)) == then
    assert seen(HEAD_OFFICE)["firsts"] == 2
    assert seen(HEAD_OFFICE) != then


def test_before_the_first_record_there_is_no_data(shop: Shop) -> None:
    with pytest.raises(NoData), open_facts(HEAD_OFFICE, Cut(known_at=0)):
        pass
