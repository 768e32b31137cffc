"""The reports over HTTP for machines: JSON and CSV, and errors that name the parameter."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from analytics.reports import report as reports
from analytics.services.publish import publish
from analytics.tests import pages
from analytics.tests.shopkeeper import Shop
from conftest import People
from members.lib.roles import Scope
from members.models import AuditEntry, Merchant
from members.tests import bearer

SignIn = Callable[..., Client]
KPI = "/api/v1/reports/kpi/"


@pytest.fixture
def shop(merchant: Merchant, people: People) -> Shop:
    shop = Shop()
    shop.sell("a", "2026-01-05", "12.5", store=1)
    shop.sell("b", "2026-01-06", "7", store=2)
    publish()
    return shop


@pytest.fixture
def admin(shop: Shop, people: People, signed_in: SignIn) -> Client:
    return signed_in(people.admin)


def test_the_listing_names_every_report_and_its_columns(admin: Client) -> None:
    listed = admin.get("/api/v1/reports/").json()
    assert [found["slug"] for found in listed] == [found.slug for found in reports.every()]
    assert listed[0]["columns"][0]["key"] == reports.every()[0].columns[0].key


def test_json(admin: Client) -> None:
    answered = admin.get(KPI).json()
    assert answered["report"] == "kpi"
    assert answered["meta"]["last_day"] == "2026-01-06"
    (row,) = answered["rows"]
    assert (row["period"], row["active_members"], row["gross"], row["orders_per_member"]) == ("2026-01", 2, "19.50", 1)


def test_csv_is_a_download_that_is_in_the_audit(admin: Client) -> None:
    response = admin.get(KPI, {"format": "csv"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.get(verb="export")
    assert f"kpi_{entry.pk}.csv" in response["Content-Disposition"]
    assert entry.detail["rows"] == 1


def test_a_list_of_members_is_in_the_audit_as_json_too(admin: Client) -> None:
    response = admin.get("/api/v1/reports/rfm-members/", {"store": "S1"})
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "no-store"
    assert len(response.json()["rows"]) == 1
    entry = AuditEntry.objects.get(verb="export")
    assert (entry.subject_type, entry.subject_id, entry.actor_name) == ("list", "rfm-members", "admin")
    assert entry.detail["filters"]["store"] == ["S1"]
    assert entry.detail["rows"] == 1
    assert entry.detail["sha256"] == hashlib.sha256(response.content).hexdigest()


def test_figures_as_json_are_no_export(admin: Client) -> None:
    admin.get(KPI)
    assert not AuditEntry.objects.filter(verb="export").exists()


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"from": "x"}, "from"),
        ({"as_of": "9999-12-31"}, "as_of"),
        ({"known_at": "2026-01-01"}, "known_at"),
        ({"grain": "year"}, "grain"),
        ({"store": "S9"}, "store"),
        ({"channel": "moon"}, "channel"),
        ({"tier": "gold"}, "tier"),
        ({"segment": "x"}, "segment"),
        ({"range": "12m"}, "range"),
        ({"from": "\x00"}, "from"),
    ],
)
def test_a_bad_parameter_is_named(admin: Client, asked: dict[str, str], parameter: str) -> None:
    response = admin.get(KPI, asked, headers={"accept-language": "en"})
    answered = response.json()
    assert response.status_code == 400
    assert answered["parameter"] == parameter
    assert answered["error"].endswith(".")


def test_an_unknown_report_lists_those_there_are(admin: Client) -> None:
    response = admin.get("/api/v1/reports/sales/")
    assert response.status_code == 404
    assert "kpi, kpi-change, lapsed" in response.json()["error"]


def test_before_any_data(merchant: Merchant, people: People, signed_in: SignIn) -> None:
    assert signed_in(people.admin).get(KPI).status_code == 409


def test_who_may_what(shop: Shop, people: People, signed_in: SignIn) -> None:
    assert Client().get(KPI).status_code == 401
    assert signed_in(people.clerk).get(KPI).status_code == 403
    assert signed_in(people.marketer).get(KPI).json()["rows"][0]["gross"] == "19.50"


def test_a_token_may_open_what_it_is_told_of_and_nothing_else(shop: Shop) -> None:
    token = bearer.client(Scope.READ_REPORTS)
    told = {found["slug"] for found in token.get("/api/v1/reports/").json()}
    foreign = {found.slug for found in reports.every()} - told
    assert foreign == {found.slug for found in reports.every() if found.lists_members}
    for slug in told:
        assert token.get(f"/api/v1/reports/{slug}/").status_code == 200, slug
    for slug in foreign:
        answers = [
            token.get(f"/api/v1/{address}", headers={"accept-language": language})
            for language in ("zh-hans", "en")
            for address in (f"reports/{slug}/", "orders/")
        ]
        assert {answer.status_code for answer in answers} == {403}
        assert answers[0].json() == answers[1].json() != answers[2].json() == answers[3].json(), "one form"


def test_a_store_manager_reads_the_own_store_and_no_other(shop: Shop, people: People, signed_in: SignIn) -> None:
    manager = signed_in(people.manager)
    assert manager.get(KPI).json()["rows"][0]["gross"] == "12.50"
    assert manager.get(KPI, {"store": "S1"}).json()["rows"][0]["gross"] == "12.50"
    assert manager.get(KPI, {"store": "S2"}).status_code == 400
    assert pages.download(manager, f"{KPI}?format=csv")[1][5] == "12.50"


def test_a_code_that_a_spreadsheet_would_run_is_disarmed(admin: Client) -> None:
    wicked = Shop(channels=("=1+1", "@x"))
    wicked.sell("c", "2025-11-05", channel=1)
    wicked.sell("d", "2025-11-05", channel=2)
    publish()
    url = "/api/v1/reports/retention-gap/"
    answered: list[dict[str, Any]] = admin.get(url).json()["rows"]
    assert {"=1+1", "@x"} <= {row["channel"] for row in answered}
    cells = {row[0] for row in pages.download(admin, f"{url}?format=csv")}
    assert {"'=1+1", "'@x"} <= cells
    assert not cells & {"=1+1", "@x"}
