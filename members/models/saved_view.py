from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.models.user import User


class SavedView(models.Model):
    """A way of looking at the member list, kept under a name: its filters, sort and columns."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    params = models.JSONField(_("filter"), default=dict, blank=True)  # of the list: name -> values
    owner = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    is_shared = models.BooleanField(_("for everybody"), default=True)  # else for its owner alone
    created_by = models.CharField(_("by"), max_length=80, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
