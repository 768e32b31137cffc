from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib import clock


class TwoSecrets(models.Model):
    """What both sides sign with. While it is being changed there are two, and either will do.

    They stand in the database as they are: a signature cannot be made or checked with a hash of its key.
    """

    secret = models.CharField(max_length=200, editable=False)
    old_secret = models.CharField(max_length=200, blank=True, default="", editable=False)
    created_by = models.CharField(_("by"), max_length=80, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    ended_at = models.DateTimeField(_("deactivated at"), null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def secrets(self) -> list[str]:
        """The present one, then the one before it if that still counts."""
        return [secret for secret in (self.secret, self.old_secret) if secret]

    @property
    def is_active(self) -> bool:
        return self.ended_at is None
