from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.lib.roles import Role

if TYPE_CHECKING:
    from members.models.store import Store


class Invitation(models.Model):
    """A way in for one new member of staff, whose role and stores stand already. Its link works once, for some days."""

    class State(models.TextChoices):
        OPEN = "open", _("Invited")
        ACCEPTED = "accepted", _("Accepted")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Expired")

    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail"), blank=True)  # none: the link is handed over
    role = models.CharField(_("role"), max_length=20, choices=Role)
    stores: "models.ManyToManyField[Store, Any]" = models.ManyToManyField(
        "members.Store", verbose_name=_("stores"), blank=True, related_name="+"
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.CharField(_("by"), max_length=80, blank=True, editable=False)
    user_id = models.BigIntegerField(null=True, editable=False)  # of who invited
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"), editable=False)
    sent_at = models.DateTimeField(_("mailed"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("became"), null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="invitation_role_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> "Invitation.State":
        """What has become of it."""
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        return self.State.OPEN if self.expires_at > clock.now() else self.State.EXPIRED
