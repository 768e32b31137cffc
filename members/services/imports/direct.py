"""Orders and refunds that another system sends, some hundreds at a time: read, resolved and written as those of a file.

What one actor sends in one day under one source is one import, so that it is listed and can be undone. Nothing is
staged: a request is small, and its answer is given on the spot.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from members import events
from members.lib import clock
from members.lib.actor import Actor
from members.lib.money import to_units
from members.models import ImportBatch, Order, Refund
from members.queries import merchants, scope
from members.rules.imports.pieces import ORDER, Piece, Products, plain
from members.rules.imports.problems import Level, Problem
from members.rules.imports.rows import Rules
from members.rules.imports.sent import Item, Read, Reader
from members.services import audit
from members.services.imports import bulk, options, places, staging
from members.services.imports.options import Options
from members.services.imports.resolve import Plan
from members.services.imports.stage import Head, head_of
from members.services.imports.write import Writer
from members.services.webhooks import outbox

PRESET = "api"
RECORDED = "orders.recorded"  # the event that webhooks are told of
ATTEMPTS = 5
NEW, SAME, CHANGED, REFUSED = "new", "same", "changed", "refused"
HELD_BACK = "held_back"  # nothing is wrong with it, but with another one of its request
_COUNTS = ("rows", "accepted", "fixed", "rejected", "duplicates", "orders", "refunds", "members")

ReadOne = Callable[[Reader, Item], Read]


@dataclass(slots=True)
class Outcome:
    """What became of one item; `problems` say why it was refused, or what was put right. Rows count from its first.

    `kind` as of a file: in "lines" each row is a line of the order.
    """

    number: str
    kind: str
    rows: range
    said: str = REFUSED
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, code: str, name: str, value: str = "", **params: str) -> None:
        self.said = REFUSED
        self.problems.append(Problem(self.rows.start, Level.REJECT, code, name, value, params))


@dataclass(slots=True)
class Answer:
    """What became of a request, item by item. `held_back`: nothing was stored, for the sake of those refused."""

    outcomes: list[Outcome]
    held_back: bool = False

    def count(self, said: str) -> int:
        return sum(1 for outcome in self.outcomes if outcome.said == said)

    def hold_back(self) -> None:
        self.held_back = True
        for outcome in self.outcomes:
            outcome.said = REFUSED if outcome.said == REFUSED else HELD_BACK


def orders(items: Sequence[Item], *, all_or_nothing: bool, by: Actor) -> Answer:
    """Take these orders. One that is stored already is the same, or becomes a new version."""
    return _taken(items, lambda reader, item: reader.order(item), all_or_nothing, by)


def refunds(items: Sequence[Item], *, all_or_nothing: bool, by: Actor) -> Answer:
    """Take these refunds. One whose order is not stored yet is refused: it can be sent again after the order."""
    return _taken(items, lambda reader, item: reader.refund(item), all_or_nothing, by)


def _taken(items: Sequence[Item], read: ReadOne, all_or_nothing: bool, by: Actor) -> Answer:
    """In one transaction; planned afresh when another writer has just created the same member or order."""
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                bulk.one_import_at_a_time()
                answer = _Request(by).take(items, read)
                if all_or_nothing and answer.count(REFUSED):
                    transaction.set_rollback(True)
                    answer.hold_back()
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            break
    if answer.count(NEW) or answer.count(CHANGED):
        events.facts_changed.send(sender=ImportBatch, by=by, wait=False)
    return answer


class _Request:
    """One request on its way, inside its transaction."""

    def __init__(self, by: Actor) -> None:
        self._by = by
        self._defaults = options.defaults(Options(source=by.source), None)
        self._known = places.load(self._defaults)
        self._own = dict(scope.stores(by).values_list("pk", "code"))
        self._outcomes: list[Outcome] = []
        self._of_row: dict[int, Outcome] = {}  # by the number of the first row
        self._first: dict[tuple[str, str], tuple[Outcome, bytes]] = {}  # kind and number -> who came first, his content
        self._again: list[tuple[Outcome, Outcome]] = []  # the same item once more, and the first of them

    def take(self, items: Sequence[Item], read: ReadOne) -> Answer:
        batches = self._batches()
        reader = Reader(_rules(), 1 + max((batch.summary["received"] for batch in batches.values()), default=0))
        heads: dict[str, list[Head]] = {}
        products: Products = {}
        for item in items:
            found = read(reader, item)
            if (head := self._placed(found)) is not None:
                heads.setdefault(found.kind, []).append(head)
                products |= {sku: said for sku, said in found.products.items() if not products.get(sku, ("",))[0]}
        places.create_products([(sku, *said) for sku, said in products.items()])
        for kind, listed in heads.items():
            if own := self._of_own_stores(kind, listed):
                batch = batches.get(kind) or self._new_batch(kind)
                self._write(batch, own, self._outcomes[-1].rows.stop - 1)
        for later, first in self._again:
            later.said, later.problems = (SAME, []) if first.said != REFUSED else (REFUSED, first.problems)
        return Answer(self._outcomes)

    # --- what one item is ---------------------------------------------------------------------------------------

    def _placed(self, found: Read) -> Head | None:
        """The head of an item that can be taken so far; else its outcome says why it is refused."""
        piece = found.piece
        number = piece.number if piece and piece.number else found.number
        outcome = Outcome(number, found.kind, found.rows, problems=list(found.problems))
        self._outcomes.append(outcome)
        self._of_row[found.rows.start] = outcome
        if piece is None or found.is_refused or not self._in_own_store(piece, outcome):
            return None
        head = head_of(piece)
        return head if self._comes_first(head, outcome) else None

    def _in_own_store(self, piece: Piece, outcome: Outcome) -> bool:
        """Whether it names a store of the sender. An order that names none is of the only store there is for it."""
        if piece.store:
            found = self._known.stores.get(piece.store)
            if found is None or found[0] not in self._own:
                outcome.refuse("store_unknown", "store", piece.store)
                return False
        elif piece.kind == ORDER:
            if len(self._own) != 1:
                outcome.refuse("store_missing", "store")
                return False
            (piece.store,) = self._own.values()
        return True

    def _comes_first(self, head: Head, outcome: Outcome) -> bool:
        first, content = self._first.setdefault((head.kind, head.number), (outcome, head.hash))
        if first is outcome:
            return True
        if content == head.hash:
            self._again.append((outcome, first))
        else:
            name = "order_no" if head.kind == ORDER else "refund_no"
            outcome.refuse("item_conflict", name, head.number, item=str(self._outcomes.index(first)))
        return False

    def _of_own_stores(self, kind: str, heads: Sequence[Head]) -> list[Head]:
        """Those that change nothing of a store which is not the sender's."""
        if self._by.store_ids is None:
            return list(heads)
        model = Refund if kind == "refunds" else Order
        taken = self._elsewhere(model, [head.number for head in heads])
        unseen = self._elsewhere(Order, [head.ref for head in heads if head.ref])
        own = []
        for head in heads:
            outcome = self._of_row[head.first]
            if head.number in taken:
                name = "refund_no" if model is Refund else "order_no"
                outcome.refuse("number_of_other_store", name, head.number)
            elif head.ref in unseen:
                outcome.refuse("unknown_order", "order_no", head.ref, order=head.ref)
            else:
                own.append(head)
        return own

    def _elsewhere(self, model: type[Order] | type[Refund], numbers: Sequence[str]) -> set[str]:
        """Those of the numbers that stand for something of another store."""
        standing = model.objects.filter(source=self._by.source, number__in=numbers, voided_at=None)
        return set(standing.exclude(store__in=self._own).values_list("number", flat=True))

    # --- into the database ----------------------------------------------------------------------------------------

    def _write(self, batch: ImportBatch, heads: Sequence[Head], received: int) -> None:
        self._make_channels(heads)
        writer = Writer(batch, self._known, guests=False, one_sender=True)
        writer.prepare(heads)
        plan = writer.plan(heads)
        writer.write(plan)
        self._tell(plan)
        counts = plan.counted(batch.counts) | {"rejected": 0}  # what was refused has been told and is not kept
        batch.counts = counts | {"rows": sum(counts[name] for name in ("accepted", "fixed", "duplicates"))}
        batch.summary, batch.finished_at = {"received": received}, clock.now()
        batch.save(update_fields=["counts", "summary", "finished_at"])
        if plan.orders or plan.refunds:
            detail = {"source": batch.source, "orders": len(plan.orders), "refunds": len(plan.refunds)}
            audit.record(by=self._by, verb="import", subject_type="import", subject_id=batch.pk, detail=detail)
            outbox.emit(RECORDED, _news(batch, plan))

    def _make_channels(self, heads: Sequence[Head]) -> None:
        words = {head.channel or self._defaults.channel for head in heads}
        if words - self._known.channels.keys():
            places.create_channels(sorted(words), {self._defaults.channel: self._defaults.channel_name})
            self._known = places.load(self._defaults)

    def _tell(self, plan: Plan) -> None:
        for entry in plan.orders + plan.refunds:
            self._of_row[entry.head.first].said = NEW if entry.replaces is None else CHANGED
        for head in plan.duplicates:
            self._of_row[head.first].said = SAME
        for problem in plan.problems:
            if problem.row in self._of_row:  # one finding, though it is told of every row
                self._of_row[problem.row].problems.append(_without_others(problem))

    # --- the day's import -------------------------------------------------------------------------------------------

    def _batches(self) -> dict[str, ImportBatch]:
        """Today's, by the kind of file. One that was undone stays as it is; what comes after is a new one."""
        found = ImportBatch.objects.filter(
            preset=PRESET, source=self._by.source, created_by=self._by.name, file_name=self._name(),
            state=ImportBatch.State.DONE,
        )  # fmt: skip
        return {batch.kind: batch for batch in found.order_by("pk")}

    def _new_batch(self, kind: str) -> ImportBatch:
        return ImportBatch.objects.create(
            file_name=self._name(), preset=PRESET, source=self._by.source, kind=kind, created_by=self._by.name,
            # There is no file, nor a copy to be forgotten: a path at which none will ever lie.
            path=f"imports/api-{secrets.token_hex(8)}", forgotten_at=clock.now(),
            state=ImportBatch.State.DONE, counts=dict.fromkeys(_COUNTS, 0), summary={"received": 0},
        )  # fmt: skip

    def _name(self) -> str:
        sender = self._by.name if self._by.kind == "shop" else f"API {self._by.name}"
        return f"{sender} {clock.local_date(clock.now(), merchants.current().zone)}"


