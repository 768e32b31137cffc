from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.models.import_batch import ImportBatch
from members.models.member import Member


class IdentityConflict(models.Model):
    """A row of a file whose identifiers point to two members: left out, until somebody decides.

    `keys` lists which identifier (kind, value) points to which member id.
    """

    class Resolution(models.TextChoices):
        MERGED = "merged", _("The same person: merged")
        DISTINCT = "distinct", _("Two people")

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="conflicts", verbose_name=_("import"))
    row = models.PositiveBigIntegerField(_("row"))
    subject = models.CharField(_("order or member"), max_length=120, blank=True)
    keys = models.JSONField(default=list)
    first = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("one member"))
    second = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("other member"))
    resolution = models.CharField(_("decision"), max_length=10, choices=Resolution, blank=True)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    resolved_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    resolved_by = models.CharField(_("decided by"), max_length=80, blank=True, editable=False)

    class Meta:
        verbose_name = _("conflict")
        verbose_name_plural = _("conflicts")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "row"], name="conflict_once_per_row"),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolution="") | Q(resolved_at__isnull=False) & ~Q(resolution=""),
                name="conflict_resolved_how_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.row}"
