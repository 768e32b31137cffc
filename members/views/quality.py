"""How good the data are: missing, stale, doubtful, unmatched; each number opens its list."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from members.filters import LACKS
from members.lib import display
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.roles import Right
from members.lib.widgets import Kpi
from members.models import ImportBatch
from members.queries import quality
from members.queries.quality import Guests, Silent, Twins

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Missing:
    """What members lack: how many, which share of all, and the list."""

    label: str
    count: int
    share: float
    url: str


@needs(Right.SEE_MEMBERS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    may_import = actor.may(Right.IMPORT)
    missing, total = _missing(actor)
    guests, stores, twins = quality.guests(actor), quality.stores(actor), quality.twins(actor)
    conflicts = quality.open_conflicts(actor).count()
    silent = [store for store in stores if store.late]
    context = {
        "kpis": _kpis(conflicts if may_import else None, twins, missing[0], guests, silent),
        "headline": _headline(conflicts + len(twins) + len(silent)),
        "total": total,
        "missing": missing,
        "guests": guests,
        "guest_url": _orders("guest", guests),
        "reachable_url": _orders("reachable", guests),
        "stores": stores,
        "twins": Paginator(twins, SHOWN).get_page(request.GET.get("page")),
        "may_import": may_import,
        "conflicts": conflicts,
    }
    if may_import:
        context |= {
            "sources": quality.sources(actor),
            "rejected": _rejected(list(quality.with_rejected(actor)[:SHOWN])),
        }
    return render(request, "members/quality/page.html", context)


def _missing(actor: Actor) -> tuple[list[Missing], int]:
    """What is not known of members, and of how many members in all."""
    everyone = quality.standing(actor)
    total = everyone.count()
    found = []
    for what, label in LACKS:
        count = quality.lacking(everyone, what).count()
        share = count / total if total else 0.0
        found.append(Missing(str(label), count, share, f"{reverse('members:list')}?lacks={what}"))
    return found, total


def _orders(buyer: str, guests: Guests) -> str:
    return f"{reverse('members:orders')}?buyer={buyer}&day_after={guests.since}"


def _rejected(batches: list[ImportBatch]) -> list[tuple[ImportBatch, int]]:
    return [(batch, batch.counts["rejected"]) for batch in batches]


def _headline(open_questions: int) -> str:
    if not open_questions:
        return _("The data are complete enough to rely on")
    return ngettext(
        "%(n)s thing about the data wants looking at", "%(n)s things about the data want looking at", open_questions
    ) % {"n": display.number(open_questions)}


def _kpis(
    conflicts: int | None, twins: list[Twins], contact: Missing, guests: Guests, silent: list[Silent]
) -> list[Kpi]:
    cards: list[Kpi] = []
    if conflicts is not None:
        note = _("rows that point to two members")
        cards.append(Kpi(_("Conflicts to decide"), display.number(conflicts), reverse("members:conflicts"), note=note))
    share: Any = display.percent(guests.guests / guests.orders) if guests.orders else display.NONE
    of_orders = _("%(n)s of %(all)s orders in %(days)s days") % {
        "n": display.number(guests.guests),
        "all": display.number(guests.orders),
        "days": quality.RECENT,
    }
    return [
        *cards,
        Kpi(_("Likely duplicates"), display.number(len(twins)), "#twins", note=_("same name, and birthday or phone")),
        Kpi(
            _("Members out of reach"),
            display.number(contact.count),
            contact.url,
            note=_("neither phone nor e-mail: %(share)s") % {"share": display.percent(contact.share)},
        ),
        Kpi(_("Orders of guests"), share, _orders("guest", guests), note=of_orders),
        Kpi(_("Silent stores"), display.number(len(silent)), "#stores", note=_("nothing since yesterday")),
    ]
