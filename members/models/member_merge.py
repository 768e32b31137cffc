from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.fact import UNVOIDED, Fact
from members.models.member import Member


class MemberMerge(Fact):
    """For a while (recorded_at to voided_at) what is recorded for one member counts for another, its owner.

    `into` is the record that a person chose; `owner` is where that one ends: when it is itself merged later, this row
    is voided and recorded anew with the further owner. So one look-up finds the owner, at any past instant too.
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="merges", verbose_name=_("member"))
    into = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("merged into"))
    owner = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("counts for"))
    created_by = models.CharField(_("by"), max_length=80, blank=True, editable=False)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=UNVOIDED, name="merge_one_owner"),
            models.CheckConstraint(
                condition=~models.Q(member=models.F("owner")) & ~models.Q(member=models.F("into")),
                name="merge_into_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} > {self.owner_id}"
