from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.models.member import Member


class Consent(models.Model):
    """What a member allowed or withdrew, for one purpose and channel. Never changed: the latest row is what holds.

    A row with no channel speaks of every channel of its purpose.
    """

    class Purpose(models.TextChoices):
        MARKETING = "marketing", _("Advertising")
        SERVICE = "service", _("Service messages")
        PROFILING = "profiling", _("Analysis of the own purchases")

    class Channel(models.TextChoices):
        EVERY = "", _("Every channel")
        SMS = "sms", _("Text message")
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone call")
        POST = "post", _("Post")

    class Source(models.TextChoices):
        COUNTER = "counter", _("At the counter")
        FORM = "form", _("On a signed form")
        WRITING = "writing", _("In a message or letter")
        CALL = "call", _("By phone")
        LINK = "link", _("By the link in a message")

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="consents", verbose_name=_("member"))
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, blank=True, default=Channel.EVERY)
    given = models.BooleanField(_("allowed"))
    happened_on = models.DateField(_("day"))  # when the member said so, which may lie before it was written down
    source = models.CharField(_("how it was said"), max_length=10, choices=Source)
    wording = models.CharField(_("wording or version of the text"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now, editable=False)
    created_by = models.CharField(_("by"), max_length=80, blank=True, editable=False)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(purpose__in=["marketing", "service", "profiling"]), name="consent_purpose_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.purpose}/{self.channel}"
