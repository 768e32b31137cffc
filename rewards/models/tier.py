from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.lib.money import MoneyField
from members.models import Member


class Tier(models.Model):
    """A level of membership. The lowest is everybody's; a special one is granted by a person and never evaluated."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=40)
    rank = models.PositiveSmallIntegerField(_("rank"), unique=True)  # the higher, the better
    is_special = models.BooleanField(_("granted by hand only"), default=False)

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        ordering = ["rank"]

    def __str__(self) -> str:
        return self.name


class TierRules(models.Model):
    """How members rise and keep their tiers from a business date on. Changed by a new version, never in place."""

    class Window(models.TextChoices):
        ROLLING = "rolling", _("The last months")
        CALENDAR = "calendar", _("The calendar year")
        LIFETIME = "lifetime", _("Everything so far")

    class Down(models.TextChoices):
        ONE = "one", _("One tier down")
        EARNED = "earned", _("To the tier that was earned")

    first_day = models.DateField(_("first day"), null=True, blank=True)  # None: a draft
    window = models.CharField(_("counts"), max_length=10, choices=Window, default=Window.ROLLING)
    months = models.PositiveSmallIntegerField(_("months"), default=12)  # of the rolling window, and of a period
    any_condition = models.BooleanField(_("one condition is enough"), default=True)
    down = models.CharField(_("when not kept"), max_length=10, choices=Down, default=Down.EARNED)
    grace_days = models.PositiveSmallIntegerField(_("days of grace"), default=0)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)

    class Meta:
        verbose_name = _("rules of tiers")
        verbose_name_plural = _("rules of tiers")
        ordering = ["-first_day", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["first_day"], condition=Q(published_at__isnull=False), name="tier_rules_one_a_day"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(first_day__isnull=False), name="tier_rules_have_a_day"
            ),
        ]

    def __str__(self) -> str:
        return str(self.first_day or "–")


class TierCondition(models.Model):
    """What a tier takes under one version of the rules; what is None is not asked for."""

    rules = models.ForeignKey(
        TierRules, on_delete=models.CASCADE, related_name="conditions", verbose_name=_("rules of tiers")
    )
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="conditions", verbose_name=_("tier"))
    spend = MoneyField(_("spend"), null=True, blank=True)  # net of refunds
    orders = models.PositiveIntegerField(_("orders"), null=True, blank=True)
    points = models.PositiveBigIntegerField(_("points earned"), null=True, blank=True)  # never the balance

    class Meta:
        verbose_name = _("condition of a tier")
        verbose_name_plural = _("conditions of tiers")
        constraints = [models.UniqueConstraint(fields=["rules", "tier"], name="tier_condition_once")]

    def __str__(self) -> str:
        return f"{self.rules_id}/{self.tier_id}"


class TierStay(models.Model):
    """A member's time in a tier, with why it began. The one without an end is where the member is."""

    class Reason(models.TextChoices):
        RAISED = "raised", _("Reached the tier")
        KEPT = "kept", _("Kept the tier for another period")
        LOWERED = "lowered", _("Did not keep the tier")
        GRANTED = "granted", _("Granted by hand")
        GRANT_ENDED = "grant_ended", _("The grant is over")

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="tier_stays", verbose_name=_("member")
    )  # the record that counts for the person
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="stays", verbose_name=_("tier"))
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    rules = models.ForeignKey(TierRules, on_delete=models.PROTECT, null=True, verbose_name=_("rules of tiers"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("day after the last"), null=True)  # half open
    # A tier that was reached is kept until this day, whatever happens; then it is evaluated anew. None: for good.
    kept_until = models.DateField(_("kept until"), null=True)
    detail = models.JSONField(_("what it was found by"), default=dict)  # spend (units), orders, points; codes only
    note = models.CharField(_("why it was granted"), max_length=200, blank=True)
    actor_kind = models.CharField(max_length=10, editable=False)
    actor_name = models.CharField(_("who"), max_length=80, editable=False)
    user_id = models.BigIntegerField(null=True, editable=False)
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)

    class Meta:
        verbose_name = _("time in a tier")
        verbose_name_plural = _("times in tiers")
        ordering = ["member", "-starts_on", "-id"]
        indexes = [models.Index(fields=["kept_until"], condition=Q(ends_on__isnull=True), name="tier_stay_due")]
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(ends_on__isnull=True), name="tier_stay_one_open"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")), name="tier_stay_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}/{self.tier_id}"
