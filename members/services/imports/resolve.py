"""What each order of a chunk is: new, the same again, changed, or refused; and whose it is. Reads only."""

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db.models import Q, Sum

from members.lib.money import to_units
from members.models import Identifier, Member, Order, Refund
from members.rules.imports.pieces import ORDER, plain
from members.rules.imports.problems import Level, Problem
from members.services.imports.places import Places
from members.services.imports.stage import Head

Known = dict[str, tuple[int, bytes]]  # number -> id and content of what is stored and stands
Key = tuple[str, str]  # kind of identifier ("number" for the member number) and its value


@dataclass(slots=True)
class Entry:
    """An order or refund to be written; `replaces` is the id of the version that it changes."""

    head: Head
    buyer_id: int | None  # the record that an identifier belongs to
    member_id: int | None  # whom that record counts for today
    store_id: int
    channel_id: int
    business_date: dt.date
    replaces: int | None = None
    order_id: int | None = None
    matched_by: str = ""


@dataclass(slots=True)
class Plan:
    """What to do with one chunk."""

    members: list[tuple[int, str, str]] = field(default_factory=list)  # id, number, name
    identifiers: list[tuple[int, str, str]] = field(default_factory=list)  # member id, kind, value
    orders: list[Entry] = field(default_factory=list)
    refunds: list[Entry] = field(default_factory=list)
    duplicates: list[Head] = field(default_factory=list)
    rejected: list[Head] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def local_date(at: str, zone: ZoneInfo) -> dt.date:
    """The business date of an instant (ISO text in UTC without offset) in a store's zone."""
    return dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC).astimezone(zone).date()


