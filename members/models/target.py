from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib import clock


class Target(models.Model):
    """What the merchant wants a figure to reach, from a day on, until the next one; without a value: nothing more."""

    class Metric(models.TextChoices):
        REPEAT_RATE = "repeat_rate", _("Repeat rate (within 90 days)")
        SALES = "sales", _("Member sales of a month")
        ACTIVE_MEMBERS = "active_members", _("Active members in 90 days")

    class Period(models.TextChoices):
        MONTH = "month", _("calendar month")
        DAYS_90 = "90d", _("90 days")

    metric = models.CharField(_("figure"), max_length=20, choices=Metric)
    period = models.CharField(_("period"), max_length=5, choices=Period)
    value = models.BigIntegerField(_("value"), null=True)  # ten-thousandths of the whole or of the currency; people
    valid_from = models.DateField(_("valid from"))
    set_by = models.CharField(_("by"), max_length=80, blank=True, editable=False)
    set_at = models.DateTimeField(_("at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["-valid_from", "metric"]
        constraints = [
            models.UniqueConstraint(fields=["metric", "valid_from"], name="target_once_a_day"),
            models.CheckConstraint(condition=models.Q(value__gt=0) | models.Q(value=None), name="target_above_zero"),
        ]

    def __str__(self) -> str:
        return str(self.get_metric_display())
