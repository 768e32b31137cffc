from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.models import Order
from rewards.models.account import LIMIT, Account


class Entry(models.Model):
    """One line of the points ledger. Never changed, never deleted: what was wrong is reversed by another entry.

    Its postings say which lots the points went into or came from; their sum is the amount.
    """

    class Kind(models.TextChoices):
        EARN = "earn", _("Earned")
        OPENING = "opening", _("Brought along")
        REDEEM = "redeem", _("Redeemed")
        EXPIRE = "expire", _("Expired")
        ADJUST = "adjust", _("Adjusted by hand")
        REVERSE = "reverse", _("Reversed")
        TRANSFER = "transfer", _("Set off against points owed")

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries", verbose_name=_("account"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    amount = models.BigIntegerField(_("points"))
    # Who asks gives a key, and asking again gives the first answer. None: what the ledger does by itself, which the
    # lots already hold to once.
    key = models.CharField(max_length=200, null=True, unique=True, editable=False)  # noqa: DJ001 - NULLs may repeat
    request_hash = models.BinaryField(max_length=16, editable=False)
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, related_name="points_entries", verbose_name=_("order")
    )
    reverses = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="reversals", verbose_name=_("reverses")
    )
    # Of a reversal: what was spent and is let go. Negative: it counts again, since its refund was withdrawn.
    forgiven = models.BigIntegerField(_("not taken back"), default=0)
    reason = models.CharField(_("reason"), max_length=40, blank=True)  # a code, no free text: it can name nobody
    detail = models.JSONField(_("how it was worked out"), default=dict)
    happened_at = models.DateTimeField(_("happened at"))
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now, editable=False)
    actor_kind = models.CharField(_("kind of actor"), max_length=10, editable=False)
    actor_name = models.CharField(_("who"), max_length=80, editable=False)
    user_id = models.BigIntegerField(null=True, editable=False)

    class Meta:
        verbose_name = _("points entry")
        verbose_name_plural = _("points entries")
        ordering = ["-id"]
        indexes = [models.Index(fields=["account", "id"], name="entry_account")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["earn", "opening"], amount__gt=0)
                | Q(kind__in=["redeem", "expire"], amount__lt=0)
                | (Q(kind="adjust") & ~Q(amount=0))
                | (Q(kind="reverse", reverses__isnull=False) & (~Q(amount=0) | ~Q(forgiven=0)))
                | Q(kind="transfer", amount=0),
                name="entry_sign_of_kind",
            ),
            models.CheckConstraint(condition=Q(amount__range=(-LIMIT, LIMIT)), name="entry_amount_within"),
            models.CheckConstraint(
                condition=Q(forgiven=0) | Q(forgiven__range=(-LIMIT, LIMIT), kind="reverse"),
                name="entry_forgiven_of_reversal",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
