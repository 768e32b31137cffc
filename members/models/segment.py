from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.models.member import Member
from members.models.user import User


class Segment(models.Model):
    """A group of members kept under a name: those of one moment, or whoever fits a list's filter now.

    What it holds never changes by an edit, only its name does; another filter is another segment.
    """

    class Kind(models.TextChoices):
        SNAPSHOT = "snapshot", _("Snapshot")
        FILTER = "filter", _("Live filter")

    name = models.CharField(_("name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    params = models.JSONField(_("filter"), default=dict, blank=True)  # of the list it was saved from: name -> values
    owner = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    is_shared = models.BooleanField(_("for everybody"), default=True)  # else for its owner alone
    created_by = models.CharField(_("by"), max_length=80, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["snapshot", "filter"]), name="segment_kind_known")
        ]

    def __str__(self) -> str:
        return self.name


class SegmentMember(models.Model):
    """Who was on the list when a snapshot was taken: the record of that day, wherever it counts today."""

    segment = models.ForeignKey(
        Segment, on_delete=models.CASCADE, db_index=False, related_name="held", verbose_name=_("segment")
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))

    class Meta:
        verbose_name = _("member of a snapshot")
        verbose_name_plural = _("members of snapshots")
        constraints = [models.UniqueConstraint(fields=["segment", "member"], name="segment_member_once")]

    def __str__(self) -> str:
        return f"{self.segment_id}/{self.member_id}"
