"""Many messages, members who opt out at random moments, workers that are killed: nobody is written to against their
word, nobody twice, nobody is forgotten."""

import contextlib
import datetime as dt
import random
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection, transaction

from members.lib import clock
from members.lib.actor import system
from members.models import Consent, Identifier, Member, Message, MessageTemplate
from members.services import consents
from members.tests import processes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("merchant")]
BY = system("test")
WORKERS = 2


@dataclass(frozen=True)
class Seen:
    """What came of it: messages that were not to be sent any more, what the provider was handed, how often killed."""

    forbidden: set[int]
    handed: Counter[int]
    kills: int

    @property
    def wrong(self) -> set[int]:
        return self.forbidden & self.handed.keys()

    @property
    def twice(self) -> set[int]:
        return {pk for pk, times in self.handed.items() if times > 1}


def queued(count: int) -> None:
    """So many members with a phone and a consent, and a message to each."""
    template = MessageTemplate.objects.create(name="t", channel="sms", body_zh="{name}：{out}", body_en="{out}")
    Member.objects.bulk_create(
        (Member(number=f"M{n}", number_key=f"m{n}", name="王") for n in range(count)), batch_size=2_000
    )
    people = list(Member.objects.order_by("pk"))
    day = clock.local_date(clock.now(), "Asia/Shanghai") - dt.timedelta(days=1)
    phones = (Identifier(member=one, kind="phone", value=f"+86138{n:08}") for n, one in enumerate(people))
    Identifier.objects.bulk_create(phones, batch_size=2_000)
    given = (Consent(member=one, purpose="service", given=True, happened_on=day, source="form") for one in people)
    Consent.objects.bulk_create(given, batch_size=2_000)
    Message.objects.bulk_create(
        (
            Message(key=f"m{one.pk}", member=one, template=template, channel="sms", purpose="service",
                    language="zh-hans", next_at=clock.now())
            for one in people
        ),
        batch_size=2_000,
    )  # fmt: skip


def sent(folder: Path, how: str, *, count: int, leaving: int, kills: int) -> Seen:
    """Two workers send; meanwhile members opt out and a worker is killed now and then, and started again."""
    queued(count)
    env = processes.environment(
        DATABASE_URL=processes.database_url(), DATA_DIR=str(folder / "data"), SECRET_KEY="x", DEBUG="1",
        DJANGO_SETTINGS_MODULE="loyalty_site.settings", QUIET_FROM="0", QUIET_UNTIL="0",
    )  # fmt: skip
    draw, book = random.Random(11), folder / "book"
    book.touch()
    everybody = list(Message.objects.order_by("pk").values_list("pk", "member_id"))
    going, line = draw.sample(everybody, leaving), len(f"message-{everybody[-1][0]}\n")
    forbidden: set[int] = set()
    killed = 0
    with contextlib.ExitStack() as stack:

        def start() -> subprocess.Popen[bytes]:
            command = ["-m", "members.tests.services.contact.sender", how, str(book), str(max(10, count // 500))]
            return stack.enter_context(processes.started(command, folder / "log", env))

        _allow(folder, line * count // leaving)
        running = [start() for _ in range(WORKERS)]
        while any(process.poll() is None for process in running):
            progress = book.read_bytes().count(b"\n") / count
            while going and 1 - len(going) / leaving <= progress * 1.1:
                _opt_out(*going.pop(), forbidden)
                _allow(folder, line * count * (leaving - len(going) + 1) // leaving if going else None)
            if killed < kills and progress > (killed + 1) / (kills + 1):
                at = draw.randrange(WORKERS)
                processes.kill(running[at])
                running[at] = start()
                killed += 1
            time.sleep(0.01)
        assert [process.returncode for process in running] == [0] * WORKERS, (folder / "log").read_text()[-4000:]
    handed = Counter(int(line.removeprefix("message-")) for line in book.read_text().splitlines())
    seen = Seen(forbidden, handed, killed)
    print(  # noqa: T201 (a fault test says what it saw)
        f"messages {how}: {count}, opted out {leaving - len(going)} (of {len(forbidden)} nothing was under way), kills="
        f"{killed}, handed over {len(handed)}, against a word {len(seen.wrong)}, twice {len(seen.twice)} on"
        f" {connection.vendor}"
    )
    return seen


def _allow(folder: Path, size: int | None) -> None:
    """How large the book may grow before the next member leaves; None: as it likes."""
    if size is None:
        (folder / "pace").unlink()
        return
    (folder / "new").write_text(str(size))
    (folder / "new").rename(folder / "pace")  # never read half written


def _opt_out(message: int, member: int, forbidden: set[int]) -> None:
    """The word of a member; when their message was not yet on its way, it must never be."""
    day = clock.local_date(clock.now(), "Asia/Shanghai")
    with transaction.atomic():
        consents.record(
            member=Member.objects.get(pk=member), purpose="service", channel="", given=False, happened_on=day,
            source=Consent.Source.LINK, by=BY,
        )  # fmt: skip
        was_waiting = Message.objects.filter(pk=message, state="waiting").exists()
    if was_waiting:
        forbidden.add(message)


def nobody_wrongly_nobody_twice_nobody_forgotten(folder: Path, *, count: int, leaving: int, kills: int) -> None:
    seen = sent(folder, "carefully", count=count, leaving=leaving, kills=kills)
    assert seen.kills == kills
    assert len(seen.forbidden) > leaving / 4, "too few left in time to prove anything"
    assert not seen.wrong
    assert not seen.twice
    by_state = {state: set(Message.objects.filter(state=state).values_list("pk", flat=True)) for state in Message.State}
    assert by_state[Message.State.SENT] == seen.handed.keys()
    assert len(by_state[Message.State.SENT]) + len(by_state[Message.State.SKIPPED]) == count
    skipped = Message.objects.filter(state=Message.State.SKIPPED)
    assert set(skipped.values_list("reason", flat=True).distinct()) == {"no_consent"}
    assert seen.forbidden <= by_state[Message.State.SKIPPED]


def test_two_workers_opt_outs_and_kills(tmp_path: Path) -> None:
    nobody_wrongly_nobody_twice_nobody_forgotten(tmp_path, count=1_000, leaving=100, kills=3)


def test_a_loop_over_the_table_writes_twice_and_against_the_word(tmp_path: Path) -> None:
    """Why a message is claimed under the member's lock: the control that must fail."""
    seen = sent(tmp_path, "naively", count=1_000, leaving=100, kills=3)
    assert seen.twice
    assert seen.wrong


@pytest.mark.prove
def test_a_hundred_thousand_messages(tmp_path: Path) -> None:
    nobody_wrongly_nobody_twice_nobody_forgotten(tmp_path, count=100_000, leaving=1_000, kills=20)
