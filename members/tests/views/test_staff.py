"""The page Staff: administrators do everything, a manager invites the clerks of the own stores and sees no others."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail as outbox
from django.test import Client

from conftest import People
from members.models import AuditEntry, Invitation, StaffSession, Store, User

ADDRESS, INVITE = "/members/staff/", "/members/staff/invite/"


def form(store: Store | None = None, **more: Any) -> dict[str, Any]:
    return {"display_name": "Zhou", "email": "", "role": "clerk", "stores": [store.pk] if store else [], **more}


@pytest.fixture
def foreign(stores: tuple[Store, Store]) -> User:
    """A clerk of the second store, which is not the manager's."""
    clerk = User.objects.create(username="foreign", display_name="Zsentinel", role="clerk")
    clerk.stores.set(stores[1:])
    return clerk


class TestTheList:
    def test_shows_everybody_with_role_stores_state_and_last_sign_in(
        self, clients: SimpleNamespace, people: People
    ) -> None:
        User.objects.filter(pk=people.analyst.pk).update(is_active=False)
        page = clients.admin.get(ADDRESS).text
        row = page.partition(">clerk</a>")[2].partition("</tr>")[0]
        assert "店员" in row
        assert "First" in row
        assert "在职" in row
        assert "已停用" in page.partition(">analyst</a>")[2].partition("</tr>")[0]

    def test_shows_a_manager_the_clerks_of_the_own_stores_alone(
        self, clients: SimpleNamespace, foreign: User, stores: tuple[Store, Store], people: People
    ) -> None:
        people.clerk.stores.set(stores)
        page = clients.manager.get(ADDRESS).text
        assert re.findall(r'/members/staff/(\d+)/"', page) == [str(people.clerk.pk)]
        assert "Zsentinel" not in page
        assert "Second" not in page, "nor where else their clerk works"

    @pytest.mark.parametrize("who", ["marketer", "clerk", "analyst"])
    def test_is_closed_to_others(self, clients: SimpleNamespace, who: str) -> None:
        assert getattr(clients, who).get(ADDRESS).status_code == 403
        assert getattr(clients, who).get(INVITE).status_code == 403


class TestInviting:
    def test_shows_the_link_once_and_it_works(self, clients: SimpleNamespace, stores: Any, client: Client) -> None:
        page = clients.admin.post(INVITE, form(stores[0], by="link"))
        assert "no-store" in page.headers["Cache-Control"]
        link = re.search(r'value="(http://testserver/invitation/[\w-]+/)"', page.text)
        assert link
        assert client.get(link[1]).status_code == 302
        assert link[1] not in clients.admin.get(ADDRESS).text

    def test_offers_the_role_first_that_gives_away_the_least(self, clients: SimpleNamespace) -> None:
        assert '<option value="clerk" selected>' in clients.admin.get(INVITE).text

    def test_sends_it_by_mail_where_there_is_a_server(
        self, clients: SimpleNamespace, stores: Any, work_off: Any
    ) -> None:
        answer = clients.admin.post(INVITE, form(stores[0], email="zhou@example.com", by="mail"))
        assert answer.headers["Location"] == ADDRESS
        work_off()
        assert [letter.to for letter in outbox.outbox] == [["zhou@example.com"]]
        assert "已发送" in clients.admin.get(ADDRESS).text

    def test_without_a_server_the_link_is_shown_whatever_was_wished(
        self, clients: SimpleNamespace, stores: Any, settings: Any
    ) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
        assert 'value="mail"' not in clients.admin.get(INVITE).text
        page = clients.admin.post(INVITE, form(stores[0], email="zhou@example.com", by="mail"))
        assert "/invitation/" in page.text

    @pytest.mark.parametrize(
        "wrong", [{"display_name": ""}, {"email": "x"}, {"role": "owner"}, {"stores": []}, {"stores": [99]}]
    )
    def test_a_mistake_is_said_and_nobody_is_invited(
        self, clients: SimpleNamespace, stores: Any, wrong: dict[str, Any]
    ) -> None:
        answer = clients.admin.post(INVITE, form(stores[0], **wrong))
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
        assert not Invitation.objects.exists()

    def test_a_manager_invites_a_clerk_of_the_own_store(self, clients: SimpleNamespace, stores: Any) -> None:
        page = clients.manager.get(INVITE).text
        assert "Second" not in page
        assert 'value="manager"' not in page
        assert clients.manager.post(INVITE, form(stores[0])).status_code == 200
        assert Invitation.objects.get().invited_by == "manager"

    def test_and_nobody_else(self, clients: SimpleNamespace, stores: Any) -> None:
        for role in ("admin", "marketer", "manager", "analyst"):
            assert clients.manager.post(INVITE, form(stores[0], role=role)).status_code == 403
        for places in ([stores[1].pk], [store.pk for store in stores]):
            assert clients.manager.post(INVITE, form(stores=places)).status_code == 422
        assert not Invitation.objects.exists()

    def test_an_invitation_of_another_store_is_not_there(self, clients: SimpleNamespace, stores: Any) -> None:
        clients.admin.post(INVITE, form(stores[1]))
        number = Invitation.objects.get().pk
        for deed in ("renew", "withdraw"):
            assert clients.manager.post(f"{ADDRESS}invitations/{number}/{deed}/").status_code == 404
        assert Invitation.objects.get().state == "open"

    def test_a_new_link_voids_the_old_one_and_a_withdrawn_one_is_gone(
        self, clients: SimpleNamespace, stores: Any
    ) -> None:
        first = clients.manager.post(INVITE, form(stores[0])).text
        number = Invitation.objects.get().pk
        second = clients.manager.post(f"{ADDRESS}invitations/{number}/renew/").text
        links = [re.search(r"/invitation/[\w-]+/", page)[0] for page in (first, second)]
        assert [Client().get(link).status_code for link in links] == [404, 302]
        clients.manager.post(f"{ADDRESS}invitations/{number}/withdraw/")
        assert Client().get(links[1]).status_code == 404
        for deed in ("renew", "withdraw"):
            again = clients.manager.post(f"{ADDRESS}invitations/{number}/{deed}/", follow=True)
            assert (again.status_code, "已被接受或撤回" in again.text) == (200, True), again.text

    def test_tells_nobody_of_whom_they_do_not_see_that_an_address_is_in_use(
        self, clients: SimpleNamespace, stores: Any, people: People, client: Client
    ) -> None:
        User.objects.filter(pk=people.analyst.pk).update(email="Taken@example.com")
        clients.admin.post(INVITE, form(stores[1], email="open@example.com"))
        answers = [
            clients.manager.post(INVITE, form(stores[0], email=email))
            for email in ("free@example.com", "taken@example.com", "open@example.com")
        ]
        pages = [re.sub(r"invitation/[\w-]+|\w+@example.com|\w{64}", "", answer.text) for answer in answers]
        assert pages[0] == pages[1] == pages[2]
        assert clients.admin.post(INVITE, form(stores[0], email="TAKEN@example.com")).status_code == 422
        assert clients.manager.post(INVITE, form(stores[0], email="free@example.com")).status_code == 422, "their own"
        client.get(re.search(r"/invitation/[\w-]+/", answers[1].text)[0])
        said = {"username": "x", "display_name": "X", "language": "en"}
        said |= {"password": "three-long-words", "password_again": "three-long-words"}
        opened = client.post("/invitation/", said)
        assert opened.status_code == 422
        assert "已经在这里工作" in opened.text
        assert not User.objects.filter(username="x").exists()


