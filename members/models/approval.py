from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.models.member import Member

if TYPE_CHECKING:
    from members.models.store import Store


class Approval(models.Model):
    """Something that one person asks for and another one decides: who, about whom, what came of it.

    `payload` holds what the kind needs to do it and to say it in words, as things stood when it was asked; names and
    contacts stay out of it, they are read from the member.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waiting")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Expired")  # never stored: open, and its time is over

    kind = models.CharField(_("kind"), max_length=40)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="approvals", verbose_name=_("member")
    )
    stores: "models.ManyToManyField[Store, Any]" = models.ManyToManyField(
        "members.Store", verbose_name=_("stores"), blank=True, related_name="+"
    )  # none: only who sees all stores decides
    payload = models.JSONField(default=dict, editable=False)
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("asked by"), related_name="asked", editable=False
    )
    created_at = models.DateTimeField(_("asked at"), default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"), editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("decided by"), null=True, related_name="+",
        editable=False,
    )  # fmt: skip
    settled_at = models.DateTimeField(_("settled at"), null=True, editable=False)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "expires_at"], name="approval_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["approved", "declined", "withdrawn"]) ^ Q(settled_at__isnull=True),
                name="approval_settled_has_time",
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("asked_by")), name="approval_by_a_second_person"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def standing(self) -> "Approval.State":
        """What has become of it by now."""
        is_over = self.state == self.State.OPEN and self.expires_at <= clock.now()
        return self.State.EXPIRED if is_over else self.State(self.state)