class Resolver:
    """Resolves chunks of one import. `new_id` gives ids to members that are to be created.

    What one chunk plans is remembered until `forget`: a check plans all chunks and writes none, an import forgets
    before each chunk, since by then the database knows.
    """

    def __init__(self, source: str, places: Places, new_id: Callable[[], int] | None = None) -> None:
        self._source = source
        self._places = places
        self._new_id = new_id or itertools.count(-1, -1).__next__
        self.forget()

    def forget(self) -> None:
        self._owners: dict[Key, int] = {}
        self._given_back: defaultdict[int, int] = defaultdict(int)
        self._keys: dict[int, list[Key]] = {}

    def plan(self, heads: Sequence[Head]) -> Plan:
        plan = Plan()
        self._keys = {head.id: _keys(head) for head in heads}
        self._load_owners()
        orders = [head for head in heads if head.kind == ORDER]
        refunds = [head for head in heads if head.kind != ORDER]
        known = self._stored(Order, orders)
        for head in orders:
            if (entry := self._entry(head, known, plan)) is not None:
                plan.orders.append(entry)
        self._plan_refunds(refunds, plan)
        return plan

    def _stored(self, model: type[Order] | type[Refund], heads: Sequence[Head]) -> Known:
        numbers = [head.number for head in heads]
        rows = model.objects.filter(source=self._source, number__in=numbers, voided_at=None)
        return {number: (pk, bytes(was)) for number, pk, was in rows.values_list("number", "id", "content_hash")}

    def _entry(self, head: Head, known: Known, plan: Plan) -> Entry | None:
        replaces, was = known.get(head.number, (None, b""))
        if was == head.hash:
            plan.duplicates.append(head)
            return None
        owners = self._owners_of(head)
        if len(owners) > 1:
            self._reject(plan, head, "identifiers_conflict", "member_no", head.member or "")
            return None
        store_id, zone = self._places.store(head.store)
        member_id = self._member(head, next(iter(owners), None), plan)
        channel_id = self._places.channel(head.channel)
        return Entry(head, member_id, member_id, store_id, channel_id, local_date(head.at, zone), replaces)

    def _reject(self, plan: Plan, head: Head, code: str, name: str, value: str, **params: str) -> None:
        plan.rejected.append(head)
        plan.problems.extend(
            Problem(row, Level.REJECT, code, name, value, {"order": head.ref or head.number, **params})
            for row in head.records
        )

    # --- whose is it? ---------------------------------------------------------------------------------------

    def _load_owners(self) -> None:
        """Whom the numbers, phones and e-mails of this chunk belong to today."""
        wanted = {key for keys in self._keys.values() for key in keys} - self._owners.keys()
        numbers = [value for kind, value in wanted if kind == "number"]
        for pk, number in Member.objects.filter(number_key__in=numbers, voided_at=None).values_list("id", "number_key"):
            self._owners["number", number] = pk
        phones = [value for kind, value in wanted if kind == "phone"]
        emails = [value for kind, value in wanted if kind == "email"]
        match = (
            Q(kind="card", value__in=numbers) | Q(kind="phone", value__in=phones) | Q(kind="email", value__in=emails)
        )
        rows = Identifier.objects.filter(match, source="", voided_at=None)
        for kind, value, pk in rows.values_list("kind", "value", "member_id"):
            self._owners.setdefault(("number" if kind == "card" else kind, value), pk)

    def _owners_of(self, head: Head) -> set[int]:
        return {self._owners[key] for key in self._keys[head.id] if key in self._owners}

    def _member(self, head: Head, owner: int | None, plan: Plan) -> int | None:
        """The buyer: a known member, a new one, or None for a guest. What is new about them is planned."""
        keys = self._keys[head.id]
        if not keys:
            return None
        is_new = owner is None
        member_id = self._new_id() if owner is None else owner
        if is_new:
            plan.members.append((member_id, head.member or f"HT-{abs(member_id)}", head.name))
        for key in keys:
            if key not in self._owners:
                self._owners[key] = member_id
                if key[0] != "number" or not is_new:
                    plan.identifiers.append((member_id, "card" if key[0] == "number" else key[0], key[1]))
        return member_id

    # --- refunds --------------------------------------------------------------------------------------------

    def _plan_refunds(self, heads: Sequence[Head], plan: Plan) -> None:
        if not heads:
            return
        known = self._stored(Refund, heads)
        named = [head.ref for head in heads if head.ref]
        rows = Order.objects.filter(source=self._source, number__in=named, voided_at=None).annotate(
            given_back=Sum("refunds__amount", filter=Q(refunds__voided_at=None))
        )
        orders = {order.number: order for order in rows}
        earlier = {
            pk: to_units(amount)
            for pk, amount in Refund.objects.filter(pk__in=[pk for pk, _ in known.values()]).values_list("pk", "amount")
        }
        for head in heads:
            order = orders.get(head.ref)
            if (entry := self._refund(head, order, known, earlier, plan)) is not None:
                plan.refunds.append(entry)

    def _refund(
        self, head: Head, order: Order | None, known: Known, earlier: dict[int, int], plan: Plan
    ) -> Entry | None:
        replaces, was = known.get(head.number, (None, b""))
        if was == head.hash:
            plan.duplicates.append(head)
            return None
        if head.ref and order is None:
            self._reject(plan, head, "unknown_order", "order_no", head.ref)
            return None
        if order is None:
            return self._entry(head, known, plan)
        zone = next(zone for pk, zone in self._places.stores.values() if pk == order.store_id)
        date = local_date(head.at, zone)
        if date < order.business_date:
            self._reject(
                plan, head, "refund_before_purchase", "refunded_at", str(date), bought=str(order.business_date)
            )
            return None
        left = to_units(order.total) - to_units(order.given_back or 0) - self._given_back[order.pk]  # type: ignore[attr-defined]
        left += earlier.get(replaces or 0, 0)
        if head.total > left:
            code = "refund_exceeds_order" if left > 0 else "order_already_refunded"
            self._reject(
                plan, head, code, "amount", plain(head.total), left=plain(left), total=plain(to_units(order.total))
            )
            return None
        self._given_back[order.pk] += head.total
        store_id = self._places.store(head.store)[0] if head.store else order.store_id
        channel_id = self._places.channel(head.channel) if head.channel else order.channel_id
        return Entry(head, order.buyer_id, order.member_id, store_id, channel_id, date, replaces, order.pk)


def _keys(head: Head) -> list[Key]:
    found = (("number", head.member.casefold()), ("phone", head.phone), ("email", head.email))
    return [(kind, value) for kind, value in found if value]
