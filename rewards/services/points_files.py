"""Points by file: checked first, with nothing given; then written by a job, above a limit with a second person.

A row has a key of its content (or its reference), by which the ledger knows it: no file gives anything twice.
"""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Abs, Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import problems as of_members
from members.lib import clock, display
from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Approval, Job, Member
from members.queries import approvals as approval_queries
from members.queries import merchants, people, scope
from members.queries.actors import actor_by_id
from members.rules.imports.instants import Clock
from members.rules.imports.problems import Refused as FileRefused
from members.services import approvals, audit, jobs
from members.services.approvals import Change, Words
from members.services.imports import bulk, owners
from rewards.models import Account, Adjustment, Entry, PointsFile
from rewards.rules import lots
from rewards.rules.points_files import Reader, Said, Wrong, read
from rewards.services import adjustments, ledger
from rewards.services.ledger import Deed, Term

JOB: Final = "points_file"
KIND: Final = JOB  # of what a second person decides
MOST_ROWS: Final = 50_000
MOST_BYTES: Final = 20 * 2**20
TOLD: Final = 500  # findings that are kept
CHUNK: Final = 200
State, Kind = PointsFile.State, PointsFile.Kind


class Refused(ValueError):
    """The file cannot be read or written; the text says why, for the reader. Nothing was changed."""


@dataclass(slots=True)
class _Checked:
    lines: list[Adjustment] = field(default_factory=list)
    findings: list[tuple[int, str, str]] = field(default_factory=list)
    repeated: int = 0


def check(path: Path, name: str, kind: str, *, by: Actor) -> PointsFile:
    """Read a file and say what it would do: nothing is given. Refused when it is no table of members and points."""
    if not by.may(Right.ADJUST_POINTS):
        raise PermissionDenied(Right.ADJUST_POINTS)
    if path.stat().st_size > MOST_BYTES:
        raise Refused(of_members.refusal("file_too_large", {"limit": str(MOST_BYTES >> 20)}))
    try:
        said = list(read(path, name, _reader(), MOST_ROWS))
    except FileRefused as refused:
        raise Refused(of_members.refusal(refused.code, refused.params)) from refused
    with transaction.atomic():
        found = _checked(said, Kind(kind), by)
        given = [line.points for line in found.lines]
        made = PointsFile.objects.create(
            kind=kind, file_name=name[-120:] or "-", rows=len(said), repeated=found.repeated,
            wrong=len(found.findings), given=sum(n for n in given if n > 0), taken=-sum(n for n in given if n < 0),
            findings=found.findings[:TOLD], created_by_id=by.user_id,
        )  # fmt: skip
        for line in found.lines:
            line.file = made
        Adjustment.objects.bulk_create(found.lines, batch_size=500)
    return made


@transaction.atomic
def start(file: PointsFile, *, by: Actor) -> Job | Approval:
    """Have the checked rows written, at once or when a second person agrees. Refused when that has been done."""
    held = PointsFile.objects.select_for_update().get(pk=file.pk)
    if not is_free(held):
        raise Refused(_("This file was written, discarded or handed on to a second person in the meantime."))
    if not held.lines.exists():
        raise Refused(_("No row of the file is to be written."))
    if by.user_id is not None and _needs_second(held, by):
        return _ask(held, by)
    return _enqueue(held, by)


def _needs_second(file: PointsFile, by: Actor) -> bool:
    """Above a sum, over all files of a person on a day; or above what the person may give one member by hand."""
    start = lots.start_of_day(people.today(), merchants.current().zone)
    others = PointsFile.objects.filter(
        created_by=by.user_id, created_at__gte=start, state__in=[State.WRITING, State.DONE]
    )
    before = others.exclude(pk=file.pk).aggregate(sum=Sum(F("given") + F("taken"), default=0))["sum"]
    if before + file.given + file.taken > settings.POINTS_IMPORT_LIMIT:
        return True
    each = file.lines.values("member").annotate(sum=Sum(Abs("points"))).order_by()
    return file.kind == Kind.ADJUST and each.filter(sum__gt=settings.POINTS_ADJUST_LIMIT).exists()


def is_free(file: PointsFile) -> bool:
    """Whether it can be written or discarded: checked, or what was asked for it was declined, withdrawn or is over."""
    return file.state == State.CHECKED or (file.state == State.WAITING and request_of(file) is None)


def request_of(file: PointsFile) -> Approval | None:
    """The request that waits for a second person."""
    waiting = Approval.objects.filter(approval_queries.still_open(), kind=KIND)
    return waiting.filter(payload__file=file.pk).first()


@transaction.atomic
def discard(file: PointsFile, *, by: Actor) -> None:
    """Forget the rows of a file that was not written."""
    held = PointsFile.objects.select_for_update().get(pk=file.pk)
    if not is_free(held):
        raise Refused(_("This file was written, discarded or handed on to a second person in the meantime."))
    held.lines.all().delete()
    PointsFile.objects.filter(pk=held.pk).update(state=State.DISCARDED)
    audit.record(by=by, verb="discard", subject_type="points_file", subject_id=held.pk)


