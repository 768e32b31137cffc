"""Webhooks: those there are, a new one (its secret shown once), what came of the messages of one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from members.forms import WebhookForm
from members.lib import outgoing
from members.lib.access import actor_of, needs, proven
from members.lib.registry import webhook_events
from members.lib.roles import Right
from members.models import Webhook, WebhookMessage
from members.queries import webhooks as queries
from members.services import names
from members.services.webhooks import sending, subscriptions

SHOWN = 50  # of the latest messages
State = WebhookMessage.State
_TONES = {State.SENT: "good", State.FAILED: "bad", State.WAITING: "info"}
REASONS = {
    outgoing.BAD_URL: gettext_noop("This is no address that can be used. Write it like https://example.com/path."),
    outgoing.NOT_HTTPS: gettext_noop("The address must begin with https://."),
    outgoing.BAD_PORT: gettext_noop("Only the ports 443 and 8443 can be used."),
    outgoing.PRIVATE: gettext_noop("The address leads into a private network, where webhooks are not sent."),
    outgoing.UNKNOWN_NAME: gettext_noop("There is no machine of this name."),
    outgoing.NO_ANSWER: gettext_noop("Nobody answered in time."),
    outgoing.BAD_CERTIFICATE: gettext_noop("The certificate of the other system is not valid."),
    outgoing.BROKEN: gettext_noop("What was answered is no HTTP."),
    sending.BAD_STATUS: gettext_noop("The other system did not accept it."),
    "ended": gettext_noop("The webhook was deactivated first."),
}


@needs(Right.SETTINGS)
@proven()
@cache_control(no_store=True)
def page(request: HttpRequest) -> HttpResponse:
    """The webhooks; a POST makes one and shows its secret, this once."""
    if request.method != "POST":
        return _list(request, WebhookForm())
    form = WebhookForm(request.POST)
    if form.is_valid() and (made := _made(form, request)):
        webhook, secret = made
        return _one(request, _found(request, webhook.pk), secret)
    return _list(request, form, status=422)


@needs(Right.SETTINGS)
@cache_control(no_store=True)
@require_safe
def detail(request: HttpRequest, webhook_id: int) -> HttpResponse:
    return _one(request, _found(request, webhook_id))


@needs(Right.SETTINGS)
@proven()
@cache_control(no_store=True)
@require_POST
def replace_secret(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """A new secret, shown this once; until the old one is ended each message bears a signature by both."""
    webhook = _found(request, webhook_id)
    if not webhook.is_active:
        return redirect("members:webhook", webhook.pk)
    secret = subscriptions.replace_secret(webhook, by=actor_of(request))
    return _one(request, _found(request, webhook_id), secret)


@needs(Right.SETTINGS)
@require_POST
def retire_secret(request: HttpRequest, webhook_id: int) -> HttpResponse:
    said = _("Only the new secret signs from now on.")
    return _do(request, webhook_id, lambda webhook: subscriptions.retire_secret(webhook, by=actor_of(request)), said)


@needs(Right.SETTINGS)
def deactivate(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """What it would end, to be confirmed; a POST does it."""
    webhook = _found(request, webhook_id)
    if request.method != "POST":
        ended = redirect("members:webhook", webhook.pk)
        return render(request, "members/deactivate.html", _end_of(webhook)) if webhook.is_active else ended
    said = _("It is told nothing any more.")
    return _do(request, webhook_id, lambda webhook: subscriptions.deactivate(webhook, by=actor_of(request)), said)


@needs(Right.SETTINGS)
@require_POST
def test(request: HttpRequest, webhook_id: int) -> HttpResponse:
    said = _("A test is on its way. Load this page again in a moment to see whether it arrived.")
    return _do(request, webhook_id, lambda webhook: subscriptions.test(webhook, by=actor_of(request)), said)


@needs(Right.SETTINGS)
@require_POST
def send_again(request: HttpRequest, message_id: int) -> HttpResponse:
    """Put a message that failed on its way once more."""
    message = get_object_or_404(queries.messages(actor_of(request)), pk=message_id)
    if subscriptions.send_again(message, by=actor_of(request)):
        messages.success(request, _("It is on its way again."))
    return redirect("members:webhook", message.webhook_id)


def _end_of(webhook: Webhook) -> dict[str, Any]:
    return {
        "name": webhook.name, "kind": _("Webhooks"), "every": reverse("members:webhooks"),
        "back": reverse("members:webhook", args=[webhook.pk]),
        "goes": [_("Its secrets, at once."), _("Messages that wait: they are not sent any more.")],
        "stays": [_("The list of what was sent, as long as messages are kept.")],
    }  # fmt: skip


def _do(request: HttpRequest, webhook_id: int, deed: Callable[[Webhook], None], said: str) -> HttpResponse:
    webhook = _found(request, webhook_id)
    if webhook.is_active:
        deed(webhook)
        messages.success(request, said)
    return redirect("members:webhook", webhook.pk)


def _found(request: HttpRequest, webhook_id: int) -> Webhook:
    return get_object_or_404(queries.every(actor_of(request)), pk=webhook_id)


def _made(form: WebhookForm, request: HttpRequest) -> tuple[Webhook, str] | None:
    try:
        return subscriptions.create(**form.cleaned_data, by=actor_of(request))
    except names.BadName:
        form.add_error("name", _("Another webhook has this name, a deactivated one perhaps. Take another."))
    except outgoing.Refused as refused:
        form.add_error("url", _(REASONS[refused.code]))
    return None


def _list(request: HttpRequest, form: WebhookForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "rows": [(each, _events(each)) for each in queries.every(actor_of(request))]}
    return render(request, "members/webhooks.html", context, status=status)


def _one(request: HttpRequest, webhook: Webhook, secret: str = "") -> HttpResponse:
    """`secret`: one that was just made; it is shown this once."""
    latest = queries.messages(actor_of(request)).filter(webhook=webhook)[:SHOWN]
    rows = [(each, _TONES[State(each.state)], _event(each.event), _reason(each)) for each in latest]
    context: dict[str, Any] = {"webhook": webhook, "secret": secret, "events": _events(webhook), "rows": rows}
    return render(request, "members/webhook.html", context)


def _events(webhook: Webhook) -> list[str]:
    return [_event(event) for event in webhook.events]


def _event(event: str) -> str:
    return _("Test") if event == subscriptions.TEST else str(webhook_events.get(event, event))


def _reason(message: WebhookMessage) -> str:
    said = _(REASONS[message.error]) if message.error else ""
    if message.error == sending.BAD_STATUS:
        said += " " + _("It answered with %(status)s.") % {"status": message.answered}
    return said