class TestAPerson:
    @pytest.mark.parametrize(
        "deed", ["change", "activate", "unlock", "password-link", "sessions/end", "sessions/1/end"]
    )
    def test_a_manager_reads_the_own_clerk_and_does_nothing_else(
        self, clients: SimpleNamespace, people: People, foreign: User, deed: str
    ) -> None:
        page = clients.manager.get(f"{ADDRESS}{people.clerk.pk}/").text
        forms = re.findall(r"<form[^>]+", page.partition("<main")[2].partition("</main>")[0])
        assert ["deactivate" in each for each in forms] == [True]
        assert clients.manager.get(f"{ADDRESS}{foreign.pk}/").status_code == 404
        assert clients.manager.get(f"{ADDRESS}{people.admin.pk}/").status_code == 404
        assert clients.manager.post(f"{ADDRESS}{people.clerk.pk}/{deed}/").status_code == 403
        assert clients.manager.post(f"{ADDRESS}{foreign.pk}/{deed}/").status_code == 403

    def test_gets_another_role_and_other_stores(
        self, clients: SimpleNamespace, people: People, stores: tuple[Store, Store]
    ) -> None:
        changed = form(stores[1], display_name="Li", role="manager", email="li@example.com")
        assert clients.admin.post(f"{ADDRESS}{people.clerk.pk}/change/", changed).status_code == 302
        again = User.objects.get(pk=people.clerk.pk)
        assert (again.display_name, again.role, again.email) == ("Li", "manager", "li@example.com")
        assert list(again.stores.all()) == [stores[1]]
        assert clients.clerk.get(ADDRESS).status_code == 200, "in the open session, at once"

    @pytest.mark.parametrize("changes", [{"role": "marketer"}, {"role": "clerk"}])
    def test_the_last_administrator_stays_one(
        self, clients: SimpleNamespace, people: People, stores: Any, changes: dict[str, str]
    ) -> None:
        answer = clients.admin.post(f"{ADDRESS}{people.admin.pk}/change/", form(stores[0], **changes))
        assert answer.status_code == 422
        assert "最后一位" in answer.text
        assert User.objects.get(pk=people.admin.pk).role == "admin"

    def test_is_deactivated_and_taken_back(self, clients: SimpleNamespace, people: People) -> None:
        clients.admin.post(f"{ADDRESS}{people.clerk.pk}/deactivate/")
        assert clients.clerk.get("/search/").status_code == 302
        assert "已停用" in clients.admin.get(f"{ADDRESS}{people.clerk.pk}/").text
        clients.admin.post(f"{ADDRESS}{people.clerk.pk}/activate/")
        assert User.objects.get(pk=people.clerk.pk).is_active

    def test_a_manager_lets_a_clerk_of_own_stores_alone_go(
        self, clients: SimpleNamespace, people: People, foreign: User, stores: tuple[Store, Store]
    ) -> None:
        address = f"{ADDRESS}{people.clerk.pk}/"
        people.clerk.stores.set(stores)
        assert "<form" not in clients.manager.get(address).text.partition("<main")[2].partition("</main>")[0]
        assert "还在其他门店" in clients.manager.post(f"{address}deactivate/", follow=True).text
        assert User.objects.get(pk=people.clerk.pk).is_active
        people.clerk.stores.set(stores[:1])
        assert clients.manager.post(f"{address}deactivate/").status_code == 302
        assert clients.clerk.get("/search/").status_code == 302, "out at once"
        assert clients.manager.get(address).status_code == 200
        entry = AuditEntry.objects.get(verb="deactivate")
        assert (entry.actor_name, entry.subject_id) == ("manager", str(people.clerk.pk))
        for other in (foreign, people.admin):
            assert clients.manager.post(f"{ADDRESS}{other.pk}/deactivate/").status_code == 404

    def test_a_link_for_who_was_just_deactivated_is_refused_with_the_reason(
        self, clients: SimpleNamespace, people: People
    ) -> None:
        clients.admin.post(f"{ADDRESS}{people.clerk.pk}/deactivate/")
        answer = clients.admin.post(f"{ADDRESS}{people.clerk.pk}/password-link/", follow=True)
        assert (answer.status_code, "刚刚被停用" in answer.text) == (200, True)

    def test_an_address_is_one_persons(self, clients: SimpleNamespace, people: People, stores: Any) -> None:
        User.objects.filter(pk=people.analyst.pk).update(email="li@example.com")
        changed = form(stores[0], email="LI@example.com")
        answer = clients.admin.post(f"{ADDRESS}{people.clerk.pk}/change/", changed)
        assert (answer.status_code, "另一位在职人员" in answer.text) == (422, True)
        own = {"display_name": "Zhou", "email": "Li@Example.com", "language": "en", "password": "pw-for-tests"}
        answer = clients.clerk.post("/profile/", own)
        assert answer.status_code == 422
        assert not User.objects.get(pk=people.clerk.pk).email
        clients.admin.post(f"{ADDRESS}{people.analyst.pk}/deactivate/")
        assert clients.clerk.post("/profile/", own).status_code == 302, "who is gone holds none"
        again = clients.admin.post(f"{ADDRESS}{people.analyst.pk}/activate/", follow=True)
        assert "另一位在职人员" in again.text
        assert not User.objects.get(pk=people.analyst.pk).is_active

    def test_not_oneself(self, clients: SimpleNamespace, people: People) -> None:
        said = clients.admin.post(f"{ADDRESS}{people.admin.pk}/deactivate/", follow=True).text
        assert "不能停用自己" in said
        assert clients.admin.get("/").status_code == 200

    def test_a_session_or_all_of_them_are_ended(self, clients: SimpleNamespace, people: People, signed_in: Any) -> None:
        second = signed_in(people.clerk)
        first, other = StaffSession.objects.filter(user=people.clerk).order_by("pk")
        clients.admin.post(f"{ADDRESS}{people.clerk.pk}/sessions/{first.pk}/end/")
        assert [client.get("/search/").status_code for client in (clients.clerk, second)] == [302, 200]
        assert clients.admin.post(f"{ADDRESS}{people.analyst.pk}/sessions/{other.pk}/end/").status_code == 404
        clients.admin.post(f"{ADDRESS}{people.clerk.pk}/sessions/end/")
        assert second.get("/search/").status_code == 302

    def test_a_locked_sign_in_is_seen_and_opened(self, clients: SimpleNamespace, people: People, settings: Any) -> None:
        for _ in range(settings.AXES_FAILURE_LIMIT):
            answer = Client().post("/sign-in/", {"username": "clerk", "password": "wrong"})
            Client().post("/sign-in/", {"username": "my-password", "password": "wrong"})
        assert answer.status_code == 429
        page = clients.admin.get(ADDRESS).text
        assert page.count("已锁定") == 1
        assert "my-password" not in page, "what was typed into the wrong field is nobody's to read"
        clients.admin.post(f"{ADDRESS}{people.clerk.pk}/unlock/")
        assert "已锁定" not in clients.admin.get(ADDRESS).text
        good = {"username": "clerk", "password": "pw-for-tests"}
        assert Client().post("/sign-in/", good).status_code == 302
        assert AuditEntry.objects.filter(verb="unlock", subject_id=str(people.clerk.pk)).count() == 1
