"""Take an import back: void what it recorded, record anew what it had replaced, restore the fields it changed.

Refused, with the reasons, where later facts stand on it. Everything happens in one transaction, so that nobody ever
sees half of it; afterwards the file can come in again.
"""

import datetime as dt
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy

from members import events
from members.lib import clock
from members.lib.actor import Actor
from members.lib.id_set import id_set
from members.models import (
    Exclusion,
    Identifier,
    IdentityConflict,
    ImportBatch,
    Job,
    Member,
    MemberEdit,
    MemberMerge,
    Order,
    Refund,
)
from members.services import audit, jobs
from members.services.imports import bulk, claims, edits, versions

KIND = "undo"
State = ImportBatch.State
UNDOABLE = (State.DONE, State.CANCELLED, State.FAILED)
SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an import cannot be undone: later facts of one kind, how many, and the numbers of the first few."""

    code: str
    count: int
    samples: list[str]


@dataclass(slots=True)
class Preview:
    """What an undo does: orders and refunds withdrawn, earlier versions restored, guest orders given back, members
    withdrawn, fields of members restored; or the reasons against it."""

    orders: int = 0
    refunds: int = 0
    restored: int = 0
    guests: int = 0
    members: int = 0
    fields: int = 0
    reasons: list[Reason] = field(default_factory=list)


def preview(batch: ImportBatch) -> Preview:
    """What undoing the import would do now."""
    orders, refunds = _standing(Order, batch), _standing(Refund, batch)
    return Preview(
        orders=orders.count(),
        refunds=refunds.count(),
        restored=len(_replaced(Order, orders, batch)) + len(_replaced(Refund, refunds, batch)),
        guests=claims.claimed_by(batch).count(),
        members=Member.objects.filter(batch=batch, voided_at=None).count(),
        fields=edits.of(batch).count(),
        reasons=reasons(batch),
    )


@transaction.atomic
def start(batch: ImportBatch, *, by: Actor) -> Job | None:
    """Queue the undo. None when the import is not in a state that can be undone."""
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state not in UNDOABLE:
        return None
    before = locked.state
    locked.job = jobs.enqueue(KIND, {"batch": batch.pk, "before": before}, by)
    locked.state, locked.undo = State.UNDOING, {}
    locked.save(update_fields=["job", "state", "undo"])
    return locked.job


def _ended(job: Job) -> None:
    """An undo that did not get through leaves the import as it was."""
    if job.state in (Job.State.FAILED, Job.State.CANCELLED):
        undoing = ImportBatch.objects.filter(job=job, state=State.UNDOING)
        undoing.update(state=job.arguments["before"])


@jobs.handler(KIND, on_end=_ended, title=gettext_lazy("Undo an import"))
def work(run: jobs.Run) -> None:
    """Arguments: `batch` (id), `before` (its state, to go back to)."""
    batch = ImportBatch.objects.get(pk=run.arguments["batch"])
    if batch.state != State.UNDOING:
        return
    with run.step():
        bulk.one_import_at_a_time()
        found = preview(batch)
        if found.reasons:
            batch.state, batch.undo = run.arguments["before"], {"reasons": [asdict(reason) for reason in found.reasons]}
        else:
            _undo(batch, clock.now())
            batch.state, batch.undone_at = State.UNDONE, clock.now()
            batch.undo = {name: value for name, value in asdict(found).items() if name != "reasons"}
            audit.record(by=run.actor, verb="undo", subject_type="import", subject_id=batch.pk, detail=batch.undo)
        batch.save(update_fields=["state", "undo", "undone_at"])
    events.facts_changed.send(sender=ImportBatch, by=run.actor, wait=False)


# --- what stands against it -------------------------------------------------------------------------------------


def reasons(batch: ImportBatch) -> list[Reason]:
    """Later facts that would lose their ground; empty when the import can be undone."""
    mine = Member.objects.filter(batch=batch, voided_at=None)
    merges = MemberMerge.objects.filter(Q(member__in=mine) | Q(into__in=mine), voided_at=None)
    excluded = Exclusion.objects.filter(member__in=mine, voided_at=None)
    found = [
        _reason("later_orders", _later(Order, batch), "number"),
        _reason("later_refunds", _later(Refund, batch), "number"),
        _reason("refunds_of_orders", _refunds_of_lost_orders(batch), "number"),
        _reason("orders_of_members", _on_members(Order, mine, batch), "number"),
        _reason("refunds_of_members", _on_members(Refund, mine, batch), "number"),
        _reason("recognised_by", _recognised_by(batch), "number"),
        _reason("identifiers_of_members", _of_others(mine, batch), "member__number"),
        _reason("merged_members", merges, "member__number"),
        _reason("excluded_members", excluded, "member__number"),
        _reason("edited_members", edits.overtaken(batch), "member__number"),
    ]
    return [reason for reason in found if reason is not None]


def _reason(code: str, rows: QuerySet[Any], name: str) -> Reason | None:
    count = rows.count()
    samples = [str(value) for value in rows.order_by("pk").values_list(name, flat=True)[:SAMPLES]] if count else []
    return Reason(code, count, samples) if count else None


def _standing(model: type[Order] | type[Refund], batch: ImportBatch) -> QuerySet[Any]:
    return model.objects.filter(batch=batch, voided_at=None)


def _later(model: type[Order] | type[Refund], batch: ImportBatch) -> QuerySet[Any]:
    """Standing versions by other imports of what this one had recorded before."""
    mine = model.objects.filter(
        batch=batch, source=OuterRef("source"), number=OuterRef("number"), pk__lt=OuterRef("pk")
    )
    return model.objects.filter(~Q(batch=batch) | Q(batch=None), Exists(mine), voided_at=None)


def _refunds_of_lost_orders(batch: ImportBatch) -> QuerySet[Refund]:
    """Refunds by others that name an order which would be gone."""
    others = Refund.objects.filter(~Q(batch=batch) | Q(batch=None), voided_at=None)
    naming = others.filter(order__batch=batch, order__voided_at=None)
    named = _standing(Order, batch).filter(pk__in=naming.values("order"))
    return naming.exclude(order__in=id_set(_replaced(Order, named, batch)))


def _on_members(model: type[Order] | type[Refund], mine: QuerySet[Member], batch: ImportBatch) -> QuerySet[Any]:
    """Facts of other imports on the members that this one created, save guest orders that it only claimed."""
    others = model.objects.filter(~Q(batch=batch) | Q(batch=None), buyer__in=mine, voided_at=None)
    return others.exclude(pk__in=claims.claimed_by(batch).values("pk")) if model is Order else others


def _recognised_by(batch: ImportBatch) -> QuerySet[Order]:
    """Later orders of others whose buyer was recognised by a kind of identifier that this import had brought."""
    kinds = {"account": "account", "number": "card", "phone": "phone", "email": "email"}
    brought = Identifier.objects.filter(batch=batch, voided_at=None, member=OuterRef("buyer"))
    renamed = MemberEdit.objects.filter(batch=batch, member=OuterRef("buyer"), field="number")
    match = Q(Q(matched_by="number"), Exists(renamed))
    for way, kind in kinds.items():
        match |= Q(Q(matched_by=way), Exists(brought.filter(kind=kind)))
    by_hand = Q(batch=None, recorded_at__gt=batch.created_at)
    later = Order.objects.filter(Q(batch__gt=batch.pk) | by_hand, match, voided_at=None).exclude(buyer__batch=batch)
    return later.exclude(pk__in=claims.claimed_by(batch).values("pk"))


def _of_others(mine: QuerySet[Member], batch: ImportBatch) -> QuerySet[Identifier]:
    return Identifier.objects.filter(~Q(batch=batch) | Q(batch=None), member__in=mine, voided_at=None)


# --- the undo itself --------------------------------------------------------------------------------------------


def _undo(batch: ImportBatch, now: dt.datetime) -> None:
    claims.give_back(batch, now=now)
    orders = _replaced(Order, _standing(Order, batch), batch)
    refunds = _replaced(Refund, _standing(Refund, batch), batch)
    _void(Refund, batch, now)
    _void(Order, batch, now)
    restored = versions.restore(Order, list(orders.values()), now=now)
    versions.move_refunds({new: restored[old] for new, old in orders.items()}, now=now)
    versions.restore(Refund, list(refunds.values()), now=now)
    Identifier.objects.filter(batch=batch, voided_at=None).update(voided_at=now)
    Member.objects.filter(batch=batch, voided_at=None).update(voided_at=now)
    edits.revert(batch)
    IdentityConflict.objects.filter(batch=batch, resolved_at=None).delete()


def _void(model: type[Order] | type[Refund], batch: ImportBatch, now: dt.datetime) -> None:
    kind, table = ("order", "members_order") if model is Order else ("refund", "members_refund")
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into members_touched (kind, key) select '{kind}', id from {table}"  # noqa: S608 (our own names)
            " where batch_id = %s and voided_at is null",
            [batch.pk],
        )
    _standing(model, batch).update(voided_at=now)


def _replaced(model: type[Order] | type[Refund], rows: QuerySet[Any], batch: ImportBatch) -> dict[int, int]:
    """Version of this import -> the version of another one that it replaced, directly or by way of its own ones."""
    before = dict(rows.filter(replaces__isnull=False).values_list("pk", "replaces"))
    found: dict[int, int] = {}
    while before:
        older = {
            pk: (batch_id, replaces)
            for part in bulk.in_parts(set(before.values()))
            for pk, batch_id, replaces in model.objects.filter(pk__in=part).values_list("pk", "batch", "replaces")
        }
        found |= {pk: old for pk, old in before.items() if older[old][0] != batch.pk}
        before = {pk: older[old][1] for pk, old in before.items() if older[old][0] == batch.pk and older[old][1]}
    return found
