import zoneinfo

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


def known_zone(value: str) -> None:
    """Refuse what is not an IANA zone, such as “CST”, which is five different zones."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(zone)s” is not a time zone. Write it like Asia/Shanghai."), params={"zone": value})


class Merchant(models.Model):
    """The one merchant of this installation."""

    name = models.CharField(_("name"), max_length=80)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    zone = models.CharField(_("reporting time zone"), max_length=50, default="Asia/Shanghai", validators=[known_zone])
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    is_demo = models.BooleanField(_("demo shop"), default=False, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("merchant")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="merchant_only_one")]

    def __str__(self) -> str:
        return self.name
