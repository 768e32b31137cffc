"""Complaints on their pages: taken down by a clerk, worked by the manager of the store, seen by nobody else."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client

from conftest import People
from members.lib import clock
from members.lib.actor import system
from members.models import AuditEntry, Member, Store, User
from rewards.models import Entry
from surveys.models import Case, Cause, ReplyTemplate
from surveys.services import cases
from surveys.services.cases import Told

pytestmark = pytest.mark.django_db
BY = system("desk")


@pytest.fixture
def manager(people: People, signed_in: Callable[[User], Client], merchant: object) -> Client:
    client = signed_in(people.manager)
    client.cookies["django_language"] = "en"
    return client


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def opened(store: Store, words: str = "Cold tea", **more: object) -> Case:
    return cases.open_case(Told("phone", words, store=store, **more), by=BY)  # type: ignore[arg-type]


def seen(case: Case) -> int:
    return case.log.latest("pk").pk


def test_a_clerk_takes_one_down_and_the_manager_of_the_store_works_it_to_its_end(
    people: People, signed_in: Callable[[User], Client], manager: Client, stores: tuple[Store, Store]
) -> None:
    Member.objects.create(number="M1", home_store=stores[0])
    group = Cause.objects.get_or_create(code="service", defaults={"name_zh": "服务", "name_en": "Service"})[0]
    waited = {"name_zh": "等待长", "name_en": "Long waits", "parent": group}
    Cause.objects.get_or_create(code="service_waiting", defaults=waited)
    clerk = signed_in(people.clerk)
    told = {"text": "Forty minutes in line", "kind": "complaint", "intake": "counter", "member": "M1"}
    assert clerk.post("/surveys/complaints/new/", told).status_code == 302
    case = Case.objects.get()
    page = f"/surveys/complaints/{case.number}/"
    assert "left to answer" in text(manager.get("/surveys/complaints/"))
    manager.post(f"{page}reply/", {"text": "So sorry", "way": "phone", "seen": seen(case)})
    ended = {"outcome": "explained", "cause": "service_waiting", "seen": seen(case)}
    assert manager.post(f"{page}resolve/", ended).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.cause.code if case.cause else "") == ("resolved", "service_waiting")
    assert "Explained" in text(manager.get(page)) or "Resolved" in text(manager.get(page))
    manager.post(f"{page}close/", {"seen": seen(case)})
    case.refresh_from_db()
    assert case.state == "closed"
    assert "No case is open." in text(manager.get("/surveys/complaints/"))


def test_cases_of_another_store_are_not_there(manager: Client, stores: tuple[Store, Store]) -> None:
    own, foreign = opened(stores[0], "OWNCASE"), opened(stores[1], "ELSEWHERE")
    page = text(manager.get("/surveys/complaints/"))
    assert "OWNCASE" in page
    assert "ELSEWHERE" not in page
    assert "ELSEWHERE" not in b"".join(manager.get("/surveys/complaints/csv/").streaming_content).decode()  # type: ignore[attr-defined]
    assert manager.get(f"/surveys/complaints/{foreign.number}/").status_code == 404
    assert manager.get(f"/surveys/complaints/{own.number}/").status_code == 200


def test_what_is_late_stands_first_and_is_said_in_the_first_line(manager: Client, stores: tuple[Store, Store]) -> None:
    opened(stores[0], "fresh")
    opened(stores[0], "late one", opened_at=clock.now() - dt.timedelta(days=9))
    page = text(manager.get("/surveys/complaints/"))
    assert "1 case is late, 1 is due within a day." in page
    assert page.index("late one") < page.index("fresh")
    late = text(manager.get("/surveys/complaints/?show=late"))
    assert "late one" in late
    assert "fresh" not in late.split("<main")[1]


def test_what_was_typed_is_not_lost_when_somebody_else_was_faster(manager: Client, stores: tuple[Store, Store]) -> None:
    case = opened(stores[0])
    before = seen(case)
    cases.note(case, "I call them", by=BY)
    sent = {"text": "My long answer", "way": "phone", "seen": before}
    answer = manager.post(f"/surveys/complaints/{case.number}/reply/", sent)
    assert answer.status_code == 409
    assert "Somebody else has worked on this case" in text(answer)
    assert "My long answer" in text(answer)


def test_a_case_is_given_to_who_works_in_its_store_only(
    manager: Client, people: People, stores: tuple[Store, Store]
) -> None:
    case = opened(stores[0])
    page = f"/surveys/complaints/{case.number}/assign/"
    manager.post(page, {"owner": people.manager.pk, "seen": seen(case)})
    case.refresh_from_db()
    assert case.owner == people.manager
    assert manager.post(page, {"owner": people.clerk.pk, "seen": seen(case)}).status_code == 422
    case.refresh_from_db()
    assert case.owner == people.manager
    manager.post(page, {"owner": "", "seen": seen(case)})
    case.refresh_from_db()
    assert case.owner is None


@pytest.mark.parametrize("wrong", [{"text": ""}, {"text": "x", "member": "nobody"}, {"text": "x" * 8_001}])
def test_what_is_wrong_with_a_new_case_is_told(manager: Client, wrong: dict[str, str]) -> None:
    told = {"text": "x", "kind": "complaint", "intake": "phone"} | wrong
    assert manager.post("/surveys/complaints/new/", told).status_code == 422
    assert not Case.objects.exists()


def key_of_the_form(client: Client) -> str:
    found = re.search(r'name="key" value="([^"]+)"', text(client.get("/surveys/complaints/new/")))
    assert found
    return found[1]


def test_a_form_sent_twice_is_one_case_and_two_forms_are_two(manager: Client, stores: tuple[Store, Store]) -> None:
    told = {"text": "Cold tea", "kind": "complaint", "intake": "phone", "store": stores[0].pk}
    keys = [key_of_the_form(manager) for _each in range(2)]
    first, again = (manager.post("/surveys/complaints/new/", told | {"key": keys[0]}) for _each in range(2))
    case = Case.objects.get()
    assert first["Location"] == again["Location"] == f"/surveys/complaints/{case.number}/"
    assert list(case.log.values_list("kind", flat=True)) == ["opened"]
    assert AuditEntry.objects.filter(verb="open_case").count() == 1
    manager.post("/surveys/complaints/new/", told | {"key": keys[1]})
    assert Case.objects.count() == 2
    page = text(manager.get(first["Location"]))
    assert keys[0] not in page
    assert "number" not in page.split("What happened")[1].split("</section>")[0]


def test_a_note_sent_twice_is_written_once(manager: Client, stores: tuple[Store, Store]) -> None:
    case = opened(stores[0])
    page = f"/surveys/complaints/{case.number}/"
    forms = [text(manager.get(page)).split(f'action="{page}note/"')[1] for _each in range(2)]
    keys = [re.findall(r'name="key" value="([^"]+)"', form)[0] for form in forms]
    for key in (keys[0], keys[0], keys[1]):
        assert manager.post(f"{page}note/", {"text": "Called", "key": key})["Location"] == page
    assert list(case.log.filter(kind="note").values_list("detail__key", flat=True)) == keys
    assert AuditEntry.objects.filter(verb="note_case").count() == 2
    assert "Called" in text(manager.get(page))


def test_a_form_that_was_wrong_keeps_its_key(manager: Client, stores: tuple[Store, Store]) -> None:
    key = key_of_the_form(manager)
    wrong = manager.post("/surveys/complaints/new/", {"kind": "complaint", "intake": "phone", "key": key})
    assert wrong.status_code == 422
    assert f'name="key" value="{key}"' in text(wrong)


def test_the_key_of_a_colleague_leads_to_no_case_of_theirs(
    people: People, signed_in: Callable[[User], Client], manager: Client, stores: tuple[Store, Store]
) -> None:
    told = {"text": "Cold tea", "kind": "complaint", "intake": "phone", "store": stores[0].pk, "key": "abcdefgh1"}
    for client in (manager, signed_in(people.clerk)):
        assert client.post("/surveys/complaints/new/", told).status_code == 302
    assert Case.objects.count() == 2


def test_a_customer_becomes_a_member_is_answered_from_a_template_and_compensated(
    manager: Client, stores: tuple[Store, Store]
) -> None:
    case = opened(stores[0])
    member = Member.objects.create(number="M7", name="Wang", home_store=stores[0])
    page = f"/surveys/complaints/{case.number}/"
    assert "Give it<" not in text(manager.get(page))
    assert manager.post(f"{page}member/", {"member": "nobody", "seen": seen(case)}).status_code == 422
    assert manager.post(f"{page}member/", {"member": "M7", "seen": seen(case)}).status_code == 302
    words = ReplyTemplate.objects.create(name="Sorry", text_zh="x", text_en="Dear {name}, about {case}")
    assert f"Dear Wang, about {case.number}</textarea>" in text(manager.get(f"{page}?words={words.pk}"))
    refused = manager.post(f"{page}reply/", {"text": "Kept", "way": "email", "send": "on", "seen": seen(case)})
    assert refused.status_code == 409
    assert "has left no address" in text(refused)
    assert "Kept</textarea>" in text(refused)
    gift = {"points": "50", "note": "The tea was cold", "key": "abcdefgh1", "seen": seen(case)}
    assert manager.post(f"{page}compensate/", gift | {"points": ""}).status_code == 422
    for _each in range(2):
        assert manager.post(f"{page}compensate/", gift).status_code == 302
    assert Entry.objects.get().amount == 50
    after = text(manager.get(page))
    assert "Compensation" in after
    assert "50 points" in after
    assert case.number in text(manager.get(f"/members/{member.number}/"))
    over = gift | {"points": "451", "key": "abcdefgh2", "seen": seen(case)}
    answer = manager.post(f"{page}compensate/", over, follow=True)
    assert "A second person decides about it now." in text(answer)


def test_after_a_conflict_the_same_page_can_be_sent_again(manager: Client, stores: tuple[Store, Store]) -> None:
    case = opened(stores[0])
    page = f"/surveys/complaints/{case.number}/"
    before = seen(case)
    cases.note(case, "I call them", by=BY)
    refused = text(manager.post(f"{page}reply/", {"text": "Mine", "way": "phone", "seen": before}))
    fresh = re.findall(r'name="seen" value="(\d+)"', refused)
    assert set(fresh) == {str(seen(case))}
    assert manager.post(f"{page}reply/", {"text": "Mine", "way": "phone", "seen": fresh[0]}).status_code == 302


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", {"cold", "slow", "rude"}), ("?owner=nobody", {"cold", "rude"}), ("?owner=me", {"slow"}),
        ("?owner={manager}", {"slow"}), ("?cause=service_rude", {"rude"}), ("?priority=1", {"cold"}),
        ("?state=open", {"slow"}), ("?state=closed", {"over"}), ("?show=late", {"slow"}),
        ("?show=late&owner=nobody", set()), ("?q=TEA", {"cold"}), ("?q=anna@", {"rude"}), ("?q={number}", {"slow"}),
        ("?show=all", {"cold", "slow", "rude", "over"}), ("?at={store}&q=wait", {"slow"}),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_by_its_address_and_the_file_holds_the_same(
    manager: Client, people: People, stores: tuple[Store, Store], asked: str, found: set[str]
) -> None:
    group = Cause.objects.create(code="staff", name_zh="员工", name_en="Staff")
    rude = Cause.objects.create(code="service_rude", name_zh="粗鲁", name_en="Rude", parent=group)
    opened(stores[0], "cold tea", priority=1)
    slow = opened(stores[0], "slow, a long wait", opened_at=clock.now() - dt.timedelta(days=9))
    Case.objects.filter(pk=slow.pk).update(owner=people.manager, state="open")
    opened(stores[0], "rude", contact="Anna@example.org", cause=rude)
    over = opened(stores[0], "over and done")
    Case.objects.filter(pk=over.pk).update(state="closed")
    opened(stores[1], "elsewhere")
    asked = asked.format(manager=people.manager.pk, number=slow.number.lower(), store=stores[0].code)
    page = text(manager.get(f"/surveys/complaints/{asked}")).split("<main")[1].split("</tbody>")[0]
    file = b"".join(manager.get(f"/surveys/complaints/csv/{asked}").streaming_content).decode()  # type: ignore[attr-defined]
    words = {"cold": "cold tea", "slow": "slow, a", "rude": ">rude<", "over": "over and", "elsewhere": "elsewhere"}
    assert {name for name, said in words.items() if said in page} == found
    assert {name for name in words if words[name].strip("<>") in file.split("\n", 1)[1]} >= found
    assert len(file.strip().splitlines()) == len(found) + 1


def test_what_an_address_asks_and_this_list_does_not_know_is_said(manager: Client, stores: tuple[Store, Store]) -> None:
    opened(stores[0], "cold tea")
    page = text(manager.get(f"/surveys/complaints/?show=odd&owner=x&mood=bad&at={stores[1].code}"))
    for said in ("There is no list “odd” here", "There is no filter “mood” here", "“x” is not known to the filter"):
        assert said in page
    assert "cold tea" in page
