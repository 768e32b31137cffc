"""A second person decides: never who asked, once only, in time, and only what is still as it was asked for."""

import datetime as dt
import threading
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connections, transaction

from conftest import People
from members.lib.actor import Actor, system
from members.lib.roles import Role
from members.models import Approval, AuditEntry, Member, User
from members.queries import approvals as queries
from members.queries.actors import actor_for
from members.services import approvals, member_requests, merges, staff
from members.tests.counter import member

pytestmark = pytest.mark.django_db
WHY = "She wrote to us and showed her card."


def asked(actors: dict[str, Actor], whom: Member, what: str = member_requests.ERASE) -> Approval:
    return member_requests.ask(what, whom, ground="asked", reason=WHY, by=actors["manager"])


def test_with_a_yes_it_is_done_and_both_are_in_the_audit(shop: SimpleNamespace, actors: dict[str, Actor]) -> None:
    approval = asked(actors, shop.wang)
    approvals.approve(approval, note="Seen the letter.", by=actors["admin"])
    approval.refresh_from_db()
    assert approval.state == "approved"
    assert approval.decided_by_id == actors["admin"].user_id
    assert Member.objects.get(pk=shop.wang.pk).erased_at is not None
    assert (approval.reason, approval.note) == ("", ""), "what they wrote may name the person"
    about = AuditEntry.objects.filter(subject_type="approval").order_by("pk")
    assert [(row.verb, row.user_id) for row in about] == [
        ("propose", actors["manager"].user_id),
        ("approve", actors["admin"].user_id),
    ]
    assert AuditEntry.objects.get(verb="erase").user_id == actors["admin"].user_id


def test_with_a_no_nothing_is_done(shop: SimpleNamespace, actors: dict[str, Actor]) -> None:
    approval = asked(actors, shop.wang)
    approvals.decline(approval, note="Which letter?", by=actors["admin"])
    assert Member.objects.get(pk=shop.wang.pk).name == "Wang"
    with pytest.raises(approvals.Refused):
        approvals.approve(approval, note="", by=actors["admin"])


def test_who_asked_never_decides_not_even_an_administrator(shop: SimpleNamespace, actors: dict[str, Actor]) -> None:
    own = member_requests.ask(member_requests.ERASE, shop.wang, ground="asked", reason=WHY, by=actors["admin"])
    with pytest.raises(approvals.Refused):
        approvals.approve(own, note="", by=actors["admin"])
    with pytest.raises(PermissionDenied):
        approvals.approve(own, note="", by=actors["manager"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(pk=own.pk).update(decided_by=own.asked_by)


def test_it_expires(shop: SimpleNamespace, actors: dict[str, Actor]) -> None:
    approval = asked(actors, shop.wang)
    kinds = approvals.decided_by(actors["admin"])
    assert list(queries.waiting(actors["admin"], kinds)) == [approval]
    with time_machine.travel(approval.expires_at + dt.timedelta(seconds=1)):
        assert approval.standing == Approval.State.EXPIRED
        assert not queries.waiting(actors["admin"], kinds).exists()
        assert list(queries.settled(actors["admin"], kinds)) == [approval]
        with pytest.raises(approvals.Refused):
            approvals.approve(approval, note="", by=actors["admin"])
        asked(actors, shop.wang)


def test_the_same_is_not_asked_for_twice_while_it_waits(shop: SimpleNamespace, actors: dict[str, Actor]) -> None:
    first = asked(actors, shop.wang)
    for ground in ("asked", "period"):
        with pytest.raises(approvals.Refused):
            member_requests.ask(first.kind, shop.wang, ground=ground, reason=WHY, by=actors["manager"])
    approvals.withdraw(first, by=actors["manager"])
    asked(actors, shop.wang)


def test_what_is_asked_about_somebody_erased_meanwhile_is_over(shop: SimpleNamespace, actors: dict[str, Actor]) -> None:
    waiting = [asked(actors, shop.wang, what) for what in (member_requests.ERASE, member_requests.HAND_OVER)]
    approvals.approve(waiting[0], note="", by=actors["admin"])
    waiting[1].refresh_from_db()
    assert waiting[1].standing == Approval.State.WITHDRAWN


@pytest.mark.parametrize("what", [member_requests.ERASE, member_requests.HAND_OVER])
def test_what_has_changed_since_is_refused_and_the_request_stays(
    shop: SimpleNamespace, actors: dict[str, Actor], what: str
) -> None:
    approval = asked(actors, shop.wang, what)
    merges.merge(member=member("M9", shop.here), into=shop.wang, by=system("test"))
    with pytest.raises(approvals.Refused):
        approvals.approve(approval, note="", by=actors["admin"])
    approval.refresh_from_db()
    assert approval.standing == Approval.State.OPEN
    assert approval.decided_by is None
    assert Member.objects.get(pk=shop.wang.pk).erased_at is None


def test_the_rights_of_who_asked_are_those_of_today(
    shop: SimpleNamespace, actors: dict[str, Actor], people: People
) -> None:
    approval = asked(actors, shop.wang)
    staff.change(
        people.manager, display_name="manager", email="", role=Role.CLERK, stores=[shop.here], by=actors["admin"]
    )
    with pytest.raises(approvals.Refused):
        approvals.approve(approval, note="", by=actors["admin"])


def test_only_who_sees_its_stores_sees_a_request(shop: SimpleNamespace, actors: dict[str, Actor]) -> None:
    approval = asked(actors, shop.wang)
    kinds = list(approvals.decided_by(actors["admin"]))
    assert not queries.visible(actors["stranger"], kinds).exists(), "even with the right to decide"
    assert list(queries.visible(actors["manager"], [])) == [approval]
    assert list(queries.visible(actors["admin"], kinds)) == [approval]
    both = Actor(kind="user", name="B", role=Role.ADMIN, store_ids=frozenset({shop.there.pk}), user_id=99)
    approval.stores.set([shop.here, shop.there])
    assert not queries.decidable(both, kinds).exists(), "one store of two is not enough"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_does(shop: SimpleNamespace, actors: dict[str, Actor], people: Any) -> None:
    second = staff.create(username="b", password="x", display_name="B", role=Role.ADMIN, by=system("test"))
    approval = asked(actors, shop.wang)
    ready, outcomes = threading.Barrier(2), []

    def decide(who: User, deed: Any) -> None:
        ready.wait()
        try:
            deed(approval, note="x", by=actor_for(who))
            outcomes.append(deed.__name__)
        except approvals.Refused:
            outcomes.append("refused")
        finally:
            connections.close_all()

    pair = [
        threading.Thread(target=decide, args=(people.admin, approvals.approve)),
        threading.Thread(target=decide, args=(second, approvals.decline)),
    ]
    for thread in pair:
        thread.start()
    for thread in pair:
        thread.join()
    approval.refresh_from_db()
    erased = Member.objects.get(pk=shop.wang.pk).erased_at is not None
    assert sorted(outcomes) in (["approve", "refused"], ["decline", "refused"])
    assert erased == (approval.state == "approved") == ("approve" in outcomes)
