from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.fact import Fact
from members.models.member import Member


class Exclusion(Fact):
    """Days on which a member's purchases count in no report, because the buyer was not a customer."""

    class Reason(models.TextChoices):
        STAFF = "staff", _("Staff")
        TEST = "test", _("Test account")
        RESELLER = "reseller", _("Reseller")
        BLACKLISTED = "blacklisted", _("Blacklisted")

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="exclusions", verbose_name=_("member"))
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("until (inclusive)"), null=True, blank=True)
    created_by = models.CharField(_("set by"), max_length=80, blank=True, editable=False)

    class Meta:
        verbose_name = _("exclusion")
        verbose_name_plural = _("exclusions")
        ordering = ["-from_date"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_date__isnull=True) | models.Q(to_date__gte=models.F("from_date")),
                name="exclusion_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.from_date} – {self.to_date or '…'}"
