from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.merchant import known_zone


class Store(models.Model):
    """A place that sells. Its zone decides the business date of everything sold there."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    zone = models.CharField(_("time zone"), max_length=50, default="Asia/Shanghai", validators=[known_zone])
    is_active = models.BooleanField(_("open"), default=True)

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
