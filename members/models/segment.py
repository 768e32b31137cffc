from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.models.member import Member


class Segment(models.Model):
    """People kept under a name: those of one moment, or whoever fits the filters of a list when it is asked."""

    class Kind(models.TextChoices):
        SNAPSHOT = "snapshot", _("the people of that moment")
        FILTER = "filter", _("whoever fits the filters")

    name = models.CharField(_("name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, editable=False)
    params = models.JSONField(_("filters"), default=dict, editable=False)  # of the member list: name -> its values
    made_by = models.CharField(_("by"), max_length=80, blank=True, editable=False)
    user_id = models.BigIntegerField(null=True, editable=False)
    made_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["snapshot", "filter"]), name="segment_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


class SegmentMember(models.Model):
    """Somebody in a snapshot, by the record of that moment; whom it counts for today its member says."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="entries")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "member"], name="segment_member_once")]

    def __str__(self) -> str:
        return f"{self.segment_id}: {self.member_id}"
