from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from members.lib.roles import Role

if TYPE_CHECKING:
    from members.models.store import Store


class User(AbstractUser):
    """A member of staff: one role, and the stores they work in when the role is bound to stores."""

    display_name = models.CharField(_("name"), max_length=80, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role, blank=True)
    stores: "models.ManyToManyField[Store, Any]" = models.ManyToManyField(
        "members.Store", verbose_name=_("stores"), blank=True, related_name="staff"
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    # Raised to void every link to a new password that is out.
    link_series = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    is_demo = models.BooleanField(_("demo sign-in"), default=False, editable=False)

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=["", *Role.values]), name="user_role_known"),
            # Of two with one address each would get the other's links to a new password.
            models.UniqueConstraint(
                Lower("email"), condition=models.Q(is_active=True) & ~models.Q(email=""), name="user_email_once"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def acts_as(self) -> Role | None:
        """The role that counts; a superuser made on the command line has none of its own."""
        if self.is_superuser:
            return Role.ADMIN
        return Role(self.role) if self.role else None

    def get_short_name(self) -> str:
        """How the admin greets."""
        return str(self)
