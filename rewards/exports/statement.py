"""A points statement in plain words: the same sentences on the member page, on the member's own page and in a file."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from members.lib import display, safe_csv
from members.lib.money import SCALE
from members.lib.registry import Made
from members.models import Merchant, Order
from rewards.models import Adjustment, Entry, EventRule
from rewards.queries import statement, tiers
from rewards.queries.holdings import Holding
from rewards.queries.statement import Line, Told

REASONS: Mapping[str, str | Promise] = {
    Adjustment.Reason.GOODWILL: _lazy("as goodwill"),
    Adjustment.Reason.CORRECTION: _lazy("as a correction"),
    Adjustment.Reason.COMPLAINT: _lazy("after a complaint"),
    Adjustment.Reason.PROMOTION: _lazy("for a promotion"),
}
"""What the reason of an adjustment is called inside a sentence; one that is not here goes without words."""


@dataclass(frozen=True, slots=True)
class Said:
    """A line for readers: its day, "+37", the sum after it, and sentences that say why."""

    day: dt.date
    points: str
    after: str
    sentence: str
    kind: str
    order_id: int | None


def said(told: Sequence[Told], merchant: Merchant) -> list[Said]:
    """The lines of a page, in its order."""
    named = {tier.code: tier.name for tier in tiers.ladder()} if told else {}
    return [_said(one, merchant, named) for one in told]


def _said(one: Told, merchant: Merchant, tier_names: Mapping[str, str]) -> Said:
    entry, line = one.entry, one.line
    if "tier" in entry.detail:
        entry.detail = {**entry.detail, "tier_name": tier_names.get(entry.detail["tier"], "")}
    sentence = _joined(_SENTENCES[Entry.Kind(entry.kind)](one, merchant), _paid_off(entry))
    return Said(
        day=_day(entry, merchant), points=display.signed(line.moved, 0) if line.moved else "0",
        after=display.number(line.after), sentence=_joined(sentence, *_until(entry, merchant)), kind=entry.kind,
        order_id=entry.order_id,
    )  # fmt: skip


def _earned(one: Told, merchant: Merchant) -> str:
    entry = one.entry
    if entry.order is None:
        return _for_an_event(entry)
    named = {"points": _points(entry.amount), **_purchase(entry.order, merchant, entry.detail.get("eligible"))}
    multiplier = str(entry.detail.get("multiplier") or entry.detail.get("tier_name", ""))
    percent = int(entry.detail.get("percent", 100))
    if percent == 100 and not multiplier:
        sentence = _("%(points)s: %(amount)s on %(day)s at %(store)s.") % named
    else:
        named |= {"multiplier": multiplier, "times": _times(percent)}
        sentence = (
            _("%(points)s: %(amount)s on %(day)s at %(store)s, %(multiplier)s %(times)s×.") % named
            if multiplier
            else _("%(points)s: %(amount)s on %(day)s at %(store)s, %(times)s×.") % named
        )
    caps = {"order": _("More is not given for one order."), "day": _("More is not given on one day.")}
    return _joined(sentence, caps.get(str(entry.detail.get("capped_by", "")), ""))


def why_none(code: str) -> str:
    """Why an order earned nothing, by the code that the rules gave."""
    sentences = {
        "guest": _("The buyer is no member, so there are no points."),
        "not_paid": _("The order is not paid, so there are no points."),
        "before": _("On that day there were no rules of points."),
        "store": _("Purchases in this store earn no points."),
        "channel": _("Purchases on this channel earn no points."),
        "minimum": _("The purchase is below the amount from which points are given."),
        "gift_card": _("Gift cards earn no points: what is bought with them does."),
        "paid_by_points": _("It was paid by points or coupons, which earn no points."),
        "nothing_eligible": _("Nothing in it earns points."),
        "too_little": _("It comes to less than one point."),
        "day": _("The member had earned as many points that day as can be earned on one."),
    }
    return sentences.get(code, _("It earned no points."))


def _for_an_event(entry: Entry) -> str:
    events = dict(EventRule.Event.choices)
    event = str(entry.detail.get("event") or entry.reason)
    if event in events:
        return _("%(points)s: %(event)s.") % {"points": _points(entry.amount), "event": events[event]}
    return _("%(points)s given.") % {"points": _points(entry.amount)}


def _brought(one: Told, merchant: Merchant) -> str:
    return _("%(points)s brought along from before.") % {"points": _points(one.entry.amount)}


def _spent(one: Told, merchant: Merchant) -> str:
    entry = one.entry
    named: dict[str, object] = {"points": _points(-entry.amount)}
    claim = getattr(entry, "gift_claim", None)
    if claim is not None:
        return _("%(points)s for “%(gift)s”.") % {**named, "gift": claim.gift.name}
    if entry.order is not None:
        return _("%(points)s paid towards %(amount)s on %(day)s at %(store)s.") % {
            **named, **_purchase(entry.order, merchant)
        }  # fmt: skip
    return _("%(points)s redeemed.") % named


def _expired(one: Told, merchant: Merchant) -> str:
    lots = [posting.lot for posting in one.entry.postings.all() if posting.lot]
    days = sorted({lot.expires_on for lot in lots if lot.expires_on})
    named = {"points": _points(-one.line.moved)}
    if len(days) == 1:
        return _("%(points)s expired with the end of %(day)s.") % {**named, "day": date_format(days[0])}
    return _("%(points)s expired.") % named


def _adjusted(one: Told, merchant: Merchant) -> str:
    points, reason = one.entry.amount, REASONS.get(one.entry.reason, "")
    named = {"points": _points(abs(points)), "reason": str(reason)}
    if case := one.entry.detail.get("case"):
        return _("%(points)s added by the shop for case %(case)s.") % {**named, "case": case}
    if points > 0:
        return (
            _("%(points)s added by the shop, %(reason)s.") % named
            if reason
            else _("%(points)s added by the shop.") % named
        )
    return (
        _("%(points)s taken by the shop, %(reason)s.") % named if reason else _("%(points)s taken by the shop.") % named
    )


def _reversed(one: Told, merchant: Merchant) -> str:
    entry, first = one.entry, one.entry.reverses
    if first is not None and first.amount < 0:
        return _("%(points)s given back: what they were spent on was taken back.") % {"points": _points(entry.amount)}
    if entry.forgiven < 0:
        return _("%(points)s that were let go count again: the refund was withdrawn.") % {
            "points": _points(-entry.forgiven)
        }
    taken = {"points": _points(-entry.amount)}
    if first is None or first.order is None:
        sentence = _("%(points)s taken back.") % taken
    else:
        sentence = _("%(points)s taken back: the purchase of %(day)s at %(store)s was refunded.") % {
            **taken, "day": date_format(first.order.business_date), "store": first.order.store,
        }  # fmt: skip
    owed = -sum(posting.amount for posting in entry.postings.all() if posting.lot_id is None)
    return _joined(
        sentence,
        _("%(points)s of them had been spent and are owed.") % {"points": _points(owed)} if owed > 0 else "",
        _("%(points)s had been spent and were let go.") % {"points": _points(entry.forgiven)} if entry.forgiven else "",
    )


def _set_off(one: Told, merchant: Merchant) -> str:
    paid = sum(posting.amount for posting in one.entry.postings.all() if posting.lot_id is None)
    return _("%(points)s set off against points that were owed.") % {"points": _points(paid)}


_SENTENCES: Mapping[Entry.Kind, Callable[[Told, Merchant], str]] = {
    Entry.Kind.EARN: _earned, Entry.Kind.OPENING: _brought, Entry.Kind.REDEEM: _spent, Entry.Kind.EXPIRE: _expired,
    Entry.Kind.ADJUST: _adjusted, Entry.Kind.REVERSE: _reversed, Entry.Kind.TRANSFER: _set_off,
}  # fmt: skip


def _purchase(order: Order, merchant: Merchant, eligible: int | None = None) -> dict[str, object]:
    """Amount, day and store of the order; the amount is what earned (ten-thousandths), or the whole order."""
    amount = order.total if eligible is None else Decimal(eligible) / SCALE
    return {
        "amount": display.money(amount, merchant.currency, 2),
        "day": date_format(order.business_date),
        "store": order.store,
    }


def _paid_off(entry: Entry) -> str:
    """That points that came in went to what was owed."""
    paid = sum(posting.amount for posting in entry.postings.all() if posting.lot_id is None)
    if paid <= 0 or entry.kind == Entry.Kind.TRANSFER:
        return ""
    return _("%(points)s of them went to what was owed.") % {"points": _points(paid)}


def _until(entry: Entry, merchant: Merchant) -> list[str]:
    """From when and until when the points that came in can be spent."""
    lot = getattr(entry, "lot", None)
    if lot is None:
        return []
    waits = lot.available_at > entry.recorded_at
    return [
        _("They can be spent from %(day)s.")
        % {"day": date_format(lot.available_at.astimezone(ZoneInfo(merchant.zone)))}
        if waits
        else "",
        _("They last until %(day)s.") % {"day": date_format(lot.expires_on)} if lot.expires_on else "",
    ]


def _day(entry: Entry, merchant: Merchant) -> dt.date:
    """The business date of what the entry is about; for what the ledger did by itself, the day it happened."""
    if entry.order is not None and entry.kind in {Entry.Kind.EARN, Entry.Kind.REDEEM}:
        return entry.order.business_date
    return entry.happened_at.astimezone(ZoneInfo(merchant.zone)).date()


def _points(points: int) -> str:
    return ngettext("%(n)s point", "%(n)s points", points) % {"n": display.number(points)}


def _times(percent: int) -> str:
    return f"{Decimal(percent) / 100:f}".rstrip("0").rstrip(".") if percent % 100 else str(percent // 100)


def _joined(*sentences: str) -> str:
    return ("" if (get_language() or "").startswith("zh") else " ").join(filter(None, sentences))


def holding_said(holding: Holding) -> str:
    """What somebody has, what of it goes first, what waits and what is owed."""
    parts = [
        ngettext("%(points)s point can be spent.", "%(points)s points can be spent.", holding.available)
        % {"points": display.number(holding.available)}
    ]
    if (first := holding.next_to_go) and first.day:
        sentence = ngettext(
            "%(points)s of them expires after %(day)s.", "%(points)s of them expire after %(day)s.", first.points
        )
        parts.append(sentence % {"points": display.number(first.points), "day": date_format(first.day)})
    if holding.pending:
        parts.append(_("%(points)s cannot be spent yet.") % {"points": _points(holding.pending)})
    if holding.owed:
        parts.append(_("%(points)s owed: what comes in next pays them off.") % {"points": _points(holding.owed)})
    return _joined(*parts)


def made(lines: Sequence[Line], merchant: Merchant) -> Made:
    """The statement as a file, newest first."""
    header = [_("Day"), _("Points"), _("Points after it"), _("What happened")]

    told = statement.told(lines)
    body = (
        [line.day.isoformat(), str(one.line.moved), str(one.line.after), line.sentence]
        for one, line in zip(told, said(told, merchant), strict=True)
    )
    return Made(len(lines), safe_csv.lines(header, body), header)
