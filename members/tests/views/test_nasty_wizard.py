"""Every hostile file by the wizard: uploaded, its columns as the page proposes them, checked, decided, written.

It gets the verdict, counts and reasons that the tables beside the files expect, as by the commands.
"""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from conftest import People
from members.models import ImportBatch, Member, Order
from members.models import User as Staff
from members.services import jobs
from members.services.imports import stage, summary, work
from members.tests import nasty
from members.tests.nasty import Row

pytestmark = pytest.mark.django_db
ASKED = {"28_missing_required.csv"}  # somebody can still say which column it is
TAKEN = [file for file in nasty.FILES if nasty.is_taken(file)]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the files were large: nothing is looked at whole."""
    monkeypatch.setattr(stage, "TOGETHER", 2)
    monkeypatch.setattr(summary, "CHUNK", 3)
    monkeypatch.setattr(work, "CHUNK", 3)


@pytest.fixture
def desk(signed_in: Callable[[Staff], Client], people: People) -> Client:
    return signed_in(people.marketer)


def said(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def upload(desk: Client, name: str) -> ImportBatch:
    desk.post(reverse("members:import-new"), {"file": SimpleUploadedFile(name, (nasty.DATA / name).read_bytes())})
    return ImportBatch.objects.latest("id")


def page(desk: Client, batch: ImportBatch) -> str:
    return said(desk.get(reverse("members:import", args=[batch.pk])))


def proposed(text: str) -> dict[str, str]:
    """What the form of the columns sends when nobody changes it."""
    selects = re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', text, re.DOTALL)
    chosen = {
        name: re.findall(r'<option value="([^"]*)"[^>]* selected', options) or re.findall(r'value="([^"]*)"', options)
        for name, options in selects
        if name == "kind" or name.startswith("column-")
    }
    return {name: html.unescape(values[0]) for name, values in chosen.items()}


def worked(batch: ImportBatch) -> ImportBatch:
    """After the job that was queued for it; the reports can wait."""
    batch.refresh_from_db()
    if batch.job_id:
        jobs.run(batch.job_id)
    batch.refresh_from_db()
    return batch


def checked(desk: Client, name: str) -> ImportBatch:
    """Uploaded and checked with the columns that are proposed."""
    batch = upload(desk, name)
    desk.post(reverse("members:import-check", args=[batch.pk]), proposed(page(desk, batch)))
    return worked(batch)


def written(desk: Client, batch: ImportBatch) -> ImportBatch:
    desk.post(reverse("members:import-start", args=[batch.pk]))
    return worked(batch)


def first_offer(text: str) -> dict[str, str]:
    """The first group of problems that the page lets somebody leave out on purpose."""
    for form in re.findall(r"<form[^>]*import[^>]*decide/[^>]*>(.*?)</form>", text, re.DOTALL):
        fields = dict(re.findall(r'name="(field|code)" value="([^"]*)"', form))
        if fields.get("code") and 'value="skip"' in form:
            return fields | {"action": "skip"}
    return {}


@pytest.mark.parametrize("file", TAKEN, ids=nasty.named)
def test_a_file_gets_its_counts_and_every_row_its_verdict(file: Row, desk: Client) -> None:
    if needed := nasty.needed(file):
        written(desk, checked(desk, needed))
    before = Order.objects.count(), Member.objects.count()
    batch = checked(desk, file["file"])
    assert nasty.outcome(batch.counts) == nasty.expected(file)
    assert (Order.objects.count(), Member.objects.count()) == before, "the check has written nothing"
    nasty.expect_rows(file)
    if not batch.counts["rows"]:
        return
    if offer := first_offer(page(desk, batch)):  # what is left out on purpose stays out all the same
        desk.post(reverse("members:import-decide", args=[batch.pk]), offer)
        worked(batch)
    batch = written(desk, batch)
    assert nasty.outcome(batch.counts) == nasty.expected(file)
    if not offer:
        nasty.expect_rows(file)
    assert f"已写入 {sum(nasty.expected(file)[:2])} 行" in page(desk, batch)
    rejected = desk.get(reverse("members:import-rejected", args=[batch.pk]))
    lines = b"".join(rejected.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    numbers = set(re.findall(r"^(\d+),", lines, re.MULTILINE))
    assert {row["row"] for row in nasty.ROWS[file["file"]] if row["verdict"] == "reject"} <= numbers


@pytest.mark.parametrize("file", [file for file in nasty.FILES if file not in TAKEN], ids=nasty.named)
def test_a_file_that_is_refused_says_why_and_leaves_nothing(file: Row, desk: Client) -> None:
    batch = checked(desk, file["file"])
    if file["file"] in ASKED:
        assert "还没对上：" in page(desk, batch)
    else:
        assert batch.state == ImportBatch.State.REFUSED
        assert 'role="alert"' in page(desk, batch)
    written(desk, batch)
    assert not Order.objects.exists()
    assert not Member.objects.exists()
