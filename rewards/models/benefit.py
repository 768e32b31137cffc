from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.lib.money import MoneyField
from members.models import Member, Order, Store
from rewards.models.tier import Tier


class Benefit(models.Model):
    """What a tier gives beside points, with what it costs and how often it may be used."""

    class Kind(models.TextChoices):
        DISCOUNT = "discount", _("Exclusive discount")
        PRIORITY = "priority", _("Priority purchase")
        GIFT = "gift", _("Gift")
        SHIPPING = "shipping", _("Free shipping")
        SUPPORT = "support", _("Dedicated support")
        AFTER_SALES = "after_sales", _("After-sales service")
        BOOKING = "booking", _("Booking")
        EXPERIENCE = "experience", _("Experience for members")
        SERVICE = "service", _("Added service")

    class Per(models.TextChoices):
        EVER = "ever", _("Ever")
        YEAR = "year", _("A year")
        MONTH = "month", _("A month")
        DAY = "day", _("A day")

    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="benefits", verbose_name=_("tier"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=80)
    percent = models.PositiveSmallIntegerField(_("percent off"), null=True, blank=True)  # of a discount
    unit_cost = MoneyField(_("costs us"), default=0)
    times = models.PositiveSmallIntegerField(_("at most so many times"), null=True, blank=True)
    per = models.CharField(_("in"), max_length=5, choices=Per, default=Per.YEAR)
    stock = models.PositiveIntegerField(_("how many in all"), null=True, blank=True)
    used = models.PositiveIntegerField(_("used"), default=0, editable=False)
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    is_active = models.BooleanField(_("on offer"), default=True)

    class Meta:
        verbose_name = _("benefit")
        verbose_name_plural = _("benefits")
        ordering = ["tier", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stock__isnull=True) | Q(used__lte=F("stock")), name="benefit_within_stock"
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__range=(1, 100)), name="benefit_percent_within"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BenefitUse(models.Model):
    """One use of a benefit, with what it cost."""

    benefit = models.ForeignKey(Benefit, on_delete=models.PROTECT, related_name="uses", verbose_name=_("benefit"))
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="benefit_uses", verbose_name=_("member"))
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, verbose_name=_("order"))
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, verbose_name=_("store"))
    key = models.CharField(max_length=200, unique=True, editable=False)
    cost = MoneyField(_("cost"), default=0)
    used_at = models.DateTimeField(_("used at"))
    business_date = models.DateField(_("business date"))
    actor_name = models.CharField(_("who"), max_length=80, editable=False)

    class Meta:
        verbose_name = _("use of a benefit")
        verbose_name_plural = _("uses of benefits")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk}"
