"""What a clerk does at the counter: first seen, then done, and done only as it was seen.

Each deed is worked out and undone again for the clerk to look at; what was asked and what was seen travel in the form,
signed. When it is confirmed and would come out otherwise by now, nothing happens and the clerk looks again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, TypeVar

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from members.lib import clock
from members.lib.actor import Actor
from members.models import Member, Order, Product, Refund
from members.queries import scope
from rewards.queries import serving
from rewards.services import purchases
from rewards.services.purchases import GivenBack, Sale, Sold

SOURCE: Final = "counter"  # under which the numbers of orders sold here are unique
LASTS: Final = 15 * 60  # seconds from looking to confirming
_SALT: Final = "rewards.counter.deed"
T = TypeVar("T")


class Refused(ValueError):
    """It cannot be done; the text says why, for the reader. Nothing was changed."""


class Changed(Exception):
    """It would come out otherwise than it was seen; nothing was done."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is to be sold: `total` and amounts as plain texts; `lines` as the API takes them. No `member`: a guest."""

    member: int | None
    number: str
    at: str
    store: str
    total: str
    lines: Sequence[Mapping[str, str]] = ()
    codes: Sequence[str] = ()
    points: int = 0


@dataclass(frozen=True, slots=True)
class Return:
    """What of an order is undone: all of it (`is_void`), or money of it."""

    order: int
    number: str
    at: str
    amount: str = ""
    is_void: bool = False
    instead: Purchase | None = None  # what is sold in exchange


@dataclass(frozen=True, slots=True)
class Seen:
    """What would happen, and the signed text that has it done."""

    sealed: str
    sold: Sold | None = None
    back: GivenBack | None = None


def number_of(key: str, prefix: str = "C") -> str:
    """The number of an order or refund made by the form with this key (a UUID): one form, one number."""
    return f"{prefix}{key.replace('-', '')[:12].upper()}"


def now() -> str:
    """This moment as orders say it."""
    return clock.now().replace(microsecond=0).isoformat()


def sold_as(number: str, *, by: Actor) -> Order | None:
    """The order that was sold under this number."""
    return serving.orders(by).filter(source=SOURCE, number=number).first()


def look_at_sale(asked: Purchase, *, by: Actor) -> Seen:
    """What the sale would come to. Refused when it cannot be."""
    sold = _undone(lambda: purchases.sell(_sale(asked, by), by=_under(SOURCE, by)))
    return Seen(_seal("sale", asked, _said(sold), by), sold=sold)


def sell(sealed: str, member: Member, *, by: Actor) -> Sold:
    """Do what was seen. The same text again changes nothing. Changed when it would come to something else by now.

    Refused when it was looked at for somebody else than the member whose page it comes from.
    """
    content = _opened("sale", sealed, by)
    asked = _purchase(content["asked"])
    if asked.member != member.pk:
        raise Refused(_("This was looked at for another member. Nothing was sold; enter it again."))
    with _refusals(), transaction.atomic():
        sold = purchases.sell(_sale(asked, by), by=_under(SOURCE, by))
        if sold.is_new and _said(sold) != content["seen"]:
            raise Changed
    return sold


def asked_of(sealed: str, *, by: Actor) -> Purchase:
    """What was asked for, to look at it again; `sell` has said whose it is."""
    return _purchase(_opened("sale", sealed, by)["asked"])


def look_at_return(asked: Return, *, by: Actor) -> Seen:
    """What giving back would do to money, points and coupons."""
    back, sold = _undone(lambda: _give_back(asked, by))
    return Seen(_seal("return", asked, _seen(back, sold), by), sold=sold, back=back)


def give_back(sealed: str, order: Order, *, by: Actor) -> tuple[GivenBack, Sold | None]:
    """Do what was seen. The same text again changes nothing.

    Refused when it was looked at for another order than the one whose page it comes from.
    """
    content = _opened("return", sealed, by)
    asked = _return(content["asked"])
    if (_source_and_number(asked.order)) != (order.source, order.number):
        raise Refused(_("This was looked at for another order. Nothing was given back; enter it again."))
    with _refusals(), transaction.atomic():
        was_done = _is_done(asked, by)
        back, sold = _give_back(asked, by)
        if not was_done and _seen(back, sold) != content["seen"]:
            raise Changed
    return back, sold


