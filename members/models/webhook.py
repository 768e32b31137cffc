import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.models.two_secrets import TwoSecrets


class Webhook(TwoSecrets):
    """Another system that is told when something happens here. Deactivated, never deleted: the audit names it."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    url = models.CharField(_("address"), max_length=500)
    events = models.JSONField(_("events"), default=list)  # of members.lib.registry.webhook_events

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class WebhookMessage(models.Model):
    """One event on its way to one webhook: written with the event itself, sent until it is taken or a day is over."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Delivered")
        FAILED = "failed", _("Failed")

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="messages", verbose_name=_("webhook"))
    delivery_id = models.UUIDField(_("delivery"), default=uuid.uuid4, unique=True, editable=False)
    event = models.CharField(_("event"), max_length=60)
    data = models.JSONField(default=dict, editable=False)  # ids and amounts; no names, no contacts
    happened_at = models.DateTimeField(_("happened at"), default=clock.now, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)  # since it was last asked for
    next_at = models.DateTimeField(_("next attempt"), null=True, default=clock.now, editable=False)
    answered = models.PositiveSmallIntegerField(_("answer"), null=True, editable=False)  # HTTP status of the last try
    error = models.CharField(max_length=20, blank=True, editable=False)  # a code of members.lib.outgoing
    tried_at = models.DateTimeField(_("last attempt"), null=True, editable=False)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(state="waiting"), name="webhook_message_due"),
            models.Index(fields=["happened_at"], name="webhook_message_happened"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="waiting") ^ models.Q(next_at__isnull=True), name="webhook_message_waits_for"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.delivery_id}"
