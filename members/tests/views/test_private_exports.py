"""Files made in the background: the list as it was shown, for one person, for one download, for one day."""

import csv
import datetime as dt
import hashlib
import io
import re
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.test import Client

from members import exports
from members.lib import clock
from members.lib.actor import Actor, system
from members.lib.roles import Role
from members.models import AuditEntry, Export, Job, Member, Tag
from members.services import erasure, jobs, private_exports, private_files, staff

LIST = "sort=-net&cols=name%2Cphone%2Cemail%2Cnet&header=key"
ASK = "/exports/new/?" + urlencode({"of": "members", "list": LIST})
WHOLE = {"whole": "on", "reason": "Recall of a product"}


def link(client: Client, export: Export) -> str:
    """The address of the file on the page of its owner."""
    [line] = [each for each in client.get("/exports/").context["lines"] if each["export"] == export]
    return str(line["link"])


def download(client: Client, export: Export) -> bytes:
    answer: Any = client.get(link(client, export))
    assert answer["Cache-Control"] == "no-store"
    assert str(export.number) in answer["Content-Disposition"]
    return b"".join(answer.streaming_content)


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.fixture
def made(clients: SimpleNamespace, shop: SimpleNamespace, work_off: Callable[[], int]) -> Callable[..., Export]:
    """Ask for the file of the list as somebody, and let a worker make it."""

    def ask(client: Client, **form: str) -> Export:
        assert client.post(ASK, form)["Location"] == "/exports/"
        work_off()
        return Export.objects.latest("pk")

    return ask


def test_a_long_list_is_made_as_a_file_and_equals_the_one_sent_at_once(
    clients: SimpleNamespace, made: Callable[..., Export], settings: Any
) -> None:
    at_once: Any = clients.manager.get(f"/members/members.csv?{LIST}")
    sent = b"".join(at_once.streaming_content)
    settings.EXPORT_STREAM_ROWS = 1
    page = clients.manager.get(f"/members/?{LIST}")
    assert page.context["csv_url"] == ASK
    assert clients.manager.get(f"/members/members.csv?{LIST}")["Location"] == ASK
    assert clients.manager.get("/members/orders/orders.csv")["Location"].startswith("/exports/new/?of=orders")
    export = made(clients.manager)
    assert (export.state, export.rows) == (Export.State.READY, 2)
    assert export.sha256 == hashlib.sha256(sent).hexdigest()
    assert download(clients.manager, export) == sent
    entry = AuditEntry.objects.get(pk=export.number)
    assert (entry.verb, entry.detail["rows"], entry.detail["filters"]["sort"]) == ("export", 2, ["-net"])
    ends = AuditEntry.objects.filter(verb__in=["export_end", "fetch_export"], detail__export=export.number)
    assert [end.detail["sha256"] for end in ends] == [export.sha256] * 2


def test_a_link_works_once_for_its_owner_and_is_404_otherwise(
    clients: SimpleNamespace, made: Callable[..., Export], django_capture_on_commit_callbacks: Any
) -> None:
    export = made(clients.manager)
    url = link(clients.manager, export)
    file = private_files.path_of(export.file)
    assert file.stat().st_mode & 0o077 == 0
    refused = [client.get(url) for client in (clients.admin, clients.stranger, clients.marketer)]
    assert clients.clerk.get(url).status_code == 403
    assert Client().get(url).status_code == 302
    refused.append(clients.manager.get(re.sub(r"[^:/]+/$", "x/", url)))
    with django_capture_on_commit_callbacks(execute=True):
        assert len(rows(download(clients.manager, export))) == 3
    assert not file.exists()
    refused.append(clients.manager.get(url))
    assert {answer.status_code for answer in refused} == {404}
    assert len({re.sub(r"nonce|csrf\S+|value=\S+", "", refused[n].text) for n in (3, 4)}) == 1, "404 tells nothing"
    export.refresh_from_db()
    assert export.state == Export.State.FETCHED


