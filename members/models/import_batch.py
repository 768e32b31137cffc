from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.models.job import Job


class ImportBatch(models.Model):
    """One file on its way in: uploaded, matched, checked, imported."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Columns to match")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Ready to import")
        IMPORTING = "importing", _("Being imported")
        DONE = "done", _("Imported")
        REFUSED = "refused", _("Refused")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")
        DISCARDED = "discarded", _("Discarded")

    file_name = models.CharField(_("file"), max_length=200)
    path = models.CharField(max_length=500, editable=False)  # where the uploaded copy lies, inside the storage
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    sha256 = models.CharField(max_length=64, editable=False, blank=True)
    kind = models.CharField(_("kind"), max_length=10, blank=True)  # orders, lines, refunds, members
    preset = models.CharField(_("preset"), max_length=40, blank=True)
    source = models.CharField(_("source"), max_length=60, blank=True)
    options = models.JSONField(default=dict)  # encoding, zones, store, column mapping, decisions
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UPLOADED)
    refusal = models.JSONField(default=dict)  # code and parameters
    counts = models.JSONField(_("counts"), default=dict)  # the contract's rows, accepted, fixed, rejected, …
    summary = models.JSONField(default=dict)  # what the check found: problems, money by month and store
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, editable=False, related_name="batches")
    created_by = models.CharField(_("by"), max_length=80, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    undo = models.JSONField(default=dict, editable=False)  # what was undone, or the reasons why it could not be
    undone_at = models.DateTimeField(_("undone at"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, editable=False)
    forgotten_at = models.DateTimeField(_("copy deleted at"), null=True, editable=False)  # the file, and what it quotes

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name
