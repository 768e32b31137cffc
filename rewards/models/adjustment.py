from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.models import Member
from rewards.models.account import LIMIT
from rewards.models.entry import Entry


class PointsFile(models.Model):
    """A file of points that was checked, and what became of it. The file itself is not kept: its rows are."""

    class Kind(models.TextChoices):
        OPENING = "opening", _("Opening balances")
        ADJUST = "adjust", _("Points by hand")

    class State(models.TextChoices):
        CHECKED = "checked", _("Checked, nothing written yet")
        WAITING = "waiting", _("Waiting for a second person")
        WRITING = "writing", _("Being written")
        DONE = "done", _("Written")
        DISCARDED = "discarded", _("Discarded")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    file_name = models.CharField(_("file"), max_length=120)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CHECKED)
    rows = models.PositiveIntegerField(_("rows"))  # with something in them
    repeated = models.PositiveIntegerField(_("written before"), default=0)
    wrong = models.PositiveIntegerField(_("rejected rows"), default=0)
    given = models.BigIntegerField(_("points given"), default=0)
    taken = models.BigIntegerField(_("points taken"), default=0)  # positive
    findings = models.JSONField(default=list, editable=False)  # [row, column, code], the first ones
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who"), editable=False
    )
    created_at = models.DateTimeField(_("checked at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("file of points")
        verbose_name_plural = _("files of points")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name


class Adjustment(models.Model):
    """Points given or taken by a person, alone or as a row of a file: why, in their own words.

    The words stand here and not in the ledger, whose entries are never changed: an erasure blanks them.
    """

    class Reason(models.TextChoices):
        GOODWILL = "goodwill", _("Goodwill")
        CORRECTION = "correction", _("Correction")
        COMPLAINT = "complaint", _("Complaint")
        PROMOTION = "promotion", _("Promotion")
        OTHER = "other", _("Other")

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="points_adjustments", verbose_name=_("member")
    )
    points = models.BigIntegerField(_("points"))
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    note = models.CharField(_("note"), max_length=300, blank=True)
    key = models.CharField(max_length=120, db_index=True, editable=False)  # of the entry in the ledger
    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, null=True, related_name="adjustment", verbose_name=_("entry")
    )
    file = models.ForeignKey(
        PointsFile, on_delete=models.CASCADE, null=True, related_name="lines", verbose_name=_("file of points")
    )
    row = models.PositiveIntegerField(_("row"), null=True)  # of the file
    earned_on = models.DateField(_("earned on"), null=True)
    expires_on = models.DateField(_("last day"), null=True)
    problem = models.CharField(max_length=20, blank=True, editable=False)  # why a row was not written in the end
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who"), editable=False
    )
    created_at = models.DateTimeField(_("recorded at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("adjustment of points")
        verbose_name_plural = _("adjustments of points")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(points=0) & Q(points__range=(-LIMIT, LIMIT)), name="adjustment_of_points"
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=True, row__isnull=True) | Q(file__isnull=False, row__isnull=False),
                name="adjustment_row_of_a_file",
            ),
            models.UniqueConstraint(fields=["file", "row"], name="adjustment_row_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
