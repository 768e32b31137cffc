from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rewards.models.account import Account
from rewards.models.entry import Entry
from rewards.models.lot import Lot


class Posting(models.Model):
    """What one entry put into a lot or took from it. Without a lot: what it added to or paid off the points owed.

    Never changed, never deleted. A lot holds the sum of its postings; an account owes the negated sum of those without.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings", verbose_name=_("entry"))
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="postings", verbose_name=_("account"))
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="postings", verbose_name=_("lot"))
    amount = models.BigIntegerField(_("points"))

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="posting_not_zero"),
            models.UniqueConstraint(fields=["entry", "lot"], condition=Q(lot__isnull=False), name="posting_lot_once"),
            models.UniqueConstraint(
                fields=["entry", "account"], condition=Q(lot__isnull=True), name="posting_debt_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.pk}"
