"""`manage.py report`: figures on the screen or in a file, or one sentence that says what to mend."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import DatabaseError
from django.utils import translation

from analytics.reports.report import every
from analytics.services.publish import publish
from analytics.tests.imported import command
from analytics.tests.shopkeeper import Shop
from members.models import AuditEntry


@pytest.fixture
def shop(db: None) -> Shop:
    shop = Shop()
    shop.sell("a", "2026-01-05", "12.5")
    shop.sell("b", "2026-02-05", store=2)
    publish()
    return shop


def refused(slug: str, **options: object) -> str:
    with translation.override("en"), pytest.raises(CommandError) as caught:
        command(slug, **options)
    assert caught.value.returncode == 1
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_an_empty_shop_is_told_to_import(db: None) -> None:
    assert "import_orders" in refused("kpi")


def test_csv_on_the_screen(shop: Shop) -> None:
    head, first, second = command("kpi").splitlines()
    assert head.startswith("period,active_members,new_members")
    assert first == "2026-01,1,1,0,1,12.50,0.00,12.50,12.50,0.00,12.50000000,1.00000000,0,0.00"
    assert second.startswith("2026-02,1,1,0,1,10.00,")


def test_json_with_the_query_and_when_the_data_ends(shop: Shop) -> None:
    answered = json.loads(command("kpi", format="json", store=["S1"]))
    assert answered["query"] == {"store": ["S1"], "grain": ["month"]}
    assert answered["meta"]["last_day"] == "2026-02-05"
    assert answered["rows"][0]["gross"] == "12.50"
    assert answered["rows"][1]["aov"] is None


def test_into_a_file(shop: Shop, tmp_path: Path) -> None:
    assert command("kpi", output=tmp_path / "kpi.csv") == ""
    assert (tmp_path / "kpi.csv").read_text("utf-8") == command("kpi")


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_list_of_members_is_in_the_audit_with_the_hash_of_what_left(shop: Shop, tmp_path: Path, form: str) -> None:
    file = tmp_path / "members"
    command("rfm-members", format=form, output=file)
    entry = AuditEntry.objects.get(verb="export")
    assert (entry.subject_type, entry.subject_id, entry.actor_name) == ("list", "rfm-members", "report")
    assert entry.detail["rows"] == 2
    told_in = entry if form == "json" else AuditEntry.objects.get(verb="export_end")
    assert told_in.detail["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()


def test_what_breaks_a_list_off_fails_the_command(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object, **_named: object) -> Iterator[str]:
        yield "member\r\n"
        raise DatabaseError("gone")

    monkeypatch.setattr("analytics.reports.output.csv_lines", broken)
    with pytest.raises(DatabaseError):
        command("rfm-members")
    assert AuditEntry.objects.get(verb="export_end").detail["complete"] is False


def test_nothing_is_in_the_audit_of_a_list_that_could_not_be_written(shop: Shop, tmp_path: Path) -> None:
    refused("rfm-members", output=tmp_path / "no" / "x.csv")
    assert not AuditEntry.objects.filter(verb="export").exists()


def test_a_range_that_begins_after_the_data_is_empty(shop: Shop) -> None:
    assert len(command("kpi", **{"from": "2026-05-01", "to": "2026-05-31"}).splitlines()) == 1


def test_a_range_before_the_data_invents_no_periods(shop: Shop) -> None:
    assert command("kpi", **{"from": "1970-01-01"}) == command("kpi")


def test_an_unknown_report_lists_those_there_are(shop: Shop) -> None:
    said = refused("sales")
    assert [found.slug for found in every() if found.slug not in said] == []


def test_refusals_are_in_the_language_of_the_shop(shop: Shop, tmp_path: Path) -> None:
    for slug, options, said in (
        ("nope", {}, "没有“nope”这张报表"),
        ("kpi", {"option": ["a"]}, "--option 要写成"),
        ("kpi", {"output": tmp_path / "no" / "x.csv"}, "x.csv”写不了"),
    ):
        with pytest.raises(CommandError) as caught:
            command(slug, **options)
        assert said in str(caught.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"from": "x"}, "from: “x” is not a date"),
        ({"grain": "year"}, "grain: “year” is not possible"),
        ({"store": ["S9"]}, "store: There is no store “S9”"),
        ({"tier": ["gold"]}, "tier: There is no tier “gold”"),
        ({"segment": "all"}, "segment: There is no segment “all”"),
        ({"option": ["return"]}, "--option takes NAME=VALUE"),
        ({"option": ["return=any"]}, "return: This report has no option"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(shop: Shop, options: dict[str, object], said: str) -> None:
    assert said in refused("kpi", **options)
