import datetime as dt
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib.money import MoneyField, QuantityField
from members.models.channel import Channel
from members.models.fact import UNVOIDED, Fact
from members.models.import_batch import ImportBatch
from members.models.member import Member
from members.models.product import Product
from members.models.store import Store


class Order(Fact):
    """A purchase, by a member or by a guest. A changed order is a new row; the old one is voided."""

    class Status(models.TextChoices):
        PAID = "paid", _("Paid")
        PENDING = "pending", _("Not paid yet")
        CANCELLED = "cancelled", _("Cancelled")
        TEST = "test", _("Test order")

    class Match(models.TextChoices):
        ACCOUNT = "account", _("by marketplace account")
        NUMBER = "number", _("by member number")
        PHONE = "phone", _("by phone")
        EMAIL = "email", _("by e-mail")

    source = models.CharField(_("source"), max_length=60)
    number = models.CharField(_("order number"), max_length=120)
    # Who bought, as recorded: the member found or made by `matched_by`; never changed. None: a guest.
    buyer = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("buyer")
    )
    matched_by = models.CharField(
        _("recognised"), max_length=10, choices=Match, blank=True, db_default="", editable=False
    )
    # Whom it counts for today: the buyer, or the member that the buyer was merged into.
    member = models.ForeignKey(
        Member,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("member"),
    )  # None: a guest
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="orders", verbose_name=_("store"))
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="orders", verbose_name=_("channel"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PAID)
    ordered_at = models.DateTimeField(_("ordered at"))
    business_date = models.DateField(_("business date"))  # in the store's zone, set once at write
    total = MoneyField(_("total"))  # sum of the lines
    gross = MoneyField(_("revenue"))  # total less gift cards sold and what points and coupons paid
    itemised = models.BooleanField(_("with its lines"), db_default=True, editable=False)  # False: only its total
    # A guest's, for the day when they become a member's. Of members these are identifiers.
    guest_phone = models.CharField(_("phone of the guest"), max_length=20, blank=True, db_default="", editable=False)
    guest_email = models.CharField(_("e-mail of the guest"), max_length=200, blank=True, db_default="", editable=False)
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="replaced_by",
        verbose_name=_("replaces"),
    )  # fmt: skip
    content_hash = models.BinaryField(max_length=16, editable=False)
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, null=True, editable=False, related_name="orders")

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-ordered_at", "-id"]
        indexes = [
            models.Index(fields=["member", "business_date"], name="order_member_date"),
            models.Index(fields=["store", "business_date"], name="order_store_date"),
            models.Index(fields=["business_date"], name="order_date"),
            models.Index(
                fields=["number"], name="order_number", opclasses=["varchar_pattern_ops"]
            ),  # for its beginning
            models.Index(fields=["guest_phone"], condition=~models.Q(guest_phone=""), name="order_guest_phone"),
            models.Index(fields=["guest_email"], condition=~models.Q(guest_email=""), name="order_guest_email"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], condition=UNVOIDED, name="order_number_once"),
            models.CheckConstraint(
                condition=models.Q(status__in=["paid", "pending", "cancelled", "test"]),
                name="order_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(buyer__isnull=True, member__isnull=True)
                | models.Q(buyer__isnull=False, member__isnull=False),
                name="order_of_buyer_and_member",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: object, **kwargs: object) -> None:
        self.buyer_id = self.buyer_id or self.member_id
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def local_time(self) -> dt.datetime:
        """When it was ordered, on the wall clock of its store."""
        return self.ordered_at.astimezone(ZoneInfo(self.store.zone))


class OrderLine(models.Model):
    """What was sold. Lines live and die with their order."""

    class Kind(models.TextChoices):
        GOODS = "goods", _("Goods")
        GIFT_CARD = "gift_card", _("Gift card")
        FEE = "fee", _("Fee")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", verbose_name=_("order"))
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="lines",
        verbose_name=_("product"),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.GOODS)
    quantity = QuantityField(_("quantity"))
    amount = MoneyField(_("amount"))  # what the line costs in all, after its discount

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")

    def __str__(self) -> str:
        return f"{self.order_id}/{self.pk}"


class Payment(models.Model):
    """How one part of an order was paid."""

    class Kind(models.TextChoices):
        MONEY = "money", _("Money")
        POINTS = "points", _("Points")
        COUPON = "coupon", _("Coupon")
        GIFT_CARD = "gift_card", _("Gift card")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="payments", verbose_name=_("order"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.MONEY)
    amount = MoneyField(_("amount"))

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")

    def __str__(self) -> str:
        return f"{self.order_id}/{self.pk}"
