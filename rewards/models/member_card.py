from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Member


class MemberCard(models.Model):
    """How often the code of a member's card was revoked; without a row it never was."""

    member = models.OneToOneField(
        Member, on_delete=models.PROTECT, related_name="points_card", verbose_name=_("member")
    )
    revoked = models.PositiveSmallIntegerField(_("revoked so many times"), default=0)

    class Meta:
        verbose_name = _("member card")
        verbose_name_plural = _("member cards")

    def __str__(self) -> str:
        return f"#{self.pk}"
