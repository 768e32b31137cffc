from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.models import Product, Store
from surveys.models.case import Cause
from surveys.models.theme import Theme


class Action(models.Model):
    """Something that is improved, for a theme, a driver or a cause; its effect is read before and after `began_on`."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    class Metric(models.TextChoices):
        NPS = "nps", _("NPS")
        CSAT = "csat", _("Share of the satisfied")
        DRIVER = "driver", _("Mean score of a question or line")
        THEME = "theme", _("Share of texts that name the theme")
        COMPLAINTS = "complaints", _("Complaints per 1,000 orders")
        REPEAT = "repeat", _("Bought again within 60 days")

    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("what is done"), max_length=4000, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PLANNED)
    theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="actions", verbose_name=_("theme")
    )
    cause = models.ForeignKey(
        Cause, on_delete=models.PROTECT, null=True, blank=True, related_name="actions", verbose_name=_("cause")
    )
    survey = models.ForeignKey(
        "surveys.Survey", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("survey")
    )
    driver = models.CharField(_("driver"), max_length=81, blank=True)  # codes of a question and its line: "q:line"
    stores = models.ManyToManyField(Store, blank=True, related_name="+", verbose_name=_("stores"))  # none: all
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("owner"),
    )  # fmt: skip
    due_on = models.DateField(_("due on"))
    began_on = models.DateField(_("in effect since"), null=True, blank=True)
    metric = models.CharField(_("what should change"), max_length=10, choices=Metric)
    target = models.DecimalField(_("target"), max_digits=9, decimal_places=4, null=True, blank=True)
    weeks = models.PositiveSmallIntegerField(_("weeks to look at, before and after"), default=8)
    verdict = models.TextField(_("what came of it"), max_length=2000, blank=True)
    made_at = models.DateTimeField(_("made at"), default=clock.now, editable=False)
    made_by = models.CharField(_("by"), max_length=80, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)

    class Meta:
        verbose_name = _("improvement")
        verbose_name_plural = _("improvements")
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return f"#{self.pk}"
