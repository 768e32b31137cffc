from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.models import Store
from surveys.models.case import Case


class BusinessHours(models.Model):
    """When a store answers: one interval of a weekday; a day may have several. No store: every store without own."""

    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, null=True, blank=True, related_name="hours", verbose_name=_("store")
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"))  # 0: Monday
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("to"))

    class Meta:
        verbose_name = _("business hours")
        verbose_name_plural = _("business hours")
        ordering = ["store", "weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="hours_on_a_weekday"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="hours_close_after_opening"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}-{self.closes:%H:%M}"


class Holiday(models.Model):
    """A day on which a store does not answer. No store: none does."""

    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, null=True, blank=True, related_name="holidays", verbose_name=_("store")
    )
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day}"


class ResponseTarget(models.Model):
    """How soon a case of a priority is to be answered and solved, in business minutes."""

    priority = models.PositiveSmallIntegerField(_("priority"), choices=Case.Priority, unique=True)
    first_minutes = models.PositiveIntegerField(_("first answer within minutes"))
    resolve_minutes = models.PositiveIntegerField(_("solution within minutes"))

    class Meta:
        verbose_name = _("response target")
        verbose_name_plural = _("response targets")
        ordering = ["priority"]

    def __str__(self) -> str:
        return str(self.priority)
