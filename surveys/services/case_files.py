"""Cases from a file: new ones are written all together, those known already are left as they are worked here."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Case as Either
from django.db.models import CharField, Value, When
from django.db.models.functions import Cast, Concat, Right

from members.lib import clock
from members.lib.actor import Actor
from members.models import Member, Store, Touched
from members.queries import merchants
from members.services import audit
from rewards.models import Benefit
from rewards.queries import tiers
from surveys.models import Case, CaseEntry, Cause
from surveys.queries import calendars
from surveys.rules import business_hours
from surveys.rules.case_rows import MOST, SETTLED, Fault, Moment, Read, cannot_be, read
from surveys.rules.case_states import UNSETTLED
from surveys.rules.named_rows import Unreadable, decoded

BATCH = 500
State = Case.State
_DIGITS = Cast("pk", CharField())
_PADDED = Either(When(pk__gte=10**6, then=_DIGITS), default=Right(Concat(Value("00000"), _DIGITS), 6))
NUMBER = Concat(Value("C"), _PADDED)  # as of a case that is opened by hand


@dataclass(slots=True)
class Outcome:
    """What became of a file. `flagged`: new ones whose times cannot be, or are not known; they are in no average.

    `faults`: lines that are no cases; nothing of them was written.
    """

    new: int = 0
    same: int = 0
    flagged: int = 0
    faults: list[Fault] = field(default_factory=list)


def import_file(content: bytes, *, source: str, day: dt.date, dry_run: bool = False, by: Actor) -> Outcome:
    """Take a file of cases of one source; `day` is for those without any time. Raises Unreadable.

    All good lines are written together or, `dry_run`, none. The same file again changes nothing, nor does a newer one
    change a case that is here already: it is worked here.
    """
    rows = list(read(decoded(content)))
    if len(rows) > MOST:
        raise Unreadable("long")
    try:
        return _import(rows, source, day, dry_run=dry_run, by=by)
    except IntegrityError:  # somebody else sent the same file at the same moment: theirs are known by now
        return _import(rows, source, day, dry_run=dry_run, by=by)


@transaction.atomic
def _import(rows: Sequence[Read | Fault], source: str, day: dt.date, *, dry_run: bool, by: Actor) -> Outcome:
    outcome = Outcome(faults=[row for row in rows if isinstance(row, Fault)])
    taking = _Taking(source, day, outcome)
    good = [row for row in rows if isinstance(row, Read)]
    for start in range(0, len(good), BATCH):
        made = taking.made(good[start : start + BATCH])
        if not dry_run:
            _write(made, by)
    outcome.faults.sort(key=lambda fault: fault.line)
    if not dry_run:
        detail = {"source": source, "new": outcome.new, "rejected": len(outcome.faults)}
        audit.record(by=by, verb="import_cases", subject_type="case", subject_id=0, detail=detail)
    return outcome


def _write(made: Sequence[Case], by: Actor) -> None:
    written = Case.objects.bulk_create(made)
    Case.objects.filter(pk__in=[case.pk for case in written]).update(number=NUMBER)
    opened = CaseEntry.Kind.OPENED
    CaseEntry.objects.bulk_create(
        CaseEntry(case=case, kind=opened, detail={"intake": case.intake}, by=by.name) for case in written
    )
    Touched.objects.bulk_create(Touched(kind=Touched.Kind.CASE, key=case.pk) for case in written)


class _Taking:
    """One file on its way: what rows refer to is looked up once for each batch, hours and targets once in all."""

    def __init__(self, source: str, day: dt.date, outcome: Outcome) -> None:
        self.source, self.day, self.outcome, self.now = source, day, outcome, clock.now()
        self.zone = merchants.current().zone
        self.causes = _causes()
        self.supported = set(
            Benefit.objects.filter(kind=Benefit.Kind.SUPPORT, is_active=True).values_list("tier__code", flat=True)
        )
        self.calendars: dict[int | None, business_hours.Calendar] = {}
        self.targets = {priority: calendars.targets(priority) for priority in Case.Priority.values}

    def made(self, rows: Sequence[Read]) -> list[Case]:
        """A new case for each row that is none yet. Counts, and tells of rows that name what is not there."""
        numbers = [row.number for row in rows]
        there = set(
            Case.objects.filter(source=self.source, source_number__in=numbers).values_list("source_number", flat=True)
        )
        stores = {one.code: one for one in Store.objects.filter(code__in={row.store for row in rows})}
        members = self._members(rows)
        ranks = tiers.on([one.pk for one in members.values()], clock.local_date(self.now, self.zone))
        made = []
        for row in rows:
            if row.number in there:
                self.outcome.same += 1
            elif what := self._not_there(row, stores, members):
                self.outcome.faults.append(what)
            else:
                made.append(self._case(row, stores.get(row.store), members.get(row.member.casefold()), ranks))
        self.outcome.new += len(made)
        self.outcome.flagged += sum(case.is_flagged for case in made)
        return made

    def _members(self, rows: Iterable[Read]) -> dict[str, Member]:
        keys = {row.member.casefold() for row in rows if row.member}
        found = Member.objects.filter(number_key__in=keys, voided_at__isnull=True, erased_at__isnull=True)
        related = found.select_related("home_store", "merged_into__home_store")
        return {one.number_key: one.merged_into or one for one in related}

    def _not_there(self, row: Read, stores: dict[str, Store], members: dict[str, Member]) -> Fault | None:
        if row.store and row.store not in stores:
            return Fault(row.line, "store", row.store)
        if row.member and row.member.casefold() not in members:
            return Fault(row.line, "member", row.member)
        if row.cause and row.cause.casefold() not in self.causes:
            return Fault(row.line, "cause", row.cause)
        store = stores.get(row.store)
        if row.opened and self._at(row.opened, store.zone if store else self.zone) > self.now:
            return Fault(row.line, "future", row.opened.at.isoformat(" "))
        return None

    def _case(self, row: Read, store: Store | None, member: Member | None, ranks: dict[int, str]) -> Case:
        store = store or (member.home_store if member else None)
        zone = store.zone if store else self.zone
        first, resolved = (self._at(one, zone) if one else None for one in (row.first, row.resolved))
        opened = self._opened(row, zone, first, resolved)
        said = (row.opened, row.first, row.resolved)
        exact = row.opened is not None and all(one is None or one.has_hours for one in said)
        is_supported = member is not None and row.state in UNSETTLED and ranks.get(member.pk) in self.supported
        priority = row.priority or (Case.Priority.HIGH if is_supported else Case.Priority.NORMAL)
        case = Case(
            number=str(uuid.uuid4()), source=self.source, source_number=row.number,
            kind=row.kind or Case.Kind.COMPLAINT, intake=row.intake, state=row.state, priority=priority, member=member,
            store=store, contact=row.contact, text=row.text, cause=self.causes.get(row.cause.casefold()),
            staff=row.staff, opened_at=opened, business_date=clock.local_date(opened, zone), first_response_at=first,
            resolved_at=resolved, closed_at=resolved if row.state == State.CLOSED else None,
            waiting_since=(first or opened) if row.state == State.WAITING else None, outcome=row.outcome,
            is_flagged=not exact or cannot_be(opened, first, resolved, self.now)
            or (row.state in SETTLED and resolved is None),
        )  # fmt: skip
        self._clocks(case)
        return case

    def _opened(self, row: Read, zone: str, *others: dt.datetime | None) -> dt.datetime:
        """When it came in; where the file does not say, the first thing it knows of, else the day."""
        if row.opened:
            return self._at(row.opened, zone)
        known = [at for at in others if at is not None and at <= self.now]
        return min(known, default=min(dt.datetime.combine(self.day, dt.time(), ZoneInfo(zone)), self.now))

    def _at(self, moment: Moment, zone: str) -> dt.datetime:
        return moment.at if moment.has_zone else moment.at.replace(tzinfo=ZoneInfo(zone))

    def _clocks(self, case: Case) -> None:
        """Due times for every case; minutes only where they can be counted."""
        calendar = self._calendar(case.store)
        first, resolve = self.targets[case.priority]
        case.first_due_at = business_hours.add_minutes(calendar, case.opened_at, first)
        case.resolve_due_at = business_hours.add_minutes(calendar, case.opened_at, resolve)
        if case.is_flagged:
            return
        if case.first_response_at:
            case.first_minutes = business_hours.minutes_between(calendar, case.opened_at, case.first_response_at)
        if case.resolved_at:
            case.resolve_minutes = business_hours.minutes_between(calendar, case.opened_at, case.resolved_at)

    def _calendar(self, store: Store | None) -> business_hours.Calendar:
        key = store.pk if store else None
        if key not in self.calendars:
            self.calendars[key] = calendars.of_store(store)
        return self.calendars[key]


def _causes() -> dict[str, Any]:
    """Causes by code and by either name, as a file may call them."""
    every = Cause.objects.filter(parent__isnull=False)
    return {name.casefold(): one for one in every for name in (one.code, one.name_zh, one.name_en)}
