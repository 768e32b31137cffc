"""What each order of a chunk is: new, the same again, changed, or refused. Reads only."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from members.lib.money import to_units
from members.models import Refund
from members.rules.imports.pieces import ORDER, plain
from members.rules.imports.problems import Level, Problem
from members.services.imports import standing
from members.services.imports.buyers import Buyer, Buyers, News
from members.services.imports.conflicts import Conflict
from members.services.imports.places import Places
from members.services.imports.planned import Planned
from members.services.imports.stage import Head
from members.services.imports.standing import Stored

PAID = "paid"  # of the states of an order the one that counts as a sale


@dataclass(slots=True)
class Entry:
    """An order or refund to be written. `replaces` is the id of the version that it changes."""

    head: Head
    buyer_id: int | None  # the record that an identifier belongs to
    member_id: int | None  # whom that record counts for today
    store_id: int
    channel_id: int
    business_date: dt.date
    status: str = PAID
    matched_by: str = ""
    replaces: int | None = None
    at: str = ""  # where another time than the head's is right
    keeps_lines: bool = False  # the file has only the total; the lines are those of the version before
    of: "Entry | int | None" = None  # the order that a refund names: to be written with it, or the id of the stored one
    id: int = 0  # once it is written


@dataclass(slots=True)
class Plan(News):
    """What to do with one chunk."""

    orders: list[Entry] = field(default_factory=list)
    refunds: list[Entry] = field(default_factory=list)
    duplicates: list[Head] = field(default_factory=list)
    rejected: list[Head] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)

    def counted(self, before: dict[str, Any]) -> dict[str, Any]:
        """The counts with those of one more chunk. A changed order is accepted, but not newly stored."""
        counts = dict(before)
        written = [entry.head for entry in self.orders + self.refunds]
        counts["fixed"] += sum(head.fixed for head in written)
        counts["accepted"] += sum(head.size - head.fixed for head in written)
        counts["duplicates"] += sum(head.size for head in self.duplicates)
        counts["rejected"] += sum(head.size for head in self.rejected)
        counts["orders"] += sum(1 for entry in self.orders if entry.replaces is None)
        counts["refunds"] += sum(1 for entry in self.refunds if entry.replaces is None)
        counts["members"] += len(self.members)
        return counts


def _is_lowered(head: Head, was: Stored | None) -> bool:
    """Whether the order comes to less than it stands here, or is a sale no more."""
    return was is not None and (head.total < was.total or (was.status == PAID and head.status != PAID))


def _redeemed(heads: Sequence[Head], known: Mapping[str, Stored]) -> dict[str, int]:
    """Order number -> what points and coupons paid for it; of orders that are changed."""
    stored = {head.number: known[head.number] for head in heads if head.number in known}
    changed = {stored[head.number].id: head.number for head in heads
               if head.number in stored and stored[head.number].hash != head.hash}  # fmt: skip
    return {changed[pk]: units for pk, units in standing.redeemed(changed).items()} if changed else {}


def _is_midnight(at: str, zone: ZoneInfo) -> bool:
    return dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC).astimezone(zone).time() == dt.time(0)


def local_date(at: str, zone: ZoneInfo) -> dt.date:
    """The business date of an instant (ISO text in UTC without offset) in a store's zone."""
    return dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC).astimezone(zone).date()


