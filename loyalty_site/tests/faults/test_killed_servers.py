"""kill -9 of the web server and of the database while tills send orders: what was acknowledged is there, once.

The databases are made by the test, whatever the suite runs on; so its run on SQLite does this for both engines.
"""

import contextlib
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings

from loyalty_site.tests.faults import engines
from loyalty_site.tests.faults.engines import Cluster, Engine, SqliteFile
from loyalty_site.tests.faults.installation import Installation, Web
from loyalty_site.tests.faults.till import PER_BATCH, Tills
from members.tests import processes

pytestmark = pytest.mark.skipif(
    not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"),
    reason="the suite's run on SQLite does both engines",
)
BETWEEN = 10  # acknowledged batches between two kills
VENDORS = ("sqlite", "postgresql")
NAIVE = "loyalty_site.tests.faults.naive"


@contextlib.contextmanager
def engine(vendor: str, folder: Path) -> Iterator[Engine]:
    if vendor == "sqlite":
        yield SqliteFile(folder)
        return
    programs = engines.binaries()
    if programs is None:
        pytest.skip("NO POSTGRESQL SERVER PROGRAMS (initdb): its kills were not tried")
    with engines.cluster(programs) as made:
        yield made


@dataclass
class Seen:
    """What a round of kills has shown."""

    windows: list[int] = field(default_factory=list)  # acknowledged batches before each kill
    kills: list[str] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)  # seconds to the first answer that needs the database


def killed(at: Installation, web: Web, tills: Tills, kills: int, draw: random.Random) -> Seen:
    seen, ways = Seen(), _ways(at, web, draw)
    for _ in range(kills):
        before = tills.answers
        processes.wait_for(lambda before=before: tills.answers >= before + BETWEEN, at.log)  # type: ignore[misc]
        time.sleep(draw.random() / 10)
        seen.windows.append(tills.answers - before)
        seen.kills.append(draw.choice(list(ways)))
        ways[seen.kills[-1]]()
        seen.recoveries.append(at.seconds_to_first_answer())
    return seen


def _ways(at: Installation, web: Web, draw: random.Random) -> dict[str, Callable[[], None]]:
    def group() -> None:
        web.kill_all()
        web.start()

    ways: dict[str, Callable[[], None]] = {"a web worker": lambda: web.kill_a_worker(draw), "the web server": group}
    database = at.engine
    if isinstance(database, Cluster):

        def server() -> None:
            database.stop_at_once()
            database.start()

        def backend() -> None:
            database.kill_a_backend()
            processes.wait_for(database.is_up, at.log)

        ways |= {"a database backend": backend, "the database": server}
    return ways


def kept(vendor: str, folder: Path, *, kills: int, seed: int, workers: int = 2) -> None:
    with engine(vendor, folder) as database:
        at, draw = Installation(database, folder), random.Random(seed)
        tills = Tills(at)
        with at.worker(), at.web(workers) as web:
            with tills.selling():
                seen = killed(at, web, tills, kills, draw)
            processes.wait_for(lambda: not unfinished(database), at.log)
        tell(vendor, seed, seen, tills)
        assert len(seen.windows) == kills
        assert min(seen.windows) >= BETWEEN, "a window without enough acknowledgements proves nothing"
        assert sum(tills.unanswered.values()) >= kills / 2, "the kills found no request on its way"
        assert not {status for status in tills.unanswered if status.isdigit()} - {"503"}
        assert tills.acknowledged == tills.sent, "an order was never answered"
        assert stored(database) == dict.fromkeys(tills.sent, 1)
        assert lines(database) == dict.fromkeys(tills.sent, 2)
        assert counted(database) == len(tills.sent), "the import of the day counts otherwise"
        assert set(database.rows("select state from members_job")) == {("done",)}


def tell(vendor: str, seed: int, seen: Seen, tills: Tills) -> None:
    print(  # noqa: T201 (a fault test says what it saw)
        f"{vendor}: seed={seed} kills={ {way: seen.kills.count(way) for way in sorted(set(seen.kills))} } "
        f"acks={tills.answers} batches of {PER_BATCH}, at least {min(seen.windows)} between kills, "
        f"vacuous windows={sum(window < BETWEEN for window in seen.windows)} no answer={dict(tills.unanswered)} "
        f"written though the answer was lost={tills.known_already} "
        f"first answer after at most {max(seen.recoveries):.1f} s"
    )


def stored(database: Engine) -> dict[str, int]:
    """How many rows there are of each number, versions included."""
    return dict(database.rows("select number, count(*) from members_order group by number"))


def lines(database: Engine) -> dict[str, int]:
    found = "select number, count(*) from members_order o join members_orderline l on l.order_id = o.id group by number"
    return dict(database.rows(found))


def counted(database: Engine) -> int:
    path = "counts ->> 'orders'" if database.vendor == "postgresql" else "json_extract(counts, '$.orders')"
    return int(database.rows(f"select sum(cast({path} as integer)) from members_importbatch")[0][0])


def unfinished(database: Engine) -> bool:
    return bool(database.rows("select 1 from members_job where finished_at is null limit 1"))


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_was_acknowledged_is_there_once(vendor: str, tmp_path: Path) -> None:
    kept(vendor, tmp_path, kills=3, seed=1, workers=1)


@pytest.mark.prove
@pytest.mark.parametrize("vendor", VENDORS)
def test_what_was_acknowledged_is_there_once_after_a_hundred_kills(vendor: str, tmp_path: Path) -> None:
    kept(vendor, tmp_path, kills=100, seed=2)


def test_a_desk_that_acknowledges_first_loses_orders(tmp_path: Path) -> None:
    database = SqliteFile(tmp_path)
    at = Installation(database, tmp_path, app=NAIVE)
    tills = Tills(at)
    with at.web(workers=1) as web, tills.selling():
        processes.wait_for(lambda: tills.answers >= BETWEEN, at.log)
        web.kill_all()
        web.start()
    lost = tills.acknowledged - stored(database).keys()
    print(f"naive: acknowledged {len(tills.acknowledged)}, lost {len(lost)}")  # noqa: T201
    assert lost
