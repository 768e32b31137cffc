"""Staff changed, let go and taken back; there is always somebody who can give rights."""

import threading
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from conftest import People
from members.lib.actor import Actor, system
from members.lib.roles import Role
from members.models import AuditEntry, StaffSession, User
from members.queries.actors import actor_for
from members.services import passwords, sessions, staff

pytestmark = pytest.mark.django_db


def change(user: User, by: Actor, **other: Any) -> None:
    kept = {
        "display_name": user.display_name,
        "email": user.email,
        "role": Role(user.role),
        "stores": user.stores.all(),
    }
    staff.change(user, **{**kept, **other}, by=by)


def second_administrator() -> User:
    return staff.create(username="second", password="x", display_name="Second", role=Role.ADMIN, by=system("test"))


def test_password_links_end_with_the_rights_of_who_handed_them_over(
    actors: dict[str, Actor], people: People, stores: Any
) -> None:
    second = second_administrator()
    link = passwords.hand_over_link(people.clerk, by=actor_for(second))
    change(second, actors["admin"], role=Role.MANAGER, stores=list(stores))
    with pytest.raises(passwords.Used):
        passwords.reset(people.clerk, link.token, "a-new-password-9", ip="")
    people.clerk.refresh_from_db()
    link = passwords.hand_over_link(people.clerk, by=actors["admin"])
    passwords.reset(people.clerk, link.token, "a-new-password-9", ip="")


def test_a_new_role_holds_and_is_told_before_and_after(actors: dict[str, Actor], people: People, stores: Any) -> None:
    change(people.clerk, actors["admin"], role=Role.MANAGER, stores=list(stores), email="c@example.com")
    assert actor_for(User.objects.get(pk=people.clerk.pk)).store_ids == {store.pk for store in stores}
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.subject_id) == ("change", str(people.clerk.pk))
    assert entry.detail["changes"]["role"] == {"before": "clerk", "after": "manager"}
    assert entry.detail["changes"]["email"]["after"] == "c***@example.com"


def test_only_administrators_enter_django_admin(actors: dict[str, Actor], people: People) -> None:
    change(people.marketer, actors["admin"], role=Role.ADMIN)
    assert User.objects.get(pk=people.marketer.pk).is_superuser
    change(people.marketer, actors["admin"], role=Role.ANALYST)
    again = User.objects.get(pk=people.marketer.pk)
    assert (again.is_superuser, again.is_staff) == (False, False)


def test_head_office_is_in_no_store_and_a_store_role_in_one_at_least(
    actors: dict[str, Actor], people: People, stores: Any
) -> None:
    change(people.clerk, actors["admin"], role=Role.ANALYST)
    assert not people.clerk.stores.exists()
    with pytest.raises(staff.Refused):
        change(people.marketer, actors["admin"], role=Role.CLERK, stores=[])


class TestTheLastAdministrator:
    def test_is_neither_demoted_nor_deactivated(self, actors: dict[str, Actor], people: People) -> None:
        with pytest.raises(staff.Refused):
            change(people.admin, actors["admin"], role=Role.MARKETER)
        with pytest.raises(staff.Refused):
            staff.deactivate(people.admin, by=system("test"))
        assert User.objects.get(pk=people.admin.pk).is_active

    def test_one_who_is_deactivated_does_not_count(self, actors: dict[str, Actor], people: People) -> None:
        staff.deactivate(second_administrator(), by=actors["admin"])
        with pytest.raises(staff.Refused):
            change(people.admin, actors["admin"], role=Role.MARKETER)

    def test_nobody_deactivates_themselves(self, actors: dict[str, Actor], people: People) -> None:
        second_administrator()
        with pytest.raises(staff.Refused):
            staff.deactivate(people.admin, by=actors["admin"])

    @pytest.mark.django_db(transaction=True)
    def test_stays_though_two_demote_each_other_at_once(self, people: People) -> None:
        pairs = [(people.admin, second_administrator())]
        pairs.append((pairs[0][1], pairs[0][0]))
        start, refused = threading.Barrier(2), []

        def demote(by: User, other: User) -> None:
            start.wait()
            try:
                change(other, actor_for(by), role=Role.MARKETER)
            except staff.Refused:
                refused.append(other)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=demote, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(refused) == 1
        assert User.objects.filter(role="admin", is_active=True).count() == 1


class TestDeactivating:
    def test_ends_every_session_and_is_written_down_once(self, actors: dict[str, Actor], people: People) -> None:
        sessions.begin(user=people.clerk, ip="", agent="")
        staff.deactivate(people.clerk, by=actors["admin"])
        staff.deactivate(people.clerk, by=actors["admin"])
        assert not StaffSession.objects.filter(user=people.clerk).exists()
        assert AuditEntry.objects.filter(verb="deactivate").count() == 1

    def test_and_back_again_with_role_and_password_as_they_were(self, actors: dict[str, Actor], people: People) -> None:
        staff.deactivate(people.clerk, by=actors["admin"])
        staff.activate(people.clerk, by=actors["admin"])
        again = User.objects.get(pk=people.clerk.pk)
        assert (again.is_active, again.role) == (True, "clerk")
        assert again.check_password("pw-for-tests")


@pytest.mark.parametrize("who", ["marketer", "manager", "clerk", "analyst"])
def test_the_right_to_settings_is_asked_for_each_of_it(who: str, actors: dict[str, Actor], people: People) -> None:
    for deed, whom in (
        (staff.deactivate, people.stranger),
        (staff.activate, people.clerk),
        (staff.unlock, people.clerk),
    ):
        with pytest.raises(PermissionDenied):
            deed(whom, by=actors[who])
    with pytest.raises(PermissionDenied):
        change(people.clerk, actors[who], role=Role.ADMIN)