class Resolver:
    """Resolves the chunks of one import, in file order.

    `itemised`: the file has the lines of its orders. `guests`: a phone or e-mail alone makes no member. `new_id` gives
    ids to members that are to be created. A check plans all chunks with one resolver and writes none, so it says where
    to keep what is `planned`; an import takes a new one for each chunk, since by then the database knows.
    `one_sender`: what is said now is the truth, so another total is a new version, with lines or without.
    """

    def __init__(
        self,
        source: str,
        places: Places,
        *,
        itemised: bool,
        guests: bool = False,
        one_sender: bool = False,
        new_id: Callable[[], int] | None = None,
        planned: Planned | None = None,
    ) -> None:
        self._source = source
        self._places = places
        self._itemised = itemised
        self._guests = guests
        self._one_sender = one_sender
        self._buyers = Buyers(source, new_id, planned)
        self._earlier = planned
        self._planned: dict[str, Entry] = {}  # orders by number, of this chunk and the one before
        self._given_back: dict[str, int] = {}  # by order number, as planned; of the orders that a chunk names

    def plan(self, heads: Sequence[Head]) -> Plan:
        plan = Plan()
        self._buyers.load(heads)
        orders = [head for head in heads if head.kind == ORDER]
        refunds = [head for head in heads if head.kind != ORDER]
        known = standing.orders(self._source, [head.number for head in orders])
        lowered = [head.number for head in orders if _is_lowered(head, known.get(head.number))]
        returned = standing.returned(self._source, lowered, {head.number: head.total for head in refunds})
        redeemed = _redeemed(orders, known)
        before, self._planned = self._planned, {}
        for head in orders:
            if not self._covers(head, returned.get(head.number, 0), redeemed.get(head.number, 0), plan):
                continue
            if (entry := self._order(head, known.get(head.number), plan)) is not None:
                plan.orders.append(entry)
                self._planned[head.number] = entry
        if refunds:
            self._plan_refunds(refunds, before | self._planned, plan)
        return plan

    # --- orders ---------------------------------------------------------------------------------------------

    def _covers(self, head: Head, returned: int, redeemed: int, plan: Plan) -> bool:
        """Whether the order as changed is still a sale of what was given back for it, and of what points and coupons
        paid for it: they stay as they were, so an order that is less than they paid, or none, would lose them.
        """
        total, back, spent = plain(head.total), {"returned": plain(returned)}, {"redeemed": plain(redeemed)}
        if head.total < returned:
            self._reject(plan, head, "order_below_refunds", "amount", total, total=total, **back)
        elif returned and head.status != PAID:
            self._reject(plan, head, "refunded_order_not_paid", "status", head.status, **back)
        elif redeemed and head.status != PAID:
            self._reject(plan, head, "redeemed_order_not_paid", "status", head.status, **spent)
        elif redeemed and (head.gross < redeemed or head.total - redeemed < returned):
            self._reject(plan, head, "order_below_redeemed", "amount", total, total=total, **spent)
        else:
            return True
        return False

    def _order(self, head: Head, was: Stored | None, plan: Plan) -> Entry | None:
        if was is not None and was.hash == head.hash:
            plan.duplicates.append(head)
            return None
        if was is not None and was.itemised != self._itemised:
            return self._other_half(head, was, plan)
        return self._entry(head, was.id if was else None, plan)

    def _entry(self, head: Head, replaces: int | None, plan: Plan) -> Entry | None:
        """An order, or a refund that names none, with its buyer and place. None when its buyer is contradictory."""
        buyer = self._buyer(head, plan)
        if buyer is None:
            return None
        store_id, zone = self._places.store(head.store)
        return Entry(
            head, buyer.record, buyer.member, store_id, self._places.channel(head.channel), local_date(head.at, zone),
            head.status, buyer.matched_by, replaces,
        )  # fmt: skip

    def _buyer(self, head: Head, plan: Plan) -> Buyer | None:
        buyer = self._buyers.of(head, plan, only_known=self._guests or head.more == "guest")
        if not isinstance(buyer, Conflict):
            return buyer
        plan.conflicts.append(buyer)
        self._reject(plan, head, "identifiers_conflict", "member_no", head.member or head.account, **buyer.sides)
        return None

    def _other_half(self, head: Head, was: Stored, plan: Plan) -> Entry | None:
        """The same order from a file of totals and from a file of lines: one order when the totals agree.

        The lines stay, whichever file comes first; where a file says nothing, what is stored stays.
        """
        if head.total != was.total and self._one_sender:
            return self._entry(head, was.id, plan)
        if head.total != was.total:
            self._reject(plan, head, "totals_differ", "amount", plain(head.total), stored=plain(was.total))
            return None
        buyer = self._buyer(head, plan)
        if buyer is None:
            return None
        store_id, zone = self._places.store(head.store) if head.store else (was.store, self._places.zone(was.store))
        entry = Entry(
            head, *((buyer.record, buyer.member) if buyer.record else (was.buyer, was.member)), store_id,
            self._places.channel(head.channel) if head.channel else was.channel, local_date(head.at, zone),
            # A lines file seldom says how an order ended.
            was.status if self._itemised and head.status == PAID else head.status,
            buyer.matched_by, was.id, keeps_lines=was.itemised,
        )  # fmt: skip
        if entry.business_date == was.date and _is_midnight(head.at, zone):
            entry.at = was.at  # the other file knew the time of the day
        if was.itemised and (entry.buyer_id, entry.status) == (was.buyer, was.status):
            plan.duplicates.append(head)
            return None
        return entry

    def _reject(self, plan: Plan, head: Head, code: str, name: str, value: str, **params: str) -> None:
        plan.rejected.append(head)
        plan.problems.extend(
            Problem(row, Level.REJECT, code, name, value, {"order": head.ref or head.number, **params})
            for row in head.records
        )

    # --- refunds --------------------------------------------------------------------------------------------

    def _plan_refunds(self, heads: Sequence[Head], planned: dict[str, Entry], plan: Plan) -> None:
        names = ("number", "id", "content_hash", "amount")
        rows = Refund.objects.filter(source=self._source, number__in=[head.number for head in heads], voided_at=None)
        known = {number: (pk, bytes(was), to_units(amount)) for number, pk, was, amount in rows.values_list(*names)}
        refs = [head.ref for head in heads if head.ref]
        orders = standing.refundable(self._source, refs)
        self._given_back = dict.fromkeys(refs, 0) | (self._earlier.returned(refs) if self._earlier else {})
        for head in heads:
            replaces, was, earlier = known.get(head.number, (None, b"", 0))
            if was == head.hash:
                plan.duplicates.append(head)
            elif not head.ref:
                plan.refunds += filter(None, [self._entry(head, replaces, plan)])
            elif head.ref in planned or head.ref in orders:
                entry = self._refund(head, planned.get(head.ref), orders.get(head.ref), earlier, plan)
                if entry is not None:
                    entry.replaces = replaces
                    plan.refunds.append(entry)
            else:
                self._reject(plan, head, "unknown_order", "order_no", head.ref)
        if self._earlier:
            self._earlier.give_back(self._given_back)

    def _refund(self, head: Head, sold: Entry | None, stored: Stored | None, earlier: int, plan: Plan) -> Entry | None:
        """A refund of an order that is written with it (`sold`) or stored; `earlier`: what this refund said before."""
        of: Entry | int
        if sold is not None:
            of, date, total, status = sold, sold.business_date, sold.head.total, sold.status
            whose = sold.buyer_id, sold.member_id, sold.store_id, sold.channel_id
        elif stored is not None:
            of, date, total, status = stored.id, stored.date, stored.total, stored.status
            whose = stored.buyer, stored.member, stored.store, stored.channel
        else:
            return None
        buyer_id, member_id, store_id, channel_id = whose
        if status != PAID:
            self._reject(plan, head, "refund_of_unpaid_order", "order_no", head.ref)
            return None
        given_on = local_date(head.at, self._places.zone(store_id))
        if given_on < date:
            self._reject(plan, head, "refund_before_purchase", "refunded_at", str(given_on), bought=str(date))
            return None
        left = total + earlier - (stored.returned if stored else 0) - self._given_back[head.ref]
        if head.total > left:
            code = "refund_exceeds_order" if left > 0 else "order_already_refunded"
            self._reject(plan, head, code, "amount", plain(head.total), left=plain(left), total=plain(total))
            return None
        self._given_back[head.ref] += head.total - earlier
        return Entry(
            head, buyer_id, member_id, self._places.store(head.store)[0] if head.store else store_id,
            self._places.channel(head.channel) if head.channel else channel_id, given_on, of=of,
        )  # fmt: skip
