"""Which key figures have a change, and why the others have none."""

import datetime as dt

from analytics.reports import report as reports
from analytics.reports.query import parse
from analytics.services.publish import publish
from analytics.tests.shopkeeper import Shop
from members.lib.actor import system
from members.models import Member, Segment, SegmentMember

CHOICES = reports.get("kpi-change").choices


def verdicts(first: str, last: str, **given: str) -> dict[str, str]:
    query = parse(CHOICES, {"from": [first], "to": [last], **{name: [value] for name, value in given.items()}})
    found = reports.frame("kpi-change", system("test"), query).rows()
    for row in found:
        assert bool(row["change"]) == (row["verdict"] in {"up", "down", "unclear", "few"})
    return {row["figure"]: row["verdict"] for row in found}


def open_since(date: str) -> Shop:
    """The first store sells to forty regulars each week since the date, the second only since February 2026."""
    shop = Shop()
    day, regulars = dt.date.fromisoformat(date), 40
    while day <= dt.date(2026, 2, 28):
        for person in range(regulars):
            shop.sell(f"m{person}", str(day))
        day += dt.timedelta(days=7)
        regulars = 2
    for person in range(40):
        shop.sell(f"n{person}", "2026-02-01", store=2)
    shop.sell("last", "2026-02-28", store=2)
    publish()
    return shop


def test_nothing_is_compared_with_days_that_are_not_all_in_the_data(db: None) -> None:
    open_since("2026-01-10")
    assert set(verdicts("2026-02-01", "2026-02-28").values()) == {"partial"}


def test_nor_with_days_on_which_the_store_had_not_opened(db: None) -> None:
    open_since("2025-06-01")
    assert set(verdicts("2026-02-08", "2026-02-28", store="S2").values()) == {"partial"}
    assert "partial" not in verdicts("2026-02-08", "2026-02-28").values()


def test_soon_after_the_data_begin_everybody_looks_new(db: None) -> None:
    """Sales are compared; new and returning members are not, until there are 90 days and as many as are compared."""
    open_since("2025-12-01")
    found = verdicts("2026-02-01", "2026-02-28")
    assert {found[name] for name in ("new_members", "returning_members", "new_gross", "returning_gross")} == {"early"}
    assert found["gross"] == "up"


def test_with_enough_days_before_they_are_compared(db: None) -> None:
    open_since("2025-09-01")
    found = verdicts("2026-02-01", "2026-02-28")
    assert found["returning_members"] == "few"
    assert verdicts("2025-12-01", "2026-02-28")["returning_members"] == "early"


def test_a_segment_that_bought_nothing_before_is_no_gap_in_the_data(db: None) -> None:
    open_since("2025-06-01")
    recent = Segment.objects.create(name="Recent", kind="snapshot")
    for member in Member.objects.filter(number__startswith="n"):
        SegmentMember.objects.create(segment=recent, member=member)
    query = parse(CHOICES, {"from": ["2026-02-01"], "to": ["2026-02-28"], "segment": [str(recent.pk)]})
    rows = reports.frame("kpi-change", system("test"), query).rows()
    assert {row["figure"]: row["before"] for row in rows}["active_members"] == "0"
