"""What became of an event of a shop, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from members import problems
from members.models import ShopDelivery
from members.rules.imports.problems import Level, Problem

State = ShopDelivery.State
_TONES = {State.DONE: "good", State.REFUSED: "bad", State.FAILED: "bad", State.WAITING: "info", State.IGNORED: "mut"}
_OUTCOMES = {
    "new": gettext_noop("Recorded as a new order."),
    "changed": gettext_noop("The order was brought up to date."),
    "refunded": gettext_noop("The refund was recorded."),
    "same": gettext_noop("Nothing in it was new."),
    "older": gettext_noop("A later state of the order was known already."),
    "noted": gettext_noop("Noted; nothing about the order changes."),
    "awaited": gettext_noop("Noted until the order itself comes."),
    "asked": gettext_noop("A customer asks about their data; it stands under what there is to do."),
    "nobody": gettext_noop("A customer asks about their data, and nobody here is that person."),
    "other_topic": gettext_noop("Events of this kind are not used."),
}
_UNREADABLE = gettext_noop(
    "“%(field)s” is not as the shop system documents it. Check the format of the webhook in the shop."
)
_FORGOTTEN = gettext_noop(
    "It names, or may name, a person who was erased: what it said is deleted, so it cannot be tried again here."
)


@dataclass(frozen=True, slots=True)
class Told:
    """An event as drawn."""

    delivery: ShopDelivery
    tone: str
    outcome: str
    may_retry: bool


def told(delivery: ShopDelivery, *, has_body: bool) -> Told:
    """`has_body`: whether an erasure has left what the shop said."""
    said = _became(delivery)
    if delivery.is_stuck and not has_body:
        said = f"{said} {_(_FORGOTTEN)}"
    return Told(delivery, _TONES[State(delivery.state)], said, delivery.is_stuck and has_body)


def _became(delivery: ShopDelivery) -> str:
    if delivery.state == State.FAILED:
        return _("A fault of ours; the log tells more under %(id)s.") % {"id": delivery.outcome}
    if delivery.state == State.REFUSED:
        return " ".join(dict.fromkeys(_reason(*problem) for problem in delivery.problems))
    return _(_OUTCOMES[delivery.outcome]) if delivery.outcome in _OUTCOMES else ""


def _reason(code: str, name: str, params: dict[str, str]) -> str:
    if code == "unreadable":
        return _(_UNREADABLE) % {"field": name}
    return problems.reason(Problem(1, Level.REJECT, code, name, "", params))
