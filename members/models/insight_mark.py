from django.db import models
from django.utils.translation import gettext_lazy as _


class InsightMark(models.Model):
    """That somebody was shown one of Today's insights, or has put it away; `size` is what was at stake then."""

    user = models.ForeignKey("members.User", on_delete=models.CASCADE, verbose_name=_("member of staff"))
    key = models.CharField(_("insight"), max_length=200)
    size = models.BigIntegerField(_("at stake"), default=0)
    shown_on = models.DateField(_("shown on"))
    dismissed_on = models.DateField(_("put away on"), null=True)

    class Meta:
        verbose_name = _("insight mark")
        verbose_name_plural = _("insight marks")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="insight_mark_once")]

    def __str__(self) -> str:
        return self.key
