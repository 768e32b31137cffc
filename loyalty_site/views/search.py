"""The search of the top bar: members, orders, pages, reports and actions, for a dialogue below the box or as a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from loyalty_site import context
from members.lib import display, masking, registry
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.addresses import member_url
from members.lib.registry import Place, PlaceKind
from members.lib.roles import Right
from members.models import Member, Order
from members.queries import merchants
from members.queries import search as queries

LONGEST = 80  # characters that are read of what was typed
OF_A_KIND = 6


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. Without `url` it may be known of, and not opened."""

    label: str
    icon: str
    url: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind; `more_url` leads to all of them when there are more."""

    slug: str
    label: str
    hits: Sequence[Hit]
    more_url: str = ""


@needs(Right.SIGNED_IN)
def search(request: HttpRequest) -> HttpResponse:
    """What fits the text. Sent by POST, so that no phone number lands in an address, a history or a log."""
    text = (request.POST.get("q") or request.GET.get("q") or "").replace("\x00", "").strip()[:LONGEST]
    groups = _groups(actor_of(request), text) if queries.is_enough(text) else []
    context = {"q": text, "groups": groups, "said": _said(text, groups), "is_enough": queries.is_enough(text)}
    live = request.headers.get("HX-Request") == "true"
    return render(request, "search_found.html" if live else "search.html", {**context, "live": live})


def _groups(actor: Actor, text: str) -> list[Group]:
    members = queries.members(actor, text, OF_A_KIND + 1)
    orders = queries.orders(actor, text, OF_A_KIND + 1)
    places = _places(actor, text)
    groups = [
        _group("members", _("Members"), _member_hits(actor, members), _listed(actor, "members:list", text)),
        _group("orders", _("Orders"), [_order_hit(order) for order in orders], _listed(actor, "members:orders", text)),
        _group("pages", _("Pages"), _place_hits(places, PlaceKind.PAGE)),
        _group("reports", _("Reports"), _place_hits(places, PlaceKind.REPORT)),
        _group("actions", _("Actions"), _place_hits(places, PlaceKind.ACTION)),
    ]
    return [group for group in groups if group.hits]


def _group(slug: str, label: str, hits: Sequence[Hit], more_url: str = "") -> Group:
    return Group(slug, label, hits[:OF_A_KIND], more_url if len(hits) > OF_A_KIND else "")


def _listed(actor: Actor, view: str, text: str) -> str:
    """The list that is searched for the same text."""
    return reverse(view, query={"q": text}) if actor.may(Right.SEE_MEMBERS) else ""


def _member_hits(actor: Actor, members: Iterable[Member]) -> list[Hit]:
    """Who may only look up gets what the look-up shows: a masked name, and no page."""
    if not actor.may(Right.SEE_MEMBERS):
        return [Hit(masking.name(member.name) or member.number, "user", detail=member.number) for member in members]
    return [
        Hit(member.name or member.number, "user", member_url(member.number, member.pk), _about(member))
        for member in members
    ]


def _about(member: Member) -> str:
    """Number, masked phones, home store: what tells two of the same name apart."""
    phones = [masking.phone(phone.value) for phone in member.phones]  # type: ignore[attr-defined]
    return " · ".join([member.number, *phones, *([str(member.home_store)] if member.home_store else [])])


def _order_hit(order: Order) -> Hit:
    buyer = (order.member.name or order.member.number) if order.member else _("Guest")
    amount = display.money(order.gross, merchants.current().currency, 2)
    day = date_format(order.business_date, "DATE_FORMAT")
    return Hit(
        order.number, "order", reverse("members:order", args=[order.pk]), f"{day} · {buyer} · {order.store} · {amount}"
    )


def _places(actor: Actor, text: str) -> list[Place]:
    """Those of which every word that was typed is in the label or the other words, in any of our languages.

    Staff of one shop read in two languages, and ask each other for things in either.
    """
    here = _every_place(actor)
    named = [""] * len(here)
    for code, _name in settings.LANGUAGES:
        with override(code):
            spoken = (f"{place.label} {place.words}".casefold() for place in _every_place(actor))
            named = [f"{known} {said}" for known, said in zip(named, spoken, strict=True)]
    words = text.casefold().split()
    return [place for place, said in zip(here, named, strict=True) if all(word in said for word in words)]


def _every_place(actor: Actor) -> list[Place]:
    return [*context.places(actor), *registry.all_places(actor)]


def _place_hits(places: Iterable[Place], kind: PlaceKind) -> list[Hit]:
    return [Hit(place.label, place.icon, place.url) for place in places if place.kind == kind]


def _said(text: str, groups: Iterable[Group]) -> str:
    """How much was found, for who hears the page."""
    if not queries.is_enough(text):
        return _("Type at least two characters.") if text else ""
    found = sum(len(group.hits) for group in groups)
    if not found:
        return _("Nothing found.")
    return ngettext("%(n)s result", "%(n)s results", found) % {"n": display.number(found)}
