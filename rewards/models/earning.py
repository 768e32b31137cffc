from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib.money import MoneyField
from members.models import Order, Refund
from rewards.models.entry import Entry
from rewards.models.points_rules import PointsRules


class Earning(models.Model):
    """What the rules said of a member's order, points or none, and what of it still stands after refunds.

    An order without this row has not been looked at yet. `refunded` and `is_void` are the state that `kept` was
    worked out for: when the order's own differ, it is to be looked at again.
    """

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="earning", verbose_name=_("order"))
    rules = models.ForeignKey(PointsRules, on_delete=models.PROTECT, null=True, verbose_name=_("rules of points"))
    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, null=True, related_name="earning", verbose_name=_("entry")
    )
    points = models.PositiveBigIntegerField(_("points earned"), default=0)
    kept = models.PositiveBigIntegerField(_("points kept after refunds"), default=0)
    eligible = MoneyField(_("money that earns"), default=0)
    why_none = models.CharField(_("why no points"), max_length=20, blank=True)  # a code of rules.earning
    refunded = MoneyField(_("refunded"), default=0)
    is_void = models.BooleanField(_("order void"), default=False)
    considered_at = models.DateTimeField(_("looked at"))

    class Meta:
        verbose_name = _("points of an order")
        verbose_name_plural = _("points of orders")

    def __str__(self) -> str:
        return f"#{self.order_id}"


class RefundTaken(models.Model):
    """A refund that names no order, and the points that it took at the rate of its day; no more than were earned.

    A refund without this row has not been looked at yet. `is_void`: it was withdrawn, and its points came again.
    """

    refund = models.OneToOneField(
        Refund, on_delete=models.PROTECT, related_name="points_taken", verbose_name=_("refund")
    )
    points = models.PositiveBigIntegerField(_("points taken back"), default=0)
    is_void = models.BooleanField(_("refund withdrawn"), default=False)
    considered_at = models.DateTimeField(_("looked at"))

    class Meta:
        verbose_name = _("points of a refund")
        verbose_name_plural = _("points of refunds")

    def __str__(self) -> str:
        return f"#{self.refund_id}"
