from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import Member

LIMIT = 10**12  # far below 2^63, where SQLite would turn a sum into a float without a word


class Account(models.Model):
    """The points of one record of a member. Its three figures are sums of its lots, kept beside them for speed.

    Like orders, points stay with the record that earned them: a person who has two merged records has two accounts,
    and is shown and spends the sum of both. So parting the records restores every figure.
    """

    member = models.OneToOneField(
        Member, on_delete=models.PROTECT, related_name="points_account", verbose_name=_("member")
    )
    balance = models.BigIntegerField(_("available points"), default=0)
    pending = models.BigIntegerField(_("points not available yet"), default=0)
    debt = models.BigIntegerField(_("points owed"), default=0)  # spent, then taken back by a refund
    # When something last changed here. The account's clock never goes back behind it, whatever the machine's does.
    changed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("points account")
        verbose_name_plural = _("points accounts")
        constraints = [
            models.CheckConstraint(condition=Q(balance__range=(0, LIMIT)), name="account_balance_within"),
            models.CheckConstraint(condition=Q(pending__range=(0, LIMIT)), name="account_pending_within"),
            models.CheckConstraint(condition=Q(debt__range=(0, LIMIT)), name="account_debt_within"),
            models.CheckConstraint(condition=Q(debt=0) | Q(balance=0, pending=0), name="account_owes_or_has"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
