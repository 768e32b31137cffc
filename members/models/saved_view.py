from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib import clock


class SavedView(models.Model):
    """A way of looking at the member list, kept under a name: its filters, sort and columns."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    params = models.JSONField(_("filters"), default=dict, editable=False)  # of the member list: name -> its values
    is_shared = models.BooleanField(_("for everybody"), default=True, editable=False)  # else for who saved it alone
    made_by = models.CharField(_("by"), max_length=80, blank=True, editable=False)
    user_id = models.BigIntegerField(null=True, editable=False)
    made_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
