"""A report as it was: asked again for the same day and instant it gives the same bytes, whatever came since."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command

from analytics.reports import report as reports
from analytics.tests.imported import command
from members.lib import clock
from members.models import Merchant

HEAD = "order_no,member_no,time,amount,store,channel\n"
JANUARY = """1,a,2026-01-05 10:00,10.00,S1,app
2,b,2026-01-06 10:00,20.00,S1,app
3,a,2026-02-07 10:00,5.00,S1,counter
"""
CORRECTED = """2,b,2026-01-06 10:00,25.00,S1,app
4,c,2026-01-01 10:00,7.77,S2,app
"""


@pytest.fixture
def folder(db: None, tmp_path: Path) -> Path:
    Merchant.objects.create(pk=1, name="Test")
    return tmp_path


def take_in(folder: Path, lines: str) -> None:
    path = folder / "orders.csv"
    path.write_text(HEAD + lines)
    call_command("import_orders", path, kind="orders", stdout=io.StringIO())


def test_every_past_report_is_given_again_byte_for_byte(folder: Path) -> None:
    slugs = [found.slug for found in reports.every()]
    take_in(folder, JANUARY)
    instant = clock.now().isoformat()
    first = {slug: command(slug) for slug in slugs}
    assert {slug: command(slug, known_at=instant, as_of="2026-02-07") for slug in slugs} == first
    take_in(folder, CORRECTED)
    assert {slug: command(slug, known_at=instant, as_of="2026-02-07") for slug in slugs} == first
    assert {slug: command(slug, known_at=instant) for slug in slugs} == first


def test_a_correction_shows_from_its_import_on(folder: Path) -> None:
    take_in(folder, JANUARY)
    before = clock.now().isoformat()
    take_in(folder, CORRECTED)
    january = {"from": "2026-01-01", "to": "2026-01-31"}
    assert "2026-01,2,2,0,2,30.00," in command("kpi", known_at=before, **january)
    assert "2026-01,3,3,0,3,42.77," in command("kpi", **january)


def test_a_past_day_leaves_out_what_happened_later(folder: Path) -> None:
    take_in(folder, JANUARY)
    assert "2026-02" not in command("kpi", as_of="2026-01-31")
