"""Reviews from a file: new ones are written, changed ones replace the old, the same ones change nothing."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from members.lib import clock
from members.lib.actor import Actor
from members.models import Member, Product, Store, Touched
from members.services import audit
from surveys.models import Review
from surveys.rules.named_rows import Unreadable, decoded
from surveys.rules.review_rows import MOST, Fault, Read, read
from surveys.services import themes

BATCH = 500


@dataclass(slots=True)
class Outcome:
    """What became of a file. `faults`: lines that are no reviews; nothing of them was written."""

    new: int = 0
    changed: int = 0
    same: int = 0
    faults: list[Fault] = field(default_factory=list)


@transaction.atomic
def import_file(content: bytes, *, source: str, day: dt.date, dry_run: bool = False, by: Actor) -> Outcome:
    """Take a file of reviews of one source; `day` is for those without a date. Raises Unreadable.

    All good lines are written together or, `dry_run`, none. The same file again changes nothing. What it says of themes
    counts as set by hand.
    """
    rows = list(read(decoded(content), themes.codes()))
    if len(rows) > MOST:
        raise Unreadable("long")
    outcome = Outcome(faults=[row for row in rows if isinstance(row, Fault)])
    good = [row for row in rows if isinstance(row, Read)]
    for start in range(0, len(good), BATCH):
        _take(good[start : start + BATCH], source, day, outcome, dry_run=dry_run)
    if not dry_run:
        detail = {"source": source, "new": outcome.new, "changed": outcome.changed, "rejected": len(outcome.faults)}
        audit.record(by=by, verb="import_reviews", subject_type="review", subject_id=0, detail=detail)
    outcome.faults.sort(key=lambda fault: fault.line)
    return outcome


def _take(rows: list[Read], source: str, day: dt.date, outcome: Outcome, *, dry_run: bool) -> None:
    rows, made = _placed(rows, source, day, outcome)
    there = {one.number: one for one in Review.objects.filter(source=source, number__in=made, voided_at__isnull=True)}
    moods = themes.moods_of_reviews(there.values())
    fresh, old = [], []
    for row in rows:
        one, before = made[row.number], there.get(row.number)
        if before is None:
            outcome.new += 1
        elif _same(before, one, dated=row.date is not None) and row.moods.items() <= moods.get(before.pk, {}).items():
            outcome.same += 1
            continue
        else:
            outcome.changed += 1
            old.append(before)
        fresh.append(one)
    if dry_run:
        return
    said = {row.number: row.moods for row in rows}
    Review.objects.filter(pk__in=[one.pk for one in old]).update(voided_at=clock.now())
    written = Review.objects.bulk_create(fresh)
    themes.set_by_file({one: said[one.number] for one in written})
    themes.mark_reviews([one for one in written if one.text])
    Touched.objects.bulk_create(Touched(kind=Touched.Kind.REVIEW, key=one.pk) for one in [*old, *written])


def _placed(rows: list[Read], source: str, day: dt.date, outcome: Outcome) -> tuple[list[Read], dict[str, Review]]:
    """The rows whose store is known, each with its review."""
    stores = _stores({row.store for row in rows})
    members = _known(Member.objects.filter(number_key__in={row.member.casefold() for row in rows}), "number_key")
    products = _known(Product.objects.filter(sku__in={row.product for row in rows}), "sku")
    kept, made = [], {}
    for row in rows:
        if row.store and row.store not in stores:
            outcome.faults.append(Fault(row.line, "store", row.store))
            continue
        kept.append(row)
        made[row.number] = Review(
            source=source, number=row.number, text=row.text, rating=row.rating, business_date=row.date or day,
            store=stores.get(row.store), member=members.get(row.member.casefold()), product=products.get(row.product),
        )  # fmt: skip
    return kept, made


def _stores(said: set[str]) -> dict[str, Store]:
    """By code, or else by the name that only one of them has: review sites know no codes of ours."""
    by_code = _known(Store.objects.filter(code__in=said), "code")
    named = list(Store.objects.filter(name__in=said))
    times = Counter(store.name for store in named)
    return {store.name: store for store in named if times[store.name] == 1} | by_code


def _known(found: Iterable[Any], name: str) -> dict[str, Any]:
    return {getattr(one, name): one for one in found}


def _same(before: Review, one: Review, *, dated: bool) -> bool:
    """Whether both say the same; a file without dates gives no other date."""
    names = ["rating", "text", "store_id", "member_id", "product_id", *(["business_date"] if dated else [])]
    return all(getattr(before, name) == getattr(one, name) for name in names)
