from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.lib.money import MoneyField
from members.models import Category, Channel, Product, Store
from rewards.models.tier import Tier


class PointsRules(models.Model):
    """How points are earned and spent from a business date on. Changed by a new version, never in place."""

    class Rounding(models.TextChoices):
        DOWN = "down", _("Down")
        NEAREST = "nearest", _("To the nearest")
        UP = "up", _("Up")

    class Expiry(models.TextChoices):
        NEVER = "never", pgettext_lazy("expiry", "Never")
        DAYS = "days", _("After so many days")
        MONTHS = "months", _("After so many months")
        MONTH_END = "month_end", _("At the end of a month, after so many months")
        YEAR_END = "year_end", _("At the end of a year, after so many years")
        ACTIVITY = "activity", _("So many months after the last purchase")  # each purchase keeps all points alive

    class Refund(models.TextChoices):
        PENDING = "pending", _("Take them from points that are not available yet")
        BALANCE = "balance", _("Take them from all points there are")
        DEBT = "debt", _("Take them, and let the member owe the rest")

    class Offline(models.TextChoices):
        DEBT = "debt", _("The member owes what was missing")
        REFUSE = "refuse", _("Refuse the redemption, take the order")

    first_day = models.DateField(_("first day"), null=True, blank=True)
    # What is earned: `points` for each full or partial `per`, as rounded.
    points = models.PositiveIntegerField(_("points"), default=1)
    per = MoneyField(_("for each"), default=1)
    minimum = MoneyField(_("from an order of"), default=0)
    rounding = models.CharField(_("rounding"), max_length=8, choices=Rounding, default=Rounding.DOWN)
    per_order = models.PositiveIntegerField(_("at most for an order"), null=True, blank=True)
    per_day = models.PositiveIntegerField(_("at most on a day"), null=True, blank=True)
    pending_days = models.PositiveSmallIntegerField(_("available after days"), default=0)
    expiry = models.CharField(_("expire"), max_length=10, choices=Expiry, default=Expiry.MONTHS)
    expiry_length = models.PositiveSmallIntegerField(_("days, months or years"), default=12)
    stores = models.ManyToManyField(Store, blank=True, related_name="+", verbose_name=_("stores"))
    all_but_stores = models.BooleanField(_("all stores but these"), default=False)
    channels = models.ManyToManyField(Channel, blank=True, related_name="+", verbose_name=_("channels"))
    all_but_channels = models.BooleanField(_("all channels but these"), default=False)
    products = models.ManyToManyField(Product, blank=True, related_name="+", verbose_name=_("products"))
    all_but_products = models.BooleanField(_("all products but these"), default=False)
    categories = models.ManyToManyField(Category, blank=True, related_name="+", verbose_name=_("categories"))
    all_but_categories = models.BooleanField(_("all categories but these"), default=False)
    refund = models.CharField(_("when given points are spent"), max_length=8, choices=Refund, default=Refund.DEBT)
    # What they are worth at the till: `cash_points` pay `cash_amount`. 0: points pay nothing.
    cash_points = models.PositiveIntegerField(_("points that pay"), default=0)
    cash_amount = MoneyField(_("pay so much"), default=0)
    cash_minimum = models.PositiveIntegerField(_("at least so many points"), default=0)
    cash_percent = models.PositiveSmallIntegerField(_("at most so much of an order (%)"), default=100)
    offline = models.CharField(
        _("when a till was offline and points are missing"), max_length=8, choices=Offline, default=Offline.DEBT
    )
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)

    class Meta:
        verbose_name = _("rules of points")
        verbose_name_plural = _("rules of points")
        ordering = ["-first_day", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["first_day"], condition=Q(published_at__isnull=False), name="points_rules_one_a_day"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(first_day__isnull=False), name="points_rules_have_a_day"
            ),
            models.CheckConstraint(condition=Q(per__gt=0), name="points_rules_per_something"),
            models.CheckConstraint(condition=Q(cash_percent__range=(0, 100)), name="points_rules_part_of_an_order"),
        ]

    def __str__(self) -> str:
        return str(self.first_day or "–")


class Multiplier(models.Model):
    """More points on some days, or for some tiers; of several that hold the best counts."""

    rules = models.ForeignKey(
        PointsRules, on_delete=models.CASCADE, related_name="multipliers", verbose_name=_("rules of points")
    )
    name = models.CharField(_("name"), max_length=40)
    percent = models.PositiveSmallIntegerField(_("percent"))  # 150: one and a half
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    weekdays = models.JSONField(_("weekdays"), default=list, blank=True)  # 0 = Monday
    month_days = models.JSONField(_("days of the month"), default=list, blank=True)  # a member day
    tiers = models.ManyToManyField(Tier, blank=True, related_name="+", verbose_name=_("tiers"))

    class Meta:
        verbose_name = _("multiplier")
        verbose_name_plural = _("multipliers")

    def __str__(self) -> str:
        return self.name


class EventRule(models.Model):
    """Points for what is no purchase, at most so many times in a period."""

    class Event(models.TextChoices):
        SIGN_UP = "sign_up", _("Sign-up")
        REVIEW = "review", _("Review")
        SURVEY = "survey", _("Survey")
        BIRTHDAY = "birthday", _("Birthday")
        EVENT = "event", _("Event attended")

    class Per(models.TextChoices):
        EVER = "ever", _("Ever")
        YEAR = "year", _("A year")
        MONTH = "month", _("A month")
        DAY = "day", _("A day")

    rules = models.ForeignKey(
        PointsRules, on_delete=models.CASCADE, related_name="events", verbose_name=_("rules of points")
    )
    event = models.CharField(_("event"), max_length=10, choices=Event)
    points = models.PositiveIntegerField(_("points"))
    times = models.PositiveSmallIntegerField(_("at most so many times"), default=1)
    per = models.CharField(_("in"), max_length=5, choices=Per, default=Per.EVER)

    class Meta:
        verbose_name = _("points for an event")
        verbose_name_plural = _("points for events")
        constraints = [models.UniqueConstraint(fields=["rules", "event"], name="event_rule_once")]

    def __str__(self) -> str:
        return f"{self.rules_id}/{self.event}"
