"""kill -9 of the web server and of the database while tills sell with points: no point is lost, none is given twice."""

import random
from pathlib import Path

import pytest
from django.conf import settings

from loyalty_site.tests.faults.engines import Engine, SqliteFile
from loyalty_site.tests.faults.installation import Installation
from loyalty_site.tests.faults.points_till import RULES, PointsTills
from loyalty_site.tests.faults.test_killed_servers import BETWEEN, VENDORS, Seen, engine, killed

pytestmark = pytest.mark.skipif(
    not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"),
    reason="the suite's run on SQLite does both engines",
)
NAIVE = "loyalty_site.tests.faults.naive_points"
SOLD = "select o.number, e.kind, sum(e.amount), count(*) from rewards_entry e join members_order o on o.id = e.order_id"


def kept(vendor: str, folder: Path, *, kills: int, seed: int, workers: int = 2) -> None:
    with engine(vendor, folder) as database:
        at, draw = Installation(database, folder), random.Random(seed)
        at.must("manage.py", "shell", "-c", RULES)
        tills = PointsTills(at)
        with at.web(workers) as web, tills.selling():
            seen = killed(at, web, tills, kills, draw)
        tell(vendor, seed, seen, tills)
        assert min(seen.windows) >= BETWEEN, "a window without enough acknowledgements proves nothing"
        assert sum(tills.unanswered.values()) >= kills / 2, "the kills found no request on its way"
        assert not {status for status in tills.unanswered if status.isdigit()} - {"409", "503"}
        assert tills.acknowledged.keys() == tills.sent, "a sale was never answered"
        assert booked(database) == promised(tills)
        assert at.must("manage.py", "ledger_check").strip() == "The ledger is right."


def tell(vendor: str, seed: int, seen: Seen, tills: PointsTills) -> None:
    paid = sum(answer["points"] for answer in tills.acknowledged.values())
    refused = sum(answer["status"] == 422 for answer in tills.acknowledged.values())
    print(  # noqa: T201 (a fault test says what it saw)
        f"{vendor}: seed={seed} kills={ {way: seen.kills.count(way) for way in sorted(set(seen.kills))} } "
        f"acks={tills.answers} sales, {paid} points paid with, {refused} refused for want of points, "
        f"at least {min(seen.windows)} between kills, no answer={dict(tills.unanswered)}"
    )


def promised(tills: PointsTills) -> dict[tuple[str, str], tuple[int, int]]:
    """What the answers said: (order, kind) -> points, and once."""
    said: dict[tuple[str, str], tuple[int, int]] = {}
    for number, answer in tills.acknowledged.items():
        if answer["earned"]:
            said[number, "earn"] = (answer["earned"], 1)
        if answer["points"]:
            said[number, "redeem"] = (-answer["points"], 1)
    return said


def booked(database: Engine) -> dict[tuple[str, str], tuple[int, int]]:
    return {(row[0], row[1]): (int(row[2]), row[3]) for row in database.rows(f"{SOLD} group by 1, 2")}


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_was_answered_is_in_the_ledger_once(vendor: str, tmp_path: Path) -> None:
    kept(vendor, tmp_path, kills=3, seed=1, workers=1)


@pytest.mark.prove
@pytest.mark.parametrize("vendor", VENDORS)
def test_what_was_answered_is_in_the_ledger_once_after_a_hundred_kills(vendor: str, tmp_path: Path) -> None:
    kept(vendor, tmp_path, kills=100, seed=2)


def test_a_desk_that_books_before_it_looks_gives_points_twice(tmp_path: Path) -> None:
    database = SqliteFile(tmp_path)
    at = Installation(database, tmp_path, app=NAIVE)
    tills = PointsTills(at)
    with at.web(workers=1) as web, tills.selling():
        killed(at, web, tills, 2, random.Random(3))
    rows = database.rows("select json_extract(detail, '$.number'), count(*) from rewards_entry group by 1")
    twice = [number for number, times in rows if times > 1]
    print(f"naive: {tills.answers} sales acknowledged, {len(twice)} with their points twice")  # noqa: T201
    assert twice
