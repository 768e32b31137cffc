from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib.money import MoneyField
from members.models.channel import Channel
from members.models.fact import UNVOIDED, Fact
from members.models.import_batch import ImportBatch
from members.models.member import Member
from members.models.order import Order
from members.models.store import Store


class Refund(Fact):
    """Money given back. It may name no order: then it lowers money, but un-makes no purchase."""

    source = models.CharField(_("source"), max_length=60)
    number = models.CharField(_("refund number"), max_length=120)
    order = models.ForeignKey(
        Order,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="refunds",
        verbose_name=_("order"),
    )
    buyer = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("buyer")
    )  # as of the order: who bought, as recorded
    member = models.ForeignKey(
        Member,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="refunds",
        verbose_name=_("member"),
    )
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="refunds", verbose_name=_("store"))
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="refunds", verbose_name=_("channel"))
    refunded_at = models.DateTimeField(_("refunded at"))
    business_date = models.DateField(_("business date"))
    amount = MoneyField(_("amount"))
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="replaced_by",
        verbose_name=_("replaces"),
    )  # fmt: skip
    content_hash = models.BinaryField(max_length=16, editable=False)
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, null=True, editable=False, related_name="refunds")

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-refunded_at", "-id"]
        indexes = [models.Index(fields=["business_date"], name="refund_date")]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], condition=UNVOIDED, name="refund_number_once"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="refund_not_negative"),
            models.CheckConstraint(
                condition=models.Q(buyer__isnull=True, member__isnull=True)
                | models.Q(buyer__isnull=False, member__isnull=False),
                name="refund_of_buyer_and_member",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: object, **kwargs: object) -> None:
        self.buyer_id = self.buyer_id or self.member_id
        super().save(*args, **kwargs)  # type: ignore[arg-type]
