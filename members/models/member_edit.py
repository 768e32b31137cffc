from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.models.import_batch import ImportBatch
from members.models.member import Member


class MemberEdit(models.Model):
    """One field of a member that an import changed, so that the import can be undone."""

    at = models.DateTimeField(_("at"), default=clock.now, editable=False)
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="edits", verbose_name=_("import"))
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="edits", verbose_name=_("member"))
    field = models.CharField(_("field"), max_length=20)
    before = models.CharField(_("before"), max_length=200, blank=True)
    after = models.CharField(_("after"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("change of a member")
        verbose_name_plural = _("changes of members")

    def __str__(self) -> str:
        return f"{self.member_id}.{self.field}"
