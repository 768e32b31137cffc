"""One whole contact on a page of its own: for a reason, in the audit, fifty a day in a store."""

import datetime as dt
from types import SimpleNamespace

import pytest
import time_machine

from members.models import AuditEntry, Identifier
from members.queries import reveals

SHANGHAI_EVENING = dt.datetime(2026, 5, 4, 15, 59, tzinfo=dt.UTC)  # a minute to midnight there


def url(member: object, kind: str = "phone") -> str:
    contact = Identifier.objects.get(member=member, kind=kind)
    return f"/members/id/{contact.member_id}/contacts/{contact.pk}/reveal/"


@pytest.mark.parametrize("who", ["admin", "manager"])
def test_it_is_shown_once_and_written_down(clients: SimpleNamespace, shop: SimpleNamespace, who: str) -> None:
    client = getattr(clients, who)
    assert url(shop.wang) in client.get("/members/M1/").text
    answer = client.post(url(shop.wang), {"reason": "complaint"})
    assert "13812341111" in answer.text
    assert answer["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.get(verb="reveal")
    assert (entry.actor_name, entry.subject_id) == (who, str(shop.wang.pk))
    assert entry.detail == {"reason": "complaint", "kinds": ["phone"]}
    assert "13812341111" not in client.get("/members/M1/").text


def test_without_a_reason_nothing_is_shown(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    for reason in ({}, {"reason": "curiosity"}):
        answer = clients.admin.post(url(shop.wang), reason)
        assert answer["Location"] == "/members/M1/"
    assert clients.admin.get(url(shop.wang)).status_code == 405
    assert not AuditEntry.objects.filter(verb="reveal").exists()


def test_neither_for_other_roles_nor_other_stores_nor_cards(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    reason = {"reason": "order"}
    for client in (clients.marketer, clients.clerk, clients.analyst):
        assert client.post(url(shop.wang), reason).status_code == 403
    assert "/reveal/" not in clients.marketer.get("/members/M1/").text
    assert clients.stranger.post(url(shop.wang), reason).status_code == 404
    assert clients.admin.post(url(shop.li, "card"), reason).status_code == 404
    other = url(shop.zhao).replace(str(shop.zhao.pk), str(shop.wang.pk), 1)
    assert clients.manager.post(other, reason).status_code == 404, "somebody else's number under an own member"


def test_fifty_a_day_by_the_clock_of_the_shop(
    clients: SimpleNamespace, shop: SimpleNamespace, people: SimpleNamespace
) -> None:
    with time_machine.travel(SHANGHAI_EVENING, tick=False) as now:
        AuditEntry.objects.bulk_create(
            AuditEntry(
                actor_kind="user", actor_name="m", user_id=people.manager.pk, verb="reveal", subject_type="member"
            )
            for _each in range(reveals.A_DAY - 1)
        )
        last = clients.manager.post(url(shop.wang), {"reason": "order"})
        assert (last.status_code, last.context["left"]) == (200, 0)
        more = clients.manager.post(url(shop.wang, "email"), {"reason": "order"})
        assert more.status_code == 429
        assert "wang@" not in more.text
        assert clients.admin.post(url(shop.wang), {"reason": "order"}).status_code == 200
        now.shift(dt.timedelta(minutes=2))
        assert clients.manager.post(url(shop.wang), {"reason": "order"}).context["left"] == reveals.A_DAY - 1
    assert AuditEntry.objects.filter(verb="reveal").count() == reveals.A_DAY + 2
