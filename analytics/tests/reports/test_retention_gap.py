"""Where a gap comes from, and what of it is kept from those who may not see small groups."""

from django.utils.translation import override

from analytics.reports import report as reports
from analytics.reports import retention_gap
from analytics.reports.query import parse
from analytics.services.publish import publish
from analytics.tests.shopkeeper import Shop
from members.lib.actor import Actor, system
from members.lib.roles import Role

ANALYST = Actor(kind="user", name="analyst", role=Role.ANALYST, store_ids=None)
EARLIER, RECENT = ("2025-03", "2025-04"), ("2025-09", "2025-10")


def rows(actor: Actor, before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]) -> dict[str, list[str]]:
    """Newcomers of two months by channel, and how many of them came back the next month; the rows by channel."""
    shop = Shop(channels=tuple(before))
    for (first, later), side in ((EARLIER, before), (RECENT, after)):
        for channel, (people, back) in enumerate(side.values(), start=1):
            for person in range(people):
                shop.sell(f"{first}-{channel}-{person}", f"{first}-10", channel=channel)
                if person < back:
                    shop.sell(f"{first}-{channel}-{person}", f"{later}-10", channel=channel)
    shop.sell("2025-03-1-0", "2025-12-31")
    publish()
    found = reports.frame("retention-gap", actor, parse(reports.get("retention-gap").choices, {}))
    keys = ("members", "before_members", "before_active", "after_members", "after_active", "verdict")
    return {row["channel"]: [row[key] for key in keys] for row in found.rows()}


WHOLE = {"app": (40, 20), "counter": (30, 10), "mall": (20, 8)}


def test_a_channel_of_few_who_came_back_does_not_follow_from_the_total(db: None) -> None:
    few = {"app": (40, 20), "counter": (30, 10), "mall": (20, 3)}
    assert rows(system("test"), few, WHOLE)["mall"][:3] == ["40", "20", "3"]
    told = rows(ANALYST, few, WHOLE)
    assert told[""][:5] == ["180", "90", "33", "90", "38"]
    assert [told[code][2] for code in ("app", "counter", "mall")] == ["20", "", ""]
    assert [told[code][4] for code in ("app", "counter", "mall")] == ["20", "10", "8"]
    assert told["counter"][1] == "30"
    assert [told[code][5] for code in ("counter", "mall")] == ["", ""]


def test_a_channel_of_few_newcomers_does_not_follow_from_the_total(db: None) -> None:
    told = rows(ANALYST, {"app": (40, 20), "counter": (30, 10), "mall": (3, 1)}, WHOLE)
    assert [told[code][:3] for code in ("app", "counter", "mall")] == [["80", "40", "20"], ["", "", ""], ["", "", ""]]
    assert [told[code][3] for code in ("app", "counter", "mall")] == ["40", "30", "20"]


def test_channels_that_are_together_few_take_a_third_with_them(db: None) -> None:
    told = rows(ANALYST, {"app": (40, 20), "counter": (30, 2), "mall": (20, 1)}, WHOLE)
    assert [told[code][2] for code in ("app", "counter", "mall")] == ["", "", ""]


def test_where_nobody_is_few_every_channel_is_told(db: None) -> None:
    assert rows(ANALYST, WHOLE, WHOLE) == rows(system("test"), WHOLE, WHOLE)


def test_who_is_too_few_is_said_with_the_side_and_the_number(db: None) -> None:
    """Forty recent newcomers stand beside it: the thirty that are asked for are missing among the earlier ones."""
    rows(system("test"), {"app": (12, 6)}, {"app": (40, 20)})
    found = reports.frame("retention-gap", system("test"), parse(reports.get("retention-gap").choices, {}))
    with override("en"):
        assert {retention_gap.said(row) for row in found.frame.to_dict("records")} == {"Too few before: 12 (under 30)"}
