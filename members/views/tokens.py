"""API tokens: those there are, a new one (shown once), an end to one."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from members.forms import TokenForm
from members.lib.access import actor_of, needs, proven
from members.lib.roles import Right
from members.models import ApiToken
from members.queries import merchants, people, scope
from members.queries import tokens as queries
from members.services import names, tokens

_TONES = {ApiToken.State.ACTIVE: "good", ApiToken.State.EXPIRED: "warn", ApiToken.State.REVOKED: "mut"}
_DAYS = 365


@needs(Right.SETTINGS)
@proven()
def page(request: HttpRequest) -> HttpResponse:
    """The tokens; a POST makes one and shows it, this once."""
    stores, zone = scope.stores(actor_of(request)), merchants.current().zone
    if request.method != "POST":
        last = people.today() + dt.timedelta(days=_DAYS)
        return _page(request, TokenForm(stores, zone, initial={"last_day": last}))
    form = TokenForm(stores, zone, request.POST)
    if form.is_valid() and (made := _made(form, request)):
        token, text = made
        return _page(request, TokenForm(stores, zone, initial={"last_day": form.cleaned_data["last_day"]}), token, text)
    return _page(request, form, status=422)


def _made(form: TokenForm, request: HttpRequest) -> tuple[ApiToken, str] | None:
    try:
        return tokens.create(**form.terms(), by=actor_of(request))
    except names.BadName:
        form.add_error("name", _("Another token has this name, a revoked one perhaps. Take another."))
    except tokens.OpensNothing:
        form.add_error(
            "scopes", _("Whole names and contacts need the look-up by an exact identifier as well. Tick both.")
        )
    except tokens.BadTerm:
        form.add_error("last_day", _("Take a day from today on, within a year."))
    return None


def _page(
    request: HttpRequest, form: TokenForm, made: ApiToken | None = None, text: str = "", status: int = 200
) -> HttpResponse:
    listed = [(token, _TONES[token.state]) for token in queries.every(actor_of(request))]
    context: dict[str, Any] = {"form": form, "rows": listed, "made": made, "text": text}
    response = render(request, "members/tokens.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@needs(Right.SETTINGS)
@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """End a token, for good."""
    token = get_object_or_404(queries.every(actor_of(request)), pk=token_id)
    tokens.revoke(token, by=actor_of(request))
    messages.success(request, _("“%(name)s” is revoked: it opens nothing any more.") % {"name": token.name})
    return redirect("members:tokens")
