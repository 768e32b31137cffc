"""What a member may ask for: consent written down, all data handed over, the person erased; each by who may."""

import json
from collections.abc import Callable
from types import SimpleNamespace

from members.lib.actor import Actor
from members.lib.roles import Role
from members.models import AuditEntry, Consent, Export, Member
from members.queries import quality
from members.tests.views.test_private_exports import download

SAID = {"given": "yes", "purpose": "marketing", "channel": "sms", "happened_on": "2026-05-01", "source": "counter"}


def test_a_manager_writes_down_what_a_member_allows(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    url = f"/members/id/{shop.wang.pk}/consent/"
    assert "什么都不允许" in clients.manager.get(url).content.decode()
    assert clients.manager.post(url, SAID).status_code == 302
    assert clients.manager.post(url, SAID | {"given": "no", "happened_on": "2026-05-02"}).status_code == 302
    answer = clients.manager.get(url)
    assert [(word.channel, word.given) for word in answer.context["holding"]] == [("sms", False)]
    assert [word.given for word in answer.context["said"]] == [False, True]
    assert AuditEntry.objects.filter(verb="record_consent").count() == 2


def test_a_day_to_come_is_refused_at_the_form(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    answer = clients.admin.post(f"/members/id/{shop.wang.pk}/consent/", SAID | {"happened_on": "2999-01-01"})
    assert answer.status_code == 400
    assert not Consent.objects.exists()


def test_all_data_come_as_one_private_file_and_stand_in_the_audit(
    clients: SimpleNamespace, shop: SimpleNamespace, work_off: Callable[[], int]
) -> None:
    assert clients.admin.post(f"/members/id/{shop.wang.pk}/all-data/")["Location"] == "/exports/"
    work_off()
    export = Export.objects.get()
    data = json.loads(download(clients.admin, export))
    assert {row["value"] for row in data["identifiers"]} == {"+8613812341111", "wang@example.com"}
    assert {row["number"] for row in data["orders"]} == {"A1", "A2", "A3"}
    assert AuditEntry.objects.get(pk=export.number).detail["rows"] == sum(map(len, data.values())) == export.rows


def test_only_with_the_number_typed_again_is_a_person_erased(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    url = f"/members/id/{shop.wang.pk}/erase/"
    assert clients.admin.get(url).context["orders"] == 3
    assert clients.admin.post(url, {"reason": "asked", "number": "M2"}).status_code == 400
    assert Member.objects.get(pk=shop.wang.pk).name == "Wang"
    answer = clients.admin.post(url, {"reason": "asked", "number": "m1"}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/members/erased-{shop.wang.pk}/"
    page = answer.content.decode()
    assert "Wang" not in page.replace("wang", "")
    assert "8111" not in page
    assert answer.context["person"].orders == 2  # two purchases and a cancelled order, as before


def test_erased_people_lack_nothing_in_the_data_quality(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    admin = Actor(kind="user", name="A", role=Role.ADMIN, store_ids=None)
    clients.admin.post(f"/members/id/{shop.wang.pk}/erase/", {"reason": "asked", "number": "M1"})
    lacking = quality.lacking(quality.standing(admin), "contact")
    assert {member.number for member in lacking} == {"M2"}
    assert clients.admin.get("/members/quality/").status_code == 200


def test_others_than_administrators_neither_take_nor_erase(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    for client in (clients.marketer, clients.manager, clients.clerk, clients.analyst):
        for what in ("all-data", "erase"):
            assert client.post(f"/members/id/{shop.wang.pk}/{what}/").status_code == 403
    assert clients.stranger.get(f"/members/id/{shop.wang.pk}/consent/").status_code == 404
