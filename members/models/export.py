from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.models.job import Job


class Export(models.Model):
    """A file that a job makes and its owner fetches, once and soon. `number`, which its name carries, is the audit's.

    The file lies in private storage, under no address of its own.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        MAKING = "making", _("Being made")
        READY = "ready", _("Ready")
        FETCHED = "fetched", _("Downloaded")
        EXPIRED = "expired", _("Expired")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        FAILED = "failed", _("Failed")

    number = models.BigIntegerField(_("number"), unique=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("who"), related_name="exports", editable=False
    )
    kind = models.CharField(_("kind"), max_length=40)  # of members.lib.registry.files
    params = models.JSONField(_("filters"), default=dict)  # of the list, each with its values
    language = models.CharField(_("language"), max_length=10)
    whole_contacts = models.BooleanField(_("whole contacts"), default=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    job = models.OneToOneField(Job, models.SET_NULL, verbose_name=_("job"), null=True, related_name="export")
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    ready_at = models.DateTimeField(_("ready"), null=True, editable=False)
    expires_at = models.DateTimeField(_("valid until"), null=True, editable=False)
    fetched_at = models.DateTimeField(_("downloaded at"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    rows = models.PositiveBigIntegerField(_("rows"), default=0)
    sha256 = models.CharField(_("fingerprint of the file"), max_length=64, blank=True)
    file = models.CharField(max_length=60, blank=True, editable=False)  # its name in the storage; "" when there is none

    class Meta:
        verbose_name = _("private file")
        verbose_name_plural = _("private files")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ready_at__isnull=True) ^ Q(expires_at__isnull=False), name="export_ready_has_an_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}_{self.number}"

    @property
    def state(self) -> "Export.State":
        """What has become of it by now."""
        if self.withdrawn_at or self.fetched_at:
            return self.State.FETCHED if self.fetched_at else self.State.WITHDRAWN
        if self.expires_at:
            return self.State.READY if self.expires_at > clock.now() else self.State.EXPIRED
        if self.job is None or self.job.is_over:
            return self.State.FAILED
        return self.State.MAKING if self.job.state == Job.State.RUNNING else self.State.WAITING
