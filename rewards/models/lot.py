from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rewards.models.account import LIMIT, Account
from rewards.models.entry import Entry


class Lot(models.Model):
    """What is left of points that came in together, and until when.

    Entries alone cannot expire exactly: "earned less spent" is right only as long as no later points expire sooner.
    """

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="lot", verbose_name=_("entry"))
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lots", verbose_name=_("account"))
    quantity = models.BigIntegerField(_("points"))
    remaining = models.BigIntegerField(_("left"))
    # The points can be spent from this instant on; `is_pending` until somebody has noticed that it has come.
    available_at = models.DateTimeField(_("available from"))
    is_pending = models.BooleanField(_("not available yet"), default=False)
    # The last day, in the zone of the store; the points end with it. None: never.
    expires_on = models.DateField(_("expires on"), null=True)
    expires_at = models.DateTimeField(null=True, editable=False)  # the first instant after that day

    class Meta:
        verbose_name = _("lot of points")
        verbose_name_plural = _("lots of points")
        indexes = [
            models.Index(fields=["account", "expires_at", "id"], condition=Q(remaining__gt=0), name="lot_of_account"),
            models.Index(fields=["expires_at"], condition=Q(remaining__gt=0), name="lot_expiry"),
            models.Index(fields=["available_at"], condition=Q(is_pending=True, remaining__gt=0), name="lot_pending"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0, quantity__lte=LIMIT), name="lot_quantity_within"),
            models.CheckConstraint(
                condition=Q(remaining__gte=0, remaining__lte=F("quantity")), name="lot_remaining_within"
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True, expires_at__isnull=True)
                | Q(expires_on__isnull=False, expires_at__isnull=False),
                name="lot_expiry_day_and_instant",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
