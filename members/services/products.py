"""Products that another system keeps up: created, or given another name or category. None is ever taken away."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from members.lib.actor import Actor
from members.models import Category, Product
from members.rules.imports import text
from members.rules.imports.problems import BadValue, Level, Problem
from members.rules.imports.rows import LIMITS, SHOWN
from members.services import audit
from members.services.imports import bulk
from members.services.imports.direct import CHANGED, NEW, REFUSED, SAME, Answer, Outcome

_LIMIT = {"sku": LIMITS["sku"], "name": LIMITS["product"], "category": LIMITS["category"]}
KIND = "products"

Values = dict[str, str]


@transaction.atomic
def upsert(items: Sequence[Mapping[str, str]], *, all_or_nothing: bool, by: Actor) -> Answer:
    """Each by its SKU; what an item does not say stays as it is."""
    bulk.one_import_at_a_time()
    read = [_read(row, item) for row, item in enumerate(items, 1)]
    _refuse_repeated(read)
    good = [(outcome, values) for outcome, values in read if not outcome.problems]
    stored = {product.sku: product for product in Product.objects.filter(sku__in=[v["sku"] for _, v in good])}
    categories = _categories({values.get("category", "") for _, values in good})
    for outcome, values in good:
        outcome.said = _save(stored.get(values["sku"]), values, categories)
    answer = Answer([outcome for outcome, _ in read])
    if all_or_nothing and answer.count(REFUSED):
        transaction.set_rollback(True)
        answer.hold_back()
    elif detail := {said: count for said in (NEW, CHANGED) if (count := answer.count(said))}:
        audit.record(by=by, verb="upsert", subject_type="product", detail=detail)
    return answer


def _read(row: int, item: Mapping[str, str]) -> tuple[Outcome, Values]:
    outcome, values = Outcome("", KIND, range(row, row + 1)), Values()
    for name, raw in item.items():
        parse = _sku if name == "sku" else text.clean
        try:
            values[name], _fix = parse(raw, _LIMIT[name])
        except BadValue as bad:
            outcome.problems.append(Problem(row, Level.REJECT, bad.code, name, raw[:SHOWN], bad.params))
    outcome.number = values.get("sku", "")
    return outcome, values


def _sku(raw: str, limit: int) -> text.Parsed:
    value, fix = text.number(raw, limit)
    if not value:
        raise BadValue("missing")
    return value, fix


def _refuse_repeated(read: Sequence[tuple[Outcome, Values]]) -> None:
    first: dict[str, int] = {}
    for item, (outcome, _) in enumerate(read):
        if outcome.number and (earlier := first.setdefault(outcome.number, item)) != item:
            outcome.refuse("item_conflict", "sku", outcome.number, item=str(earlier))


def _categories(names: set[str]) -> dict[str, Category]:
    """The top categories of these names, created where they are missing."""
    wanted = sorted(names - {""})
    Category.objects.bulk_create((Category(name=name) for name in wanted), ignore_conflicts=True)
    return {category.name: category for category in Category.objects.filter(parent=None, name__in=wanted)}


def _save(product: Product | None, values: Values, categories: Mapping[str, Category]) -> str:
    category = categories.get(values.get("category", ""))
    if product is None:
        Product.objects.create(sku=values["sku"], name=values.get("name", ""), category=category)
        return NEW
    before = product.name, product.category_id
    product.name = values.get("name", product.name)
    if "category" in values:
        product.category = category
    if (product.name, product.category_id) == before:
        return SAME
    product.save(update_fields=["name", "category"])
    return CHANGED