def asked_back(sealed: str, *, by: Actor) -> Return:
    """What was asked for, to look at it again."""
    return _return(_opened("return", sealed, by)["asked"])


# --- inside ----------------------------------------------------------------------------------------------------------


def _undone(do: Callable[[], T]) -> T:
    with _refusals(), transaction.atomic():
        found = do()
        transaction.set_rollback(True)
    return found


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except purchases.Refused as refused:
        raise Refused(str(refused)) from refused


def _under(source: str, by: Actor) -> Actor:
    """The same person, who speaks of orders under this source. A request's actor is found late, so `replace` fails."""
    said = {each.name: getattr(by, each.name) for each in fields(Actor) if each.init}
    return Actor(**{**said, "source": source})


def _sale(asked: Purchase, by: Actor) -> Sale:
    standing = Member.objects.filter(voided_at=None, erased_at=None, merged_into=None)
    member = standing.filter(pk=asked.member).first() if asked.member is not None else None
    if member is None and asked.member is not None:
        raise Refused(_("This member was erased, merged or withdrawn in the meantime. Look the member up again."))
    if not scope.stores(by).filter(code=asked.store).exists():
        raise Refused(_("This store is not one of yours. Choose another one."))
    for line in asked.lines:
        if not Product.objects.filter(sku=line["sku"]).exists():
            raise Refused(_("There is no product “%(sku)s”. Check its code.") % {"sku": line["sku"]})
    item: dict[str, Any] = {
        "order_no": asked.number, "ordered_at": asked.at, "store": asked.store,
    }  # fmt: skip
    if member is not None:
        item["member_no"] = member.number
    item |= {"lines": [dict(line) for line in asked.lines]} if asked.lines else {"total": asked.total}
    return Sale(item, codes=list(asked.codes), points=asked.points)


def _give_back(asked: Return, by: Actor) -> tuple[GivenBack, Sold | None]:
    order = _newest(asked.order, by)
    actor = _under(order.source, by)
    if asked.is_void:
        return purchases.void(order.number, by=actor), None
    item = {"refund_no": asked.number, "order_no": order.number, "refunded_at": asked.at, "amount": asked.amount}
    back = purchases.refund(item, by=actor)
    return back, purchases.sell(_sale(asked.instead, by), by=_under(SOURCE, by)) if asked.instead else None


def _source_and_number(pk: int) -> tuple[str, str] | None:
    """What all versions of an order share."""
    found: tuple[str, str] | None = Order.objects.filter(pk=pk).values_list("source", "number").first()
    return found


def _newest(pk: int, by: Actor) -> Order:
    found = serving.newest(by, pk).first()
    if found is None:
        raise Refused(_("This order is not one of your stores, or was taken back with its import."))
    return found


def _is_done(asked: Return, by: Actor) -> bool:
    order = _newest(asked.order, by)
    if asked.is_void:
        return order.status == Order.Status.CANCELLED
    return Refund.objects.filter(source=order.source, number=asked.number, voided_at=None).exists()


def _said(sold: Sold) -> list[str]:
    """What a clerk has told the member: to pay, what comes off, and what it earns."""
    off = [f"{code}:{amount}" for code, amount in sorted(sold.off.items())]
    return [str(sold.to_pay), str(sold.points), str(sold.earned), *off]


def _seen(back: GivenBack, sold: Sold | None) -> list[str]:
    return [str(back.taken_back), str(back.returned), *sorted(back.codes), *(_said(sold) if sold else [])]


def _seal(deed: str, asked: Purchase | Return, seen: list[str], by: Actor) -> str:
    content = {"deed": deed, "user": by.user_id, "asked": asdict(asked), "seen": seen}
    return signing.dumps(content, salt=_SALT, compress=True)


def _opened(deed: str, sealed: str, by: Actor) -> dict[str, Any]:
    try:
        content: dict[str, Any] = signing.loads(sealed, salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        raise Refused(_("This was looked at too long ago. Nothing was done; enter it again.")) from None
    if content["deed"] != deed or content["user"] != by.user_id:
        raise Refused(_("This was looked at too long ago. Nothing was done; enter it again."))
    return content


def _purchase(said: Mapping[str, Any]) -> Purchase:
    return Purchase(**said)


def _return(said: Mapping[str, Any]) -> Return:
    instead = said["instead"]
    return Return(**{**said, "instead": _purchase(instead) if instead else None})