def test_after_a_day_the_link_is_over_and_the_file_goes(
    clients: SimpleNamespace, made: Callable[..., Export], django_capture_on_commit_callbacks: Any
) -> None:
    export = made(clients.manager)
    url, file = link(clients.manager, export), private_files.path_of(export.file)
    assert private_files.delete_old() == 0
    with time_machine.travel(clock.now() + dt.timedelta(hours=24, seconds=1)):
        export.refresh_from_db()
        assert export.state == Export.State.EXPIRED
        with pytest.raises(private_files.Gone):
            private_files.fetch(url.split("/")[-2], by=system("test"))
        with django_capture_on_commit_callbacks(execute=True):
            assert private_files.delete_old() == 1
        assert private_files.delete_old() == 0
    assert not file.exists()
    with time_machine.travel(clock.now() + dt.timedelta(days=91)):
        private_files.delete_old()
    assert not Export.objects.exists()


def test_whole_contacts_are_for_administrators_with_a_reason(
    clients: SimpleNamespace, made: Callable[..., Export]
) -> None:
    assert clients.admin.post(ASK, {"whole": "on", "reason": "why"}).status_code == 422
    assert clients.marketer.post(ASK, WHOLE).status_code == 403
    assert not Export.objects.exists()
    export = made(clients.admin, **WHOLE)
    by_number = {row[0]: row for row in rows(download(clients.admin, export))}
    assert by_number["M1"][2:4] == ["13812341111", "wang@example.com"]
    assert AuditEntry.objects.get(pk=export.number).detail["reason"] == WHOLE["reason"]
    masked = made(clients.admin)
    assert "138****1111" in download(clients.admin, masked).decode()


def test_whoever_works_in_stores_gets_no_endless_list(clients: SimpleNamespace, shop: Any, settings: Any) -> None:
    settings.EXPORT_STORE_ROWS = 1
    assert clients.manager.get(ASK).context["is_too_long"]
    assert clients.manager.post(ASK).status_code == 422
    assert clients.marketer.post(ASK).status_code == 302
    assert Export.objects.get().owner.username == "marketer"


@pytest.mark.parametrize("unknown", ["segment=99999", "home=nowhere"])
def test_a_filter_that_is_not_known_makes_no_file_of_everybody(
    clients: SimpleNamespace, shop: SimpleNamespace, unknown: str
) -> None:
    address = "/exports/new/?" + urlencode({"of": "members", "list": unknown})
    assert clients.admin.get(address).context["made"].warnings
    assert clients.admin.post(address).status_code == 422
    assert not Export.objects.exists()


def test_a_segment_that_is_gone_by_the_time_makes_no_file_of_everybody(
    actors: dict[str, Actor], shop: SimpleNamespace
) -> None:
    export = private_exports.ask("members", {"segment": ["99999"]}, rows=1, by=actors["admin"])
    jobs.run(export.job_id)
    job = Job.objects.get(pk=export.job_id)
    assert (job.state, job.error) == (Job.State.FAILED, private_exports.NOT_UNDERSTOOD)


def test_a_right_that_is_gone_by_the_time_makes_no_file(
    clients: SimpleNamespace, shop: SimpleNamespace, people: Any, actors: Any, work_off: Callable[[], int]
) -> None:
    clients.admin.post(ASK, WHOLE)
    Export.objects.update(owner=people.marketer)
    Job.objects.update(user_id=people.marketer.pk)
    work_off()
    export = Export.objects.get()
    assert export.state == Export.State.FAILED
    assert clients.marketer.get("/exports/").context["lines"][0]["error"]


