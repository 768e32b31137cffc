from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.models.consent import Consent
from members.models.member import Member


class MessageTemplate(models.Model):
    """What members are written, in both languages. `{name}` and the like are filled in when it is sent."""

    class Channel(models.TextChoices):
        SMS = "sms", _("Text message")
        EMAIL = "email", _("E-mail")

    name = models.CharField(_("name"), max_length=80, unique=True)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Consent.Purpose, default=Consent.Purpose.SERVICE)
    subject_zh = models.CharField(_("subject, Chinese"), max_length=120, blank=True)
    body_zh = models.TextField(_("text, Chinese"), max_length=4000)
    subject_en = models.CharField(_("subject, English"), max_length=120, blank=True)
    body_en = models.TextField(_("text, English"), max_length=4000)
    gateway_code = models.CharField(_("template code at the SMS provider"), max_length=60, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """One message to one member: written with what caused it, sent once or not at all, and never without a reason.

    The address is looked up when it is sent and is not kept. `about` and `about_id` name what it speaks of; links with
    secrets are made at the moment of sending, so that none lies in the database.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        UNREACHED = "unreached", _("Did not arrive")
        SKIPPED = "skipped", _("Not sent")
        FAILED = "failed", _("Failed")
        UNCLEAR = "unclear", _("Sent or not: not known")  # interrupted, and the provider cannot be asked

    key = models.CharField(max_length=120, unique=True, editable=False)  # what it is, once: "survey-invitation-17"
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="messages", verbose_name=_("member"))
    template = models.ForeignKey(
        MessageTemplate, on_delete=models.PROTECT, related_name="messages", verbose_name=_("template")
    )
    channel = models.CharField(_("channel"), max_length=8, choices=MessageTemplate.Channel)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Consent.Purpose)
    language = models.CharField(_("language"), max_length=8, default="zh-hans")
    about = models.CharField(max_length=40, blank=True, editable=False)  # a key of members.services.contact's fillers
    about_id = models.BigIntegerField(null=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(_("why not"), max_length=40, blank=True, editable=False)  # a code, with words
    provider_said = models.CharField(  # the code of the provider of text messages
        _("the provider’s code"), max_length=80, blank=True, db_default="", default="", editable=False
    )
    next_at = models.DateTimeField(_("next attempt"), null=True, default=clock.now, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    lease = models.PositiveIntegerField(default=0, editable=False)
    gateway_id = models.CharField(max_length=120, blank=True, editable=False)  # the provider's number, for receipts
    made_at = models.DateTimeField(_("made at"), default=clock.now, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, editable=False)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="message_due"),
            models.Index(fields=["member", "sent_at"], name="message_of_member"),
            models.Index(fields=["gateway_id"], condition=~Q(gateway_id=""), name="message_of_gateway"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending"]) ^ Q(next_at__isnull=True), name="message_waits_for"
            ),
        ]

    def __str__(self) -> str:
        return self.key
