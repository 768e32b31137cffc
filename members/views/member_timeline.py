"""The timeline of the member page: each entry as a line, with a link to where it can be seen whole."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.exports import messages
from members.lib import display, masking, registry
from members.lib.money import plain, to_units
from members.lib.widgets import Choice
from members.models import Exclusion, ImportBatch, Member, Message, Order
from members.problems import field_name
from members.queries import history
from members.queries.timeline import SHOWS, Entry

PER_PAGE = 20
NAMED_LINES = 2


@dataclass(frozen=True, slots=True)
class Look:
    """What the lines need to know of the shop and the reader."""

    currency: str
    zone: str
    may_import: bool
    may_see_messages: bool  # the list of all of them
    excluded: Sequence[Exclusion]


@dataclass(frozen=True, slots=True)
class Item:
    """One line: day, icon and its tint, a title that may lead somewhere, a second line, a word about its state."""

    day: str
    icon: str
    tone: str
    title: str
    url: str = ""
    detail: str = ""
    detail_url: str = ""
    pill: str = ""
    pill_tone: str = "mut"


def show_in(params: Mapping[str, str]) -> tuple[str, str]:
    """What the address asks for and "", or everything and a sentence when it asks for what there is not."""
    wanted = params.get("show") or "all"
    if wanted in SHOWS:
        return wanted, ""
    return "all", _("There is no filter “%(name)s” here; it was left out.") % {"name": wanted}


def choices(params: QueryDict, show: str) -> list[Choice]:
    """The filter by kind, as links that keep the rest of the address."""
    labels = {
        "all": _("All"), "purchases": _("Paid orders"), "refunds": _("Refunds"), "other": _("Not completed"),
        "money": _("Purchases and refunds"), "talk": _("Messages and calls"), "record": _("Record"),
    }  # fmt: skip
    return [
        Choice(value, labels[value], is_on=value == show, url=address(params, value))
        for value in SHOWS
        if value != "money" or show == "money"
    ]


def address(params: QueryDict, show: str) -> str:
    """This page with another filter; everything is the default and not written down."""
    changed = params.copy()
    changed.pop("page", None)
    changed.pop("show", None)
    if show != "all":
        changed["show"] = show
    return f"?{changed.urlencode()}#timeline"


def item(entry: Entry, look: Look) -> Item:
    """An entry as its line."""
    if entry.kind in registry.touches:
        return _touch(entry, look)
    return _MAKERS[entry.kind](entry, look)


def _touch(entry: Entry, look: Look) -> Item:
    """What an app above tells of a contact."""
    told = registry.touches[entry.kind].tell(entry.subject)
    return Item(
        _day(entry, look), told.icon, told.tone, told.title, url=told.url, detail=told.detail, pill=told.pill,
        pill_tone=told.pill_tone,
    )  # fmt: skip


def _message(entry: Entry, look: Look) -> Item:
    message: Message = entry.subject
    title = _("%(channel)s “%(template)s”") % {
        "channel": message.get_channel_display(), "template": message.template.name
    }  # fmt: skip
    url = f"{reverse('members:messages')}?template={message.template_id}" if look.may_see_messages else ""
    return Item(
        _day(entry, look), "phone" if message.channel == "sms" else "mail", "", title, url=url,
        detail=messages.why(message), pill=str(message.get_state_display()), pill_tone=messages.TONES[message.state],
    )  # fmt: skip


def _order(entry: Entry, look: Look) -> Item:
    order: Order = entry.subject
    counts = entry.kind == "purchase"
    pill, tone = _state(entry, look) if counts else (_stopped(order), "warn" if order.status == "pending" else "mut")
    return Item(
        date_format(order.business_date), "bag" if counts else "x", "info" if counts else "",
        f"{order.store} · {order.channel} · {display.money(order.gross, look.currency, 2)}",
        url=reverse("members:order", args=[order.pk]), detail=_lines(entry), pill=pill, pill_tone=tone,
    )  # fmt: skip


def _state(entry: Entry, look: Look) -> tuple[str, str]:
    """Why a purchase does not count, or what was given back of it."""
    if history.is_excluded(entry.subject.business_date, look.excluded):
        return _("Does not count"), "warn"
    if not entry.refunded:
        return "", ""
    if history.is_wholly(entry.subject.gross, entry.refunded):
        return _("Refunded in full"), "warn"
    return _("%(amount)s refunded") % {"amount": display.money(entry.refunded, look.currency, 2)}, "mut"


def _stopped(order: Order) -> str:
    """Why an order is no purchase."""
    return _("Nothing to pay") if order.status == Order.Status.PAID else str(order.get_status_display())


def _lines(entry: Entry) -> str:
    """The dearest products with their pieces; a product on two lines is one."""
    pieces: dict[str, Decimal] = {}
    for line in entry.lines:
        if line.product:
            pieces[str(line.product)] = pieces.get(str(line.product), Decimal(0)) + line.quantity
    said = [name if n == 1 else f"{name} ×{plain(to_units(n), 0)}" for name, n in list(pieces.items())[:NAMED_LINES]]
    if (rest := len(pieces) - NAMED_LINES) > 0:
        said.append(ngettext("%(n)s other product", "%(n)s other products", rest) % {"n": display.number(rest)})
    return _(", ").join(said)


def _refund(entry: Entry, look: Look) -> Item:
    refund = entry.subject
    amount = display.money(refund.amount, look.currency, 2)
    title = _("%(amount)s given back at %(store)s") % {"amount": amount, "store": refund.store}
    detail = _("For order %(number)s") % {"number": refund.order.number} if refund.order else _("It names no order.")
    url = reverse("members:order", args=[refund.order_id]) if refund.order_id else ""
    return Item(date_format(refund.business_date), "again", "warn", title, detail=detail, detail_url=url)


def _record(entry: Entry, look: Look) -> Item:
    member: Member = entry.subject
    title = _("Record %(number)s was set up") % {"number": member.number}
    return Item(_day(entry, look), "user", "", title, **_import(member.batch, look))


def _contact(entry: Entry, look: Look) -> Item:
    known = entry.subject
    title = _("%(kind)s %(value)s was added") % {
        "kind": known.get_kind_display(), "value": masking.masked(known.kind, known.value)
    }  # fmt: skip
    return Item(
        _day(entry, look), "phone" if known.kind == "phone" else "mail", "", title, **_import(known.batch, look)
    )


def _edit(entry: Entry, look: Look) -> Item:
    edit = entry.subject
    said = dict(Member.Gender.choices) if edit.field == "gender" else {}
    title = (
        _("%(field)s: “%(before)s” became “%(after)s”") if edit.before else _("%(field)s: “%(after)s” was filled in")
    )
    values = {"before": said.get(edit.before, edit.before), "after": said.get(edit.after, edit.after) or display.NONE}
    return Item(
        _day(entry, look), "file", "", title % {"field": _field(edit.field), **values}, **_import(edit.batch, look)
    )


def _field(name: str) -> str:
    """A field of a member in the words of the imports."""
    if name == "home_store":
        return _("Home store")
    return field_name("member_no" if name == "number" else name)


def _merged(entry: Entry, look: Look) -> Item:
    merge = entry.subject
    title = _("Record %(number)s was merged into this one") % {"number": merge.member.number}
    who = _("By %(who)s") % {"who": merge.created_by} if merge.created_by else ""
    return Item(_day(entry, look), "users", "good", title, detail=who)


def _parted(entry: Entry, look: Look) -> Item:
    title = _("Record %(number)s was parted from this one again") % {"number": entry.subject.member.number}
    return Item(_day(entry, look), "users", "", title)


def _import(batch: ImportBatch | None, look: Look) -> dict[str, str]:
    """Which file said so; who may import can open it."""
    if batch is None:
        return {}
    url = reverse("members:import", args=[batch.pk]) if look.may_import else ""
    return {"detail": _("Import %(file)s") % {"file": batch.file_name}, "detail_url": url}


def _day(entry: Entry, look: Look) -> str:
    local: dt.datetime = entry.at.astimezone(ZoneInfo(look.zone))
    return date_format(local.date())


_MAKERS: dict[str, Callable[[Entry, Look], Item]] = {
    "purchase": _order, "other": _order, "refund": _refund, "message": _message, "record": _record,
    "contact": _contact, "edit": _edit, "merged": _merged, "parted": _parted,
}  # fmt: skip
