from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.Model):
    """How an order reached the store: at the counter, by mini-programme, by a delivery platform."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
