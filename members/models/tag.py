from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.models.member import Member


class Tag(models.Model):
    """A word that staff put on members."""

    name = models.CharField(_("name"), max_length=30, unique=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class MemberTag(models.Model):
    """That a record carries a tag; one of a merged record is read as its owner's."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, db_index=False, related_name="worn", verbose_name=_("tag"))
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="tags", verbose_name=_("member"))
    created_by = models.CharField(_("by"), max_length=80, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("tag of a member")
        verbose_name_plural = _("tags of members")
        constraints = [models.UniqueConstraint(fields=["tag", "member"], name="member_tag_once")]

    def __str__(self) -> str:
        return f"{self.tag_id}/{self.member_id}"