def tell(order: Order) -> None:
    """Webhooks learn of the new status of an order as of any other change of it."""
    said = {
        "id": order.pk, "number": order.number, "status": order.status, "total": plain(to_units(order.total)),
        "member_id": order.member_id, "replaces": order.replaces_id,
    }  # fmt: skip
    outbox.emit(RECORDED, {"import": order.batch_id, "source": order.source, "orders": [said], "refunds": []})


def _news(batch: ImportBatch, plan: Plan) -> dict[str, Any]:
    """What was written, as webhooks are told it: numbers and amounts, and members by our own ids."""
    orders = [
        {"id": entry.id, "number": entry.head.number, "status": entry.status, "total": plain(entry.head.total),
         "member_id": entry.member_id, "replaces": entry.replaces}
        for entry in plan.orders
    ]  # fmt: skip
    refunds = [
        {"number": entry.head.number, "order_number": entry.head.ref, "amount": plain(entry.head.total),
         "member_id": entry.member_id}
        for entry in plan.refunds
    ]  # fmt: skip
    return {"import": batch.pk, "source": batch.source, "orders": orders, "refunds": refunds}


def _rules() -> Rules:
    asked = options.reading(Options())
    return Rules(asked.currency, staging.clock_of(asked))


def _without_others(problem: Problem) -> Problem:
    """Whose an identifier is the sender need not know: that stands on the page of conflicts."""
    if problem.code != "identifiers_conflict":
        return problem
    return Problem(problem.row, problem.level, problem.code, problem.field, "", {"order": problem.params["order"]})
