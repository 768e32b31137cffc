from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib import clock


class AuditEntry(models.Model):
    """Who did what, when, from where. Never changed or deleted: the database refuses it (members.lib.append_only)."""

    at = models.DateTimeField(_("at"), default=clock.now, editable=False, db_index=True)
    actor_kind = models.CharField(_("kind of actor"), max_length=10, editable=False)
    actor_name = models.CharField(_("who"), max_length=80, editable=False)
    user_id = models.BigIntegerField(null=True, editable=False)
    ip = models.GenericIPAddressField(_("from"), null=True, editable=False)
    verb = models.CharField(_("what"), max_length=60, editable=False)
    subject_type = models.CharField(_("kind of thing"), max_length=40, editable=False)
    subject_id = models.CharField(_("thing"), max_length=120, editable=False)
    detail = models.JSONField(_("detail"), default=dict, editable=False)  # before/after, filters, counts

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit")
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="audit_subject")]

    def __str__(self) -> str:
        return f"#{self.pk}"
