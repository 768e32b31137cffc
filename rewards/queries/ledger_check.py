"""What must hold of the points ledger at every moment, asked of the database in one query each."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection
from django.db.models import BigIntegerField, Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Abs, Coalesce

from rewards.models import Account, Coupon, CouponOffer, Earning, Entry, Gift, GiftClaim, Lot, Posting

NOTHING = Value(0, output_field=BigIntegerField())


class Broken(NamedTuple):
    """A row that breaks an invariant: which one, "table id", what the row says and what follows from the others."""

    invariant: str
    row: str
    stated: int
    found: int


def broken() -> Iterator[Broken]:
    """Every row that breaks an invariant; nothing when the ledger is right."""
    _know_the_tables()
    for name, rows in _invariants().items():
        wrong = rows.exclude(stated=F("found")).order_by("pk").values_list("pk", "stated", "found")
        for pk, stated, found in wrong.iterator():
            yield Broken(name, f"{rows.model._meta.model_name} {pk}", stated, found)


def _know_the_tables() -> None:
    """After a bulk load PostgreSQL knows nothing of the tables yet, and would read them whole for each row."""
    if connection.vendor == "postgresql":
        tables = ", ".join(f'"{model._meta.db_table}"' for model in apps.get_app_config("rewards").get_models())
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {tables}")


def _invariants() -> dict[str, QuerySet[Any]]:
    """Name -> the rows it is about, each with what it says (`stated`) and what must equal that (`found`)."""
    accounts, lots, entries = Account.objects.all(), Lot.objects.all(), Entry.objects.all()
    available, pending = Lot.objects.filter(is_pending=False), Lot.objects.filter(is_pending=True)
    postings, debts = Posting.objects.all(), Posting.objects.filter(lot__isnull=True)
    went = Posting.objects.filter(amount__lt=0, lot__isnull=False)
    spent = went.filter(entry__kind__in=[Entry.Kind.REDEEM, Entry.Kind.ADJUST, Entry.Kind.TRANSFER])
    return {
        "balance = left of available lots": _says(accounts, F("balance"), _sum(available, "account", "remaining")),
        "pending = left of pending lots": _says(accounts, F("pending"), _sum(pending, "account", "remaining")),
        "owed = postings without a lot": _says(accounts, F("debt"), NOTHING - _sum(debts, "account", "amount")),
        "balance + pending - owed = postings": _says(
            accounts, F("balance") + F("pending") - F("debt"), _sum(postings, "account", "amount")
        ),
        "left of a lot = its postings": _says(lots, F("remaining"), _sum(postings, "lot", "amount")),
        "a lot came in by its entry": _says(
            lots, F("quantity"), _sum(postings.filter(entry=OuterRef("entry_id")), "lot", "amount")
        ),
        "an entry = its postings": _says(entries, F("amount"), _sum(postings, "entry", "amount")),
        "a posting is of its lot's account": _says(
            postings.filter(lot__isnull=False), F("account_id"), F("lot__account_id")
        ),
        "no more is reversed than was there": _over_reversed(),
        "a reversal turns the sign": _must_be_none(
            Entry.objects.filter(
                Q(amount__gt=0, reverses__amount__gt=0) | Q(amount__lt=0, reverses__amount__lt=0),
                reverses__isnull=False,
            )
        ),
        "an order keeps what its entries say": _says(Earning.objects.all(), F("kept"), _kept()),
        "nothing was spent from an expired lot": _must_be_none(
            spent.filter(lot__expires_at__lte=F("entry__recorded_at"))
        ),
        "nothing was spent before it was available": _must_be_none(
            spent.filter(entry__kind=Entry.Kind.REDEEM, lot__available_at__gt=F("entry__recorded_at"))
        ),
        **_of_stock(),
    }


def _of_stock() -> dict[str, QuerySet[Any]]:
    """What holds of coupons and gifts. That no more is issued than there is, the database itself keeps."""
    offers, gifts, claims = CouponOffer.objects.all(), Gift.objects.all(), GiftClaim.objects.all()
    issued, given = Coupon.objects.exclude(state="void"), claims.exclude(state="cancelled")
    back = _sum(Entry.objects.filter(kind=Entry.Kind.REVERSE), "reverses", "amount", outer="entry")
    due = Case(
        When(state="cancelled", then=NOTHING - F("entry__amount")), default=NOTHING, output_field=BigIntegerField()
    )
    return {
        "issued = coupons that were not withdrawn": _says(offers, F("issued"), _count(issued, "offer")),
        "given = claims that were not cancelled": _says(gifts, F("given"), _count(given, "gift")),
        "a claim took the points, and gave them back when cancelled": _says(claims, back, due),
    }


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    counts = rows.filter(**{by: OuterRef("pk")}).order_by().values(by).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counts, output_field=BigIntegerField()), NOTHING)


def _says(rows: QuerySet[Any], stated: Any, found: Any) -> QuerySet[Any]:
    said: QuerySet[Any] = rows.annotate(stated=stated, found=found)
    return said


def _sum(rows: QuerySet[Any], by: str, column: str, outer: str = "pk") -> Coalesce:
    """The sum of a column over the rows that point by `by` at the outer row, or what that points at."""
    sums = rows.filter(**{by: OuterRef(outer)}).order_by().values(by).annotate(sum=Sum(column)).values("sum")
    return Coalesce(Subquery(sums, output_field=BigIntegerField()), NOTHING)


def _kept() -> Any:
    """What orders earned, less what was taken back of it or let go."""
    earned = Entry.objects.filter(order=OuterRef("order"), kind=Entry.Kind.EARN, reason="purchase")
    given = earned.order_by().values("order").annotate(sum=Sum("amount")).values("sum")
    back = Entry.objects.filter(reverses__order=OuterRef("order"), reverses__reason="purchase")
    by_order = back.filter(reverses__kind=Entry.Kind.EARN).order_by().values("reverses__order")
    taken = by_order.annotate(sum=Sum(F("amount") - F("forgiven"))).values("sum")
    return Coalesce(Subquery(given, output_field=BigIntegerField()), NOTHING) + Coalesce(
        Subquery(taken, output_field=BigIntegerField()), NOTHING
    )


def _over_reversed() -> QuerySet[Any]:
    """Entries of which more was reversed or forgiven than they moved: stated is the excess, which must be nothing."""
    entries = Entry.objects.all()
    back = Abs(_sum(entries, "reverses", "amount")) + _sum(entries, "reverses", "forgiven")
    undone = entries.filter(pk__in=entries.filter(reverses__isnull=False).values("reverses"))
    return _says(undone, back - Abs("amount"), NOTHING).filter(stated__gt=0)


def _must_be_none(rows: QuerySet[Any]) -> QuerySet[Any]:
    return _says(rows, F("amount"), NOTHING)