def _reader() -> Reader:
    zone = merchants.current().zone
    far = dt.datetime(9998, 1, 1, tzinfo=dt.UTC)
    return Reader(Clock(ZoneInfo(zone), far), clock.local_date(clock.now(), zone), merchants.region())


def _checked(said: Sequence[Said | Wrong], kind: PointsFile.Kind, by: Actor) -> _Checked:
    rows = [row for row in said if isinstance(row, Said)]
    found = _Checked(findings=[(row.row, row.field, row.code) for row in said if isinstance(row, Wrong)])
    known = owners.of({key for row in rows for key in row.keys}, source="")
    own = _own({owner.member for owner in known.values()}, by)
    seen: Counter[str] = Counter()
    for row in rows:
        named = {known[key] for key in row.keys if key in known}
        people = {owner.member for owner in named}
        if wrong := _wrong(row, people & own, len(people), kind):
            found.findings.append((row.row, *wrong))
            continue
        record = min(owner.record for owner in named)
        found.lines.append(_line(row, people.pop(), _key(row, record, kind, seen), kind, by))
    _leave_out_written(found)
    _leave_out_uncovered(found)
    found.findings.sort()
    return found


def _own(ids: Collection[int], by: Actor) -> set[int]:
    """Those of the actor's stores who are not erased."""
    own: set[int] = set()
    for part in bulk.in_parts(ids):
        own |= set(scope.members(by).filter(pk__in=part, erased_at=None).values_list("pk", flat=True))
    return own


def _wrong(row: Said, own: Collection[int], people: int, kind: PointsFile.Kind) -> tuple[str, str] | None:
    """The column and the code of what is wrong with a row that can be read."""
    if people > 1:
        return row.keys[0][0].replace("number", "member_no"), "identifiers_conflict"
    if not own:
        return row.keys[0][0].replace("number", "member_no"), "unknown_member"
    if kind == Kind.OPENING and row.points < 0:
        return "points", "owed"
    if row.earned_on and row.expires_on and row.expires_on < row.earned_on:
        return "expires_on", "expires_first"
    return None


def _key(row: Said, record: int, kind: PointsFile.Kind, seen: Counter[str]) -> str:
    """What makes the row happen once: its reference, or its content and how often that stands above it."""
    if row.reference:
        return f"{kind}:ref:{row.reference}"
    said = (record, row.points, row.earned_on, row.expires_on, row.reason, row.note)
    content = hashlib.sha256(repr((str(kind), *map(str, said))).encode()).hexdigest()[:32]
    seen[content] += 1
    return f"{kind}:{content}:{seen[content]}"


def _line(row: Said, member: int, key: str, kind: PointsFile.Kind, by: Actor) -> Adjustment:
    reason = row.reason or (Adjustment.Reason.CORRECTION if kind == Kind.OPENING else Adjustment.Reason.OTHER)
    return Adjustment(
        member_id=member, points=row.points, reason=reason, note=row.note, key=key, row=row.row,
        earned_on=row.earned_on, expires_on=row.expires_on, created_by_id=by.user_id,
    )  # fmt: skip


def _leave_out_written(found: _Checked) -> None:
    """Rows whose key stands for the same row already are done; for another one, they are wrong."""
    there: dict[str, tuple[object, ...]] = {}
    for part in bulk.in_parts({line.key for line in found.lines}):
        done = Adjustment.objects.filter(key__in=part, entry__isnull=False)
        there |= {line.key: _content(line) for line in done}
    kept = []
    for line in found.lines:
        if line.key not in there:
            there[line.key] = _content(line)
            kept.append(line)
        elif there[line.key] == _content(line):
            found.repeated += 1
        else:
            found.findings.append((line.row or 0, "reference", "reference_used"))
    found.lines = kept


def _content(line: Adjustment) -> tuple[object, ...]:
    return (line.points, line.earned_on, line.expires_on)


def _leave_out_uncovered(found: _Checked) -> None:
    """Rows that take more than is there, the rows above them counted in."""
    takers = {line.member_id for line in found.lines if line.points < 0}
    there: Counter[int] = Counter()
    for part in bulk.in_parts(takers):
        sums = Account.objects.annotate(owner=Coalesce("member__merged_into", "member")).filter(owner__in=part)
        there.update(dict(sums.order_by().values_list("owner").annotate(Sum("balance"))))
    kept = []
    for line in found.lines:
        if line.points < 0 and there[line.member_id] + line.points < 0:
            found.findings.append((line.row or 0, "points", "not_enough"))
            continue
        there[line.member_id] += line.points
        kept.append(line)
    found.lines = kept


