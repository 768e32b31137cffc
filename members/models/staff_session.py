from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib import clock


class StaffSession(models.Model):
    """A browser in which somebody is signed in. Django's session holds this row's number, and is over without it.

    The number and not the key of Django's session: it outlives the change of that key, and whoever reads this table
    learns nothing that opens a session.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("who"), related_name="sessions")
    started_at = models.DateTimeField(_("signed in"), default=clock.now, editable=False)
    seen_at = models.DateTimeField(_("last seen"), default=clock.now, editable=False)  # to the minute
    ip = models.GenericIPAddressField(_("network address"), null=True, editable=False)
    agent = models.CharField(_("browser"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"
