from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib import clock


class ImportPreset(models.Model):
    """How one export of this merchant is read, saved by staff: offered for files with the same columns."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    header = models.JSONField(default=list)  # the compared form of every column name it uses
    options = models.JSONField(default=dict)  # as of an import: kind, columns, zones, store, source, decisions
    created_by = models.CharField(_("by"), max_length=80, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("import preset")
        verbose_name_plural = _("import presets")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
