"""Shop connections: those there are, a new one, what came of the events of one, what customers ask through them."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from members.forms import ConnectionForm
from members.lib import addresses
from members.lib.access import actor_of, needs, proven
from members.lib.roles import Right
from members.models import PrivacyRequest, ShopConnection
from members.queries import scope
from members.queries import shops as queries
from members.services import names
from members.services.shops import connections, privacy, work
from members.views import shop_words

SHOWN = 50  # of the latest events


@needs(Right.SETTINGS)
@proven()
@cache_control(no_store=True)
def page(request: HttpRequest) -> HttpResponse:
    """The connections; a POST makes one and goes to its page."""
    stores = scope.stores(actor_of(request)).filter(is_active=True)
    if request.method != "POST":
        return _list(request, ConnectionForm(stores))
    form = ConnectionForm(stores, request.POST)
    if form.is_valid():
        secret = form.cleaned_data["secret"] or secrets.token_urlsafe(32)
        if made := _made(form, secret, request):
            return _one(request, _found(request, made.pk), "" if form.cleaned_data["secret"] else secret)
    return _list(request, form, status=422)


@needs(Right.SETTINGS)
@cache_control(no_store=True)
@require_safe
def detail(request: HttpRequest, connection_id: int) -> HttpResponse:
    return _one(request, _found(request, connection_id))


@needs(Right.SETTINGS)
@proven()
@cache_control(no_store=True)
@require_POST
def replace_secret(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Take the secret that was pasted, or make one where none was; the one before counts for a while."""
    connection = _found(request, connection_id)
    pasted = request.POST.get("secret", "").strip()
    secret = pasted or secrets.token_urlsafe(32)
    if not connection.is_active or (connection.kind == ShopConnection.Kind.SHOPIFY and not pasted):
        messages.error(request, _("Shopify makes the secret: copy it from there."))
        return redirect("members:connection", connection.pk)
    try:
        connections.replace_secret(connection, secret, by=actor_of(request))
    except connections.BadSecret:
        messages.error(request, _("This cannot be the secret: it is too short, or the one there is already."))
        return redirect("members:connection", connection.pk)
    messages.success(request, _("The new secret counts, and the one before still does. End that one when all is well."))
    return _one(request, _found(request, connection_id), "" if pasted else secret)


@needs(Right.SETTINGS)
@require_POST
def retire_secret(request: HttpRequest, connection_id: int) -> HttpResponse:
    connections.retire_secret(_found(request, connection_id), by=actor_of(request))
    messages.success(request, _("Only the new secret counts from now on."))
    return redirect("members:connection", connection_id)


@needs(Right.SETTINGS)
def deactivate(request: HttpRequest, connection_id: int) -> HttpResponse:
    """What it would end, to be confirmed; a POST does it."""
    connection = _found(request, connection_id)
    if request.method == "POST":
        connections.deactivate(connection, by=actor_of(request))
        messages.success(request, _("“%(name)s” takes nothing any more.") % {"name": connection.name})
    elif connection.is_active:
        return render(request, "members/deactivate.html", _end_of(connection))
    return redirect("members:connection", connection_id)


@needs(Right.SETTINGS)
@require_POST
def retry(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Work an event once more."""
    delivery = get_object_or_404(queries.deliveries(actor_of(request)), pk=delivery_id)
    if work.retry(delivery, by=actor_of(request)):
        messages.success(request, _("It is worked once more."))
    else:
        messages.info(request, _("There is nothing left of it to be worked."))
    return redirect("members:connection", delivery.connection_id)


@needs(Right.ERASE)
@require_POST
def request_done(request: HttpRequest, request_id: int) -> HttpResponse:
    """Somebody has answered the customer."""
    asked = get_object_or_404(queries.open_requests(actor_of(request)), pk=request_id)
    privacy.done(asked, by=actor_of(request))
    messages.success(request, _("Noted as done."))
    return redirect("members:connections")


def _end_of(connection: ShopConnection) -> dict[str, Any]:
    return {
        "name": connection.name, "kind": _("Shop connections"), "every": reverse("members:connections"),
        "back": reverse("members:connection", args=[connection.pk]),
        "goes": [
            _("Its secrets, at once."),
            _("What the shop sends from now on: it is turned away, and the shop does not send it again later."),
        ],
        "stays": [
            _("Orders, refunds and members that it has brought."),
            _("Events that came before: those that wait are worked, those not taken can be tried again."),
        ],
    }  # fmt: skip


def _found(request: HttpRequest, connection_id: int) -> ShopConnection:
    return get_object_or_404(queries.connections(actor_of(request)), pk=connection_id)


def _made(form: ConnectionForm, secret: str, request: HttpRequest) -> ShopConnection | None:
    try:
        return connections.create(**{**form.cleaned_data, "secret": secret}, by=actor_of(request))
    except names.BadName:
        form.add_error("name", _("Another connection has this name, a deactivated one perhaps. Take another."))
    except connections.BadSecret:
        form.add_error("secret", _("This is too short to be a secret."))
    except connections.SourceTaken as taken:
        said = _("Orders of “%(name)s” come under this source; two shops need two. Take %(free)s, for example.")
        form.add_error("source", said % {"name": taken.name, "free": taken.free})
    return None


def _list(request: HttpRequest, form: ConnectionForm, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    asked = [(each, _page_of(each)) for each in queries.open_requests(actor)]
    context: dict[str, Any] = {"form": form, "rows": list(queries.connections(actor)), "asked": asked}
    return render(request, "members/connections.html", context, status=status)


def _page_of(asked: PrivacyRequest) -> str:
    return addresses.member_url(asked.member.number, asked.member_id)


def _one(request: HttpRequest, connection: ShopConnection, secret: str = "") -> HttpResponse:
    """`secret`: one that we have just made; it is shown this once."""
    latest = queries.deliveries(actor_of(request)).filter(connection=connection)[:SHOWN]
    address = reverse("hook", args=[connection.kind, connection.pk])
    context: dict[str, Any] = {
        "connection": connection, "secret": secret, "address": f"{settings.DESK_URL}{address}",
        "topics": work.TOPICS[ShopConnection.Kind(connection.kind)],
        "rows": [shop_words.told(each, has_body=each.has_body) for each in latest],  # type: ignore[attr-defined]
        "is_https": settings.DESK_URL.startswith("https:"),
        "is_shopify": connection.kind == ShopConnection.Kind.SHOPIFY,
    }  # fmt: skip
    return render(request, "members/connection.html", context)
