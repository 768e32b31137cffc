from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import Member


class OwnPageLink(models.Model):
    """A secret link to a member's own page. The secret is with the member; here is its hash."""

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="own_page_links", verbose_name=_("member")
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("good until"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    made_by = models.CharField(_("who"), max_length=80, editable=False)

    class Meta:
        verbose_name = _("link to a member’s own page")
        verbose_name_plural = _("links to members’ own pages")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(ended_at__isnull=True), name="own_page_one_link")
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
