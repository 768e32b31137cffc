"""An import of members that is killed: nobody lost, nobody twice, what was found is found once."""

import pytest

from members.lib.actor import system
from members.models import Identifier, IdentityConflict, ImportBatch, Job, Member
from members.services import imports, jobs
from members.services.imports import options, work
from members.services.imports.member_write import MemberWriter

BY = system("test")
PEOPLE = 60
pytestmark = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    """What a kill -9 is to the code: no handler, no ending, the transaction gone."""


def started(text: str) -> tuple[ImportBatch, Job]:
    batch = imports.receive(name="members.csv", content=[text.encode()], chosen=imports.Options(kind="members"), by=BY)
    job = imports.start(batch, by=BY)
    assert job is not None
    return batch, job


@pytest.mark.parametrize("stage_is_lost", [False, True])
def test_it_goes_on_at_the_chunk_where_it_died(monkeypatch: pytest.MonkeyPatch, stage_is_lost: bool) -> None:
    monkeypatch.setattr(work, "CHUNK", 10)
    _, before = started("member_no,phone\nA,13900139001\nB,13900139002\n")
    jobs.run(before.pk)
    rows = [f"M{n},1380013{n:04d}" for n in range(PEOPLE)]
    batch, job = started("\n".join(["member_no,phone", *rows, "A,13900139002"]))
    write, seen = MemberWriter.write, []

    def dies_in_the_third(writer: MemberWriter, plan: object) -> None:
        write(writer, plan)  # type: ignore[arg-type]
        seen.append(plan)
        if len(seen) == 3:
            raise Killed

    monkeypatch.setattr(MemberWriter, "write", dies_in_the_third)
    with pytest.raises(Killed):
        jobs.run(job.pk)
    assert Member.objects.filter(batch=batch).count() == 20
    if stage_is_lost:
        options.stage_path(batch).unlink()

    Job.objects.filter(pk=job.pk).update(state="queued")
    jobs.run(job.pk)

    counts = ImportBatch.objects.get(pk=batch.pk).counts
    assert (counts["accepted"], counts["rejected"], counts["members"]) == (PEOPLE, 1, PEOPLE)
    assert Member.objects.filter(batch=batch).count() == Identifier.objects.filter(batch=batch).count() == PEOPLE
    assert IdentityConflict.objects.get().row == PEOPLE + 1