def test_other_stores_or_an_erased_person_end_the_files_of_before(
    clients: SimpleNamespace,
    shop: SimpleNamespace,
    people: Any,
    actors: Any,
    made: Callable[..., Export],
    django_capture_on_commit_callbacks: Any,
) -> None:
    export = made(clients.manager)
    url = link(clients.manager, export)
    moved = {"display_name": "manager", "email": "", "role": Role.MANAGER, "stores": [shop.there]}
    with django_capture_on_commit_callbacks(execute=True):
        staff.change(people.manager, **moved, by=actors["admin"])
    assert clients.manager.get(url).status_code == 404
    other = made(clients.admin)
    clients.marketer.post(ASK)
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(member=shop.wang, reason="asked", by=actors["admin"])
    assert other.state == Export.State.READY, "what was read before"
    assert [each.state for each in Export.objects.order_by("pk")] == [Export.State.WITHDRAWN] * 3
    assert not list(private_files.path_of("").glob("*.csv"))


def test_a_file_in_the_making_when_somebody_is_erased_never_comes(
    clients: SimpleNamespace, shop: SimpleNamespace, work_off: Callable[[], int]
) -> None:
    clients.marketer.post(ASK)
    private_files.withdraw_all()
    work_off()
    assert Job.objects.get(kind="private_export").state == Job.State.FAILED
    assert not list(private_files.path_of("").glob("*"))


def test_progress_is_told_until_it_is_over(clients: SimpleNamespace, shop: Any, work_off: Callable[[], int]) -> None:
    clients.marketer.post(ASK)
    export = Export.objects.get()
    url = f"/exports/{export.number}/progress/"
    assert "progress" in clients.marketer.get(url).text
    assert len(clients.marketer.get("/exports/").context["moving"]) == 1
    assert clients.admin.get(url).status_code == 404
    work_off()
    assert clients.marketer.get(url)["HX-Refresh"] == "true"


def test_an_attempt_that_was_cut_off_begins_anew(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    names = [f"x{number}" for number in range(600)]  # more than between two signs of life
    Member.objects.bulk_create(Member(number=name, number_key=name, home_store=shop.here) for name in names)
    clients.marketer.post(ASK)
    job = Job.objects.get(kind="private_export")
    left = private_files.path_of(f"{Export.objects.get().number}.1.part")
    left.parent.mkdir(parents=True)
    left.write_text("half a file")
    Job.objects.filter(pk=job.pk).update(lease=1, attempts=1)
    jobs.run(job.pk)
    export = Export.objects.get()
    assert (export.state, export.rows) == (Export.State.READY, 603)
    assert not left.exists()


@pytest.mark.parametrize("ended", [private_files.withdraw_all, private_files.delete_old])
def test_what_a_killed_attempt_left_goes_with_an_erasure_and_with_time(
    clients: SimpleNamespace, shop: Any, django_capture_on_commit_callbacks: Any, ended: Callable[[], object]
) -> None:
    clients.marketer.post(ASK)
    left = private_files.path_of(f"{Export.objects.get().number}.1.part")
    left.parent.mkdir(parents=True)
    left.write_text("half a file")
    with time_machine.travel(clock.now() + dt.timedelta(days=2)), django_capture_on_commit_callbacks(execute=True):
        ended()
    assert not left.exists()


@pytest.mark.django_db(transaction=True)
def test_a_list_is_read_on_after_somebody_else_has_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite refuses a write on a connection whose read began before another's write; the sweep alone writes often."""
    monkeypatch.setattr(exports, "CHUNK", 2)
    members = [Member.objects.create(number=f"x{number}") for number in range(5)]
    pieces = exports._chunks(Member.objects.order_by("-pk"))
    read = next(pieces)

    def write() -> None:
        Tag.objects.create(name="meanwhile")
        connection.close()

    other = threading.Thread(target=write)
    other.start()
    other.join()
    Tag.objects.create(name="a sign of life")
    assert [row for piece in [read, *pieces] for row in piece] == members[::-1]


def test_what_no_list_shows_cannot_be_asked_for_by_its_address(clients: SimpleNamespace, shop: Any) -> None:
    assert clients.admin.get("/exports/new/?of=member&list=member=1").status_code == 404
    assert clients.admin.get("/exports/new/?of=nothing").status_code == 404
    assert clients.admin.get("/exports/new/?of=members&list=from%3Dnothing").status_code == 400
    assert clients.analyst.get(ASK).status_code == 403