def _ask(file: PointsFile, by: Actor) -> Approval:
    payload = {"file": file.pk, "rows": file.lines.count(), "given": file.given, "taken": file.taken}
    try:
        asked = approvals.propose(KIND, payload, reason=file.file_name, by=by)
    except approvals.Refused as refused:
        raise Refused(str(refused)) from refused
    PointsFile.objects.filter(pk=file.pk).update(state=State.WAITING)
    return asked


def _enqueue(file: PointsFile, by: Actor) -> Job:
    PointsFile.objects.filter(pk=file.pk).update(state=State.WRITING)
    rows = file.lines.count()
    detail = {"kind": file.kind, "rows": rows, "given": file.given, "taken": file.taken}
    audit.record(by=by, verb="import", subject_type="points_file", subject_id=file.pk, detail=detail)
    return jobs.enqueue(JOB, {"file": file.pk}, by, total=rows)


def _check(approval: Approval, _asker: Actor) -> None:
    file = _file(approval)
    if file is None or file.state not in {State.CHECKED, State.WAITING}:
        raise approvals.Refused(_("This file was written or discarded in the meantime."))


def _words(approval: Approval) -> Words:
    file, asked = _file(approval), approval.payload
    what = _("Give and take points by the file “%(name)s”") % {"name": file.file_name if file else approval.reason}
    changes = [
        Change(_("Rows that are written"), display.number(0), display.number(asked["rows"])),
        Change(_("Points given"), display.number(0), display.number(asked["given"])),
        Change(_("Points taken"), display.number(0), display.number(asked["taken"])),
    ]
    return Words(what, changes, str(Kind(file.kind).label) if file else "")


@approvals.kind(
    KIND, title=gettext_lazy("Points by file"), ask=Right.ADJUST_POINTS, decide=Right.PROGRAMME, words=_words,
    check=_check,
)  # fmt: skip
def _apply(approval: Approval, _by: Actor) -> None:
    file = _file(approval)
    assert file is not None  # noqa: S101 - `_check` was here a moment ago
    _enqueue(file, actor_by_id(approval.asked_by_id))


def _file(approval: Approval) -> PointsFile | None:
    return PointsFile.objects.filter(pk=approval.payload["file"]).first()


def _ended(job: Job) -> None:
    """A job that was cancelled or failed leaves the file to be started again: what is written stays written."""
    state = State.DONE if job.state == Job.State.DONE else State.CHECKED
    PointsFile.objects.filter(pk=job.arguments["file"], state=State.WRITING).update(state=state)


@jobs.handler(JOB, title=gettext_lazy("Write a file of points"), on_end=_ended)
def write(run: jobs.Run) -> None:
    """Row by row, each once: the ledger knows a key."""
    file = PointsFile.objects.get(pk=run.arguments["file"])
    done = file.lines.exclude(entry=None, problem="").count()
    while lines := list(_waiting(file)[:CHUNK]):
        with run.step() as step:
            for line in lines:
                _write(line, file, run.actor)
            done += len(lines)
            step.progress = done
    counted = file.lines.filter(entry__isnull=False).count()
    run.finish({"file": file.pk, "written": counted, "not_written": file.lines.count() - counted})


def _waiting(file: PointsFile) -> QuerySet[Adjustment]:
    return file.lines.filter(entry=None, problem="").select_related("member").order_by("row")


def _write(line: Adjustment, file: PointsFile, by: Actor) -> None:
    entry, problem = _entered(line, file, by)
    if entry is not None and Adjustment.objects.filter(entry=entry).exists():
        entry, problem = None, "again"
    Adjustment.objects.filter(pk=line.pk).update(entry=entry, problem=problem)


def _entered(line: Adjustment, file: PointsFile, by: Actor) -> tuple[Entry | None, str]:
    """The entry of the row, and why there is none."""
    member: Member = line.member
    if member.erased_at is not None or member.voided_at is not None:
        return None, "erased"
    term = _term(line, Kind(file.kind))
    if term.expires_at and term.expires_at <= clock.now():
        return None, "expired"
    happened = term.available_at or clock.now()
    deed = Deed(f"points-file:{line.key}", by, happened, reason=line.reason, detail={"file": file.pk, "row": line.row})
    try:
        if file.kind == Kind.OPENING:
            made = ledger.earn(member=member, points=line.points, deed=deed, term=term, kind=Entry.Kind.OPENING)
        else:
            made = ledger.adjust(member=member, points=line.points, deed=deed, term=term)
    except ledger.NotEnough:
        return None, "not_enough"
    except ledger.KeyReused:
        return None, "reference_used"
    return made.entry, ""


def _term(line: Adjustment, kind: PointsFile.Kind) -> Term:
    """The days of the file; of points by hand that name no last day, the one that the rules give."""
    zone = merchants.current().zone
    earned_on = line.earned_on or clock.local_date(clock.now(), zone)
    began = lots.start_of_day(earned_on, zone) if line.earned_on else None
    if line.expires_on is None and kind == Kind.ADJUST:
        return Term(began, adjustments.term_from(earned_on).expires_on, zone)
    return Term(began, line.expires_on, zone)
