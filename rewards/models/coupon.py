from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.lib.money import MoneyField
from members.models import Category, Member, Order, Product, Store


class CouponOffer(models.Model):
    """What a coupon is good for and how many there may be; each coupon that somebody holds is one `Coupon`."""

    class Kind(models.TextChoices):
        AMOUNT = "amount", _("Amount off")
        PERCENT = "percent", _("Percent off")
        GIFT = "gift", _("A product for nothing")

    class OnCancel(models.TextChoices):
        RETURN = "return", _("It can be used again, as long as it lasts")
        KEEP = "keep", _("It stays used")
        RENEW = "renew", _("It can be used again, for its full time")

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    amount = MoneyField(_("amount off"), null=True, blank=True)
    percent = models.PositiveSmallIntegerField(_("percent off"), null=True, blank=True)
    at_most = MoneyField(_("at most"), null=True, blank=True)  # of a percentage
    gift = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    threshold = MoneyField(_("from an order of"), default=0)
    nth_purchase = models.PositiveSmallIntegerField(_("on the member’s nth purchase"), null=True, blank=True)
    first_day = models.DateField(_("first day"), null=True, blank=True)  # dates of the store that takes it
    last_day = models.DateField(_("last day"), null=True, blank=True)
    valid_days = models.PositiveSmallIntegerField(_("days from its issue"), null=True, blank=True)
    stores = models.ManyToManyField(Store, blank=True, related_name="+", verbose_name=_("stores"))
    products = models.ManyToManyField(Product, blank=True, related_name="+", verbose_name=_("products"))
    categories = models.ManyToManyField(Category, blank=True, related_name="+", verbose_name=_("categories"))
    stock = models.PositiveIntegerField(_("how many in all"), null=True, blank=True)  # None: without end
    issued = models.PositiveIntegerField(_("issued"), default=0, editable=False)
    per_member = models.PositiveSmallIntegerField(_("for each member"), null=True, blank=True, default=1)
    combines = models.BooleanField(_("goes with other coupons"), default=False)
    with_points = models.BooleanField(_("goes with points"), default=True)
    on_cancel = models.CharField(_("when the order is cancelled"), max_length=8, choices=OnCancel, default="return")
    is_active = models.BooleanField(_("on offer"), default=True)

    class Meta:
        verbose_name = _("coupon offer")
        verbose_name_plural = _("coupon offers")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stock__isnull=True) | Q(issued__lte=F("stock")), name="coupon_offer_within_stock"
            ),
            models.CheckConstraint(
                condition=Q(kind="amount", amount__gt=0) | Q(kind="percent", percent__range=(1, 100))
                | Q(kind="gift", gift__isnull=False),
                name="coupon_offer_gives_something",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Coupon(models.Model):
    """One coupon, of one member or (printed, published) of whoever brings its code."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("coupon", "Open")
        USED = "used", _("Used")
        EXPIRED = "expired", _("Expired")
        VOID = "void", _("Withdrawn")

    offer = models.ForeignKey(CouponOffer, on_delete=models.PROTECT, related_name="coupons", verbose_name=_("offer"))
    code = models.CharField(_("code"), max_length=20, unique=True)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="coupons", verbose_name=_("member")
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    key = models.CharField(max_length=200, null=True, unique=True, editable=False)  # noqa: DJ001 - issued once by it
    reason = models.CharField(_("reason"), max_length=40, blank=True)  # a code: "gift", "tier", "hand", …
    issued_at = models.DateTimeField(_("issued at"))
    last_day = models.DateField(_("last day"), null=True)
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, related_name="coupons", verbose_name=_("order")
    )
    used_at = models.DateTimeField(_("used at"), null=True)
    amount = MoneyField(_("took off"), null=True)

    class Meta:
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        ordering = ["-id"]
        indexes = [models.Index(fields=["last_day"], condition=Q(state="open"), name="coupon_expiry")]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="used") & Q(used_at__isnull=False)) | (~Q(state="used") & Q(order__isnull=True)),
                name="coupon_used_for_something",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
