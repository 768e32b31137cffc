from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.models import User


class ReportMail(models.Model):
    """A report that a colleague gets by e-mail every week.

    `next_at` is when it is due, and the claim: who moves it on sends it. `claimed_for` is the due time sent last.
    """

    report = models.CharField(_("report"), max_length=60)
    filters = models.JSONField(_("filters"), default=dict)  # as in the address of its page: a range moves on by itself
    recipient = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="report_mails", verbose_name=_("recipient")
    )
    weekday = models.PositiveSmallIntegerField(_("day of the week"))  # 0 is Monday
    hour = models.PositiveSmallIntegerField(_("hour"))  # in the merchant's zone
    created_by = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="created_report_mails", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    next_at = models.DateTimeField(_("next due"))
    claimed_for = models.DateTimeField(_("last sent for"), null=True, editable=False)

    class Meta:
        verbose_name = _("weekly report")
        verbose_name_plural = _("weekly reports")
        ordering = ["-id"]
        indexes = [models.Index(fields=["next_at"], condition=models.Q(is_active=True), name="report_mail_due")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weekday__range=(0, 6), hour__range=(0, 23)), name="report_mail_hour_of_week"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report} #{self.pk}"
