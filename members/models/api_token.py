from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.lib.roles import Scope

if TYPE_CHECKING:
    from members.models.store import Store


class ApiToken(models.Model):
    """A key with which another system uses the API: what it is for, in which stores, until when.

    The key itself is shown once and never kept: only its SHA-256. Tokens are revoked, never deleted: the audit names
    them.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        EXPIRED = "expired", _("Expired")
        REVOKED = "revoked", _("Revoked")

    name = models.CharField(_("name"), max_length=60, unique=True)
    key_id = models.CharField(_("beginning"), max_length=8, unique=True, editable=False)  # tells tokens apart
    digest = models.CharField(max_length=64, editable=False)  # SHA-256 of the whole token, in hexadecimal
    scopes = models.JSONField(_("may"), default=list)  # of members.lib.roles.Scope
    # Apart from `stores`: with a store that goes, a token must not become one for every store.
    every_store = models.BooleanField(_("all stores"), default=False)
    stores: "models.ManyToManyField[Store, Any]" = models.ManyToManyField(
        "members.Store", verbose_name=_("stores"), blank=True, related_name="tokens"
    )
    source = models.CharField(_("source"), max_length=60, default="api")  # numbers of orders are unique within it
    created_by = models.CharField(_("by"), max_length=80, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="token_expires_later"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> State:
        if self.revoked_at is not None:
            return self.State.REVOKED
        return self.State.EXPIRED if self.expires_at <= clock.now() else self.State.ACTIVE

    @property
    def scope_names(self) -> list[str]:
        """What it may do, in words."""
        return [str(scope.label) for scope in Scope if scope in self.scopes]
