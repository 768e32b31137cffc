"""What must hold of the points ledger at every moment, asked of the database in one query each.

Two sums that must be equal are laid under one another and grouped by the row they are about. So each table is read
once, whatever the database believes to know of its size: no row has the others searched for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Abs, Cast

from rewards.models import Account, Coupon, CouponOffer, Earning, Entry, Gift, GiftClaim, Lot, Posting

NOTHING = Value(0, output_field=BigIntegerField())
ONE = Value(1, output_field=BigIntegerField())
MOST_WRONG = 1_000  # rows fetched at a time
REVERSED = "ABS(SUM(found)) + SUM(more)"  # what was given or taken back, and what was let go


class Broken(NamedTuple):
    """A row that breaks an invariant: which one, "table id", what the row says and what follows from the others."""

    invariant: str
    row: str
    stated: int
    found: int


class Sums(NamedTuple):
    """Rows of (id, stated, found, more), of which `stated` and `found` must come to the same for each id."""

    table: str  # that the ids are of
    parts: Sequence[QuerySet[Any, Any]]
    stated: str = "SUM(stated)"
    found: str = "SUM(found)"


def broken() -> Iterator[Broken]:
    """Every row that breaks an invariant; nothing when the ledger is right."""
    for name, sums in _sums().items():
        for pk, stated, found in _unequal(sums):
            yield Broken(name, f"{sums.table} {pk}", int(stated), int(found))
    for name, rows in _never().items():
        for pk, amount in rows.order_by("pk").values_list("pk", "amount").iterator():
            yield Broken(name, f"{rows.model._meta.model_name} {pk}", amount, 0)


def _sums() -> Mapping[str, Sums]:
    """Name -> what a row says, and the rows that it follows from."""
    lots, postings = Lot.objects.all(), Posting.objects.all()
    entries, to_lots = Entry.objects.all(), Posting.objects.filter(lot__isnull=False)
    accounts = Account.objects.all()
    debts = postings.filter(lot__isnull=True)
    return {
        "balance = left of available lots": Sums(
            "account",
            [_says(accounts, F("balance")), _follows(lots.filter(is_pending=False), "account_id", F("remaining"))],
        ),
        "pending = left of pending lots": Sums(
            "account",
            [_says(accounts, F("pending")), _follows(lots.filter(is_pending=True), "account_id", F("remaining"))],
        ),
        "owed = postings without a lot": Sums(
            "account", [_says(accounts, F("debt")), _follows(debts, "account_id", NOTHING - F("amount"))]
        ),
        "balance + pending - owed = postings": Sums(
            "account",
            [
                _says(accounts, F("balance") + F("pending") - F("debt")),
                _follows(postings, "account_id", F("amount")),
            ],
        ),
        "left of a lot = its postings": Sums(
            "lot", [_says(lots, F("remaining")), _follows(to_lots, "lot_id", F("amount"))]
        ),
        "a lot came in by its entry": Sums(
            "lot",
            [
                _says(lots, F("quantity")),
                _follows(to_lots.filter(lot__entry=F("entry")), "lot_id", F("amount")),
            ],
        ),
        "an entry = its postings": Sums(
            "entry", [_says(entries, F("amount")), _follows(postings, "entry_id", F("amount"))]
        ),
        "no more is reversed than was there": Sums(
            "entry",
            [
                _says(entries, Abs("amount")),
                _follows(entries.filter(reverses__isnull=False), "reverses_id", F("amount"), F("forgiven")),
            ],
            stated=REVERSED,
            found=f"CASE WHEN {REVERSED} > SUM(stated) THEN SUM(stated) ELSE {REVERSED} END",
        ),
        "an order keeps what its entries say": Sums("order", _kept()),
        **_of_stock(),
    }


def _kept() -> Sequence[QuerySet[Any, Any]]:
    """What orders earned, less what was taken back of it or let go."""
    earned = Entry.objects.filter(order__isnull=False, kind=Entry.Kind.EARN, reason="purchase")
    back = Entry.objects.filter(
        reverses__order__isnull=False, reverses__reason="purchase", reverses__kind=Entry.Kind.EARN
    )
    return [
        _says(Earning.objects.all(), F("kept"), "order_id"),
        _follows(earned, "order_id", F("amount")),
        _follows(back, "reverses__order_id", F("amount") - F("forgiven")),
    ]


def _of_stock() -> Mapping[str, Sums]:
    """What holds of coupons and gifts. That no more is issued than there is, the database itself keeps."""
    claims = GiftClaim.objects.all()
    issued, given = Coupon.objects.exclude(state="void"), claims.exclude(state="cancelled")
    due = Case(
        When(state="cancelled", then=NOTHING - F("entry__amount")), default=NOTHING, output_field=BigIntegerField()
    )
    back = Entry.objects.filter(kind=Entry.Kind.REVERSE, reverses__gift_claim__isnull=False)
    return {
        "issued = coupons that were not withdrawn": Sums(
            "couponoffer", [_says(CouponOffer.objects.all(), F("issued")), _follows(issued, "offer_id", ONE)]
        ),
        "given = claims that were not cancelled": Sums(
            "gift", [_says(Gift.objects.all(), F("given")), _follows(given, "gift_id", ONE)]
        ),
        "a claim took the points, and gave them back when cancelled": Sums(
            "giftclaim", [_says(claims, due), _follows(back, "reverses__gift_claim__pk", F("amount"))]
        ),
    }


def _never() -> Mapping[str, QuerySet[Any]]:
    """Name -> rows of which there must be none."""
    went = Posting.objects.filter(amount__lt=0, lot__isnull=False)
    spent = went.filter(entry__kind__in=[Entry.Kind.REDEEM, Entry.Kind.ADJUST, Entry.Kind.TRANSFER])
    both_ways = Q(amount__gt=0, reverses__amount__gt=0) | Q(amount__lt=0, reverses__amount__lt=0)
    return {
        "a posting is of its lot's account": Posting.objects.filter(lot__isnull=False).exclude(
            account=F("lot__account")
        ),
        "a reversal turns the sign": Entry.objects.filter(both_ways, reverses__isnull=False),
        "nothing was spent from an expired lot": spent.filter(lot__expires_at__lte=F("entry__recorded_at")),
        "nothing was spent before it was available": spent.filter(
            entry__kind=Entry.Kind.REDEEM, lot__available_at__gt=F("entry__recorded_at")
        ),
    }


def _says(rows: QuerySet[Any], stated: Any, of: str = "pk") -> QuerySet[Any, Any]:
    return rows.order_by().values_list(F(of), _whole(stated), NOTHING, NOTHING)


def _follows(rows: QuerySet[Any], of: str, found: Any, more: Any = NOTHING) -> QuerySet[Any, Any]:
    return rows.order_by().values_list(F(of), NOTHING, _whole(found), _whole(more))


def _whole(amount: Any) -> Cast:
    return Cast(amount, BigIntegerField())


def _unequal(sums: Sums) -> Iterator[tuple[int, int, int]]:
    """(id, stated, found) of the rows where the two differ."""
    compiled = [part.query.sql_with_params() for part in sums.parts]
    names = " UNION ALL ".join(
        ["SELECT 0 AS id, 0 AS stated, 0 AS found, 0 AS more", *(sql for sql, _said in compiled)]
    )
    asked = (
        f"SELECT id, {sums.stated}, {sums.found} FROM ({names}) AS both_sides "  # noqa: S608 - our own names
        f"GROUP BY id HAVING {sums.stated} <> {sums.found} ORDER BY id"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, [value for _sql, said in compiled for value in said])
        while rows := cursor.fetchmany(MOST_WRONG):
            yield from rows
