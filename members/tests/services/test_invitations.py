"""An invitation lets one person in, once, as what it says; nobody gives more than they may."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.core.exceptions import PermissionDenied
from django.db import connections

from conftest import People
from members.lib.actor import Actor
from members.lib.roles import Role
from members.models import AuditEntry, Invitation, Job, Merchant, Store, User
from members.queries import invitations as queries
from members.services import invitations, staff
from members.services.invitations import Newcomer

pytestmark = pytest.mark.django_db


def newcomer(username: str = "new") -> Newcomer:
    return Newcomer(username, "New Clerk", "three-long-words", "en")


def invited(by: Actor, *stores: Store, role: Role = Role.CLERK, email: str = "") -> tuple[Invitation, str]:
    return invitations.invite(name="New", email=email, role=role, stores=stores, by=by)


class TestAccepting:
    def test_makes_the_sign_in_that_was_promised(self, actors: dict[str, Actor], stores: Any) -> None:
        invitation, secret = invited(actors["admin"], stores[0], email="new@example.com")
        user = invitations.accept(secret, newcomer(), ip="10.0.0.7")
        assert (user.role, user.email, user.language, user.is_staff) == ("clerk", "new@example.com", "en", False)
        assert list(user.stores.all()) == [stores[0]]
        assert user.check_password("three-long-words")
        invitation.refresh_from_db()
        assert (invitation.state, invitation.accepted_by) == ("accepted", user)

    def test_works_once(self, actors: dict[str, Actor], stores: Any) -> None:
        _invitation, secret = invited(actors["admin"], stores[0])
        invitations.accept(secret, newcomer(), ip="")
        with pytest.raises(invitations.Closed):
            invitations.accept(secret, newcomer("second"), ip="")
        assert not User.objects.filter(username="second").exists()

    def test_ends_after_seven_days(self, actors: dict[str, Actor], stores: Any) -> None:
        with time_machine.travel("2026-05-01T08:00:00Z"):
            invitation, secret = invited(actors["admin"], stores[0])
        with time_machine.travel("2026-05-08T07:59:00Z"):
            assert queries.by_secret(secret) == invitation
        with time_machine.travel("2026-05-08T08:00:01Z"):
            assert invitation.state == "expired"
            with pytest.raises(invitations.Closed):
                invitations.accept(secret, newcomer(), ip="")

    @pytest.mark.parametrize("end", [invitations.withdraw, invitations.renew])
    def test_not_by_a_link_that_was_withdrawn_or_replaced(
        self, actors: dict[str, Actor], stores: Any, end: Callable[..., Any]
    ) -> None:
        invitation, secret = invited(actors["admin"], stores[0])
        end(invitation, by=actors["admin"])
        with pytest.raises(invitations.Closed):
            invitations.accept(secret, newcomer(), ip="")

    def test_a_taken_name_leaves_the_link_as_it_was(self, actors: dict[str, Actor], stores: Any) -> None:
        _invitation, secret = invited(actors["admin"], stores[0])
        with pytest.raises(invitations.NameTaken):
            invitations.accept(secret, newcomer("CLERK"), ip="")  # there is "clerk"
        assert invitations.accept(secret, newcomer("free"), ip="").username == "free"

    def test_the_secret_is_kept_nowhere(self, actors: dict[str, Actor], stores: Any) -> None:
        invitation, secret = invited(actors["admin"], stores[0], email="new@example.com")
        assert secret not in str(Invitation.objects.filter(pk=invitation.pk).values().get())
        told = str(list(AuditEntry.objects.values_list("detail", flat=True)))
        assert secret not in told
        assert "new@example.com" not in told


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_gets_in(actors: dict[str, Actor], stores: Any) -> None:
    _invitation, secret = invited(actors["admin"], stores[0])
    start, ends = threading.Barrier(2), []

    def accept(name: str) -> None:
        start.wait()
        try:
            ends.append(invitations.accept(secret, newcomer(name), ip="").username)
        except invitations.Closed:
            ends.append("closed")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=accept, args=(name,)) for name in ("first", "second")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "closed" in ends
    assert User.objects.filter(username__in=["first", "second"]).count() == 1 == len(set(ends) - {"closed"})


class TestInviting:
    @pytest.mark.parametrize("role", [role for role in Role if role != Role.CLERK])
    def test_a_manager_invites_clerks_alone(self, actors: dict[str, Actor], stores: Any, role: Role) -> None:
        with pytest.raises(PermissionDenied):
            invited(actors["manager"], stores[0], role=role)
        assert not Invitation.objects.exists()

    def test_and_to_own_stores_alone(self, actors: dict[str, Actor], stores: Any) -> None:
        invited(actors["manager"], stores[0])
        for places in ([stores[1]], stores):
            with pytest.raises(PermissionDenied):
                invited(actors["manager"], *places)
        assert Invitation.objects.count() == 1

    @pytest.mark.parametrize("who", ["marketer", "clerk", "analyst"])
    def test_others_invite_nobody(self, actors: dict[str, Actor], stores: Any, who: str) -> None:
        with pytest.raises(PermissionDenied):
            invited(actors[who], stores[0])

    def test_a_manager_sees_no_invitation_that_reaches_beyond_the_own_stores(
        self, actors: dict[str, Actor], stores: Any
    ) -> None:
        mine, _secret = invited(actors["admin"], stores[0])
        for role, places in ((Role.CLERK, stores), (Role.CLERK, stores[1:]), (Role.MANAGER, stores[:1])):
            invitations.invite(name="X", email="", role=role, stores=places, by=actors["admin"])
        assert list(queries.visible(actors["manager"])) == [mine]
        assert queries.visible(actors["admin"]).count() == 4
        assert not queries.visible(actors["clerk"]).exists()

    def test_an_address_is_invited_once_and_not_when_it_works_here(
        self, actors: dict[str, Actor], stores: Any, people: People
    ) -> None:
        invited(actors["admin"], stores[0], email="new@example.com")
        User.objects.filter(pk=people.clerk.pk).update(email="clerk@example.com")
        for email in ("NEW@example.com", "clerk@example.com"):
            with pytest.raises(staff.Refused):
                invited(actors["admin"], stores[0], email=email)

    def test_who_loses_the_right_takes_the_open_invitations_along(
        self, actors: dict[str, Actor], stores: Any, people: People
    ) -> None:
        _invitation, secret = invited(actors["manager"], stores[0])
        staff.deactivate(people.manager, by=actors["admin"])
        with pytest.raises(invitations.Closed):
            invitations.accept(secret, newcomer(), ip="")


class TestByMail:
    def test_the_mail_carries_a_link_that_works_and_the_one_before_does_not(
        self, actors: dict[str, Actor], stores: Any, merchant: Merchant, work_off: Callable[[], int]
    ) -> None:
        invitation, secret = invited(actors["admin"], stores[0], email="new@example.com")
        invitations.mail(invitation, by=actors["admin"])
        assert work_off() == 1
        [letter] = outbox.outbox
        assert letter.to == ["new@example.com"]
        sent = letter.body.partition("/invitation/")[2].partition("/")[0]
        assert queries.by_secret(sent) == invitation
        assert queries.by_secret(secret) is None
        assert sent not in str(list(Job.objects.values()))
        invitation.refresh_from_db()
        assert invitation.sent_at

    def test_a_withdrawn_one_is_not_sent(
        self, actors: dict[str, Actor], stores: Any, merchant: Merchant, work_off: Callable[[], int]
    ) -> None:
        invitation, _secret = invited(actors["admin"], stores[0], email="new@example.com")
        invitations.mail(invitation, by=actors["admin"])
        invitations.withdraw(invitation, by=actors["admin"])
        work_off()
        assert outbox.outbox == []

    def test_a_server_that_refuses_fails_the_job_and_tells_no_address(
        self,
        actors: dict[str, Actor],
        stores: Any,
        merchant: Merchant,
        work_off: Callable[[], int],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def refuse(_self: object, **_more: object) -> None:
            raise OSError("new@example.com refused")

        monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
        invitation, _secret = invited(actors["admin"], stores[0], email="new@example.com")
        invitations.mail(invitation, by=actors["admin"])
        work_off()
        job = Job.objects.get(kind="staff_mail")
        assert job.state == "failed"
        assert "example.com" not in job.error
