from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.lib.money import MoneyField
from members.models import Member, Store
from rewards.models.coupon import CouponOffer
from rewards.models.entry import Entry


class Gift(models.Model):
    """Something that points buy: goods, a service, or a coupon."""

    class Kind(models.TextChoices):
        GOODS = "goods", _("Goods")
        SERVICE = "service", _("Service")
        COUPON = "coupon", _("Coupon")

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.GOODS)
    points = models.PositiveIntegerField(_("points"))
    coupon = models.ForeignKey(
        CouponOffer, on_delete=models.PROTECT, null=True, blank=True, related_name="gifts", verbose_name=_("coupon")
    )
    unit_cost = MoneyField(_("costs us"), default=0)
    worth = MoneyField(_("worth to the member"), default=0)
    stock = models.PositiveIntegerField(_("how many in all"), null=True, blank=True)  # None: without end
    given = models.PositiveIntegerField(_("given"), default=0, editable=False)
    per_member = models.PositiveSmallIntegerField(_("for each member"), null=True, blank=True)
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    is_active = models.BooleanField(_("on offer"), default=True)

    class Meta:
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        ordering = ["points", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(points__gt=0), name="gift_takes_points"),
            models.CheckConstraint(
                condition=Q(stock__isnull=True) | Q(given__lte=F("stock")), name="gift_within_stock"
            ),
            models.CheckConstraint(
                condition=(Q(kind="coupon") & Q(coupon__isnull=False)) | (~Q(kind="coupon") & Q(coupon__isnull=True)),
                name="gift_coupon_of_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GiftClaim(models.Model):
    """A gift that a member took for points: reserved until it is handed over, or cancelled and the points returned."""

    class State(models.TextChoices):
        RESERVED = "reserved", _("To be handed over")
        DONE = "done", _("Handed over")
        CANCELLED = "cancelled", _("Cancelled")

    gift = models.ForeignKey(Gift, on_delete=models.PROTECT, related_name="claims", verbose_name=_("gift"))
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="gift_claims", verbose_name=_("member"))
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, verbose_name=_("store"))
    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, related_name="gift_claim", verbose_name=_("points entry")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RESERVED)
    claimed_at = models.DateTimeField(_("claimed at"))
    settled_at = models.DateTimeField(_("handed over or cancelled at"), null=True)

    class Meta:
        verbose_name = _("gift claimed")
        verbose_name_plural = _("gifts claimed")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk}"
