from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import Member, Store
from members.models.fact import UNVOIDED, Fact


class Review(Fact):
    """A rating that a customer left somewhere else: a review site, a delivery app, a shop's page."""

    source = models.CharField(_("source"), max_length=60)
    number = models.CharField(_("number"), max_length=120)  # the source's own
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="reviews", verbose_name=_("member")
    )
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    product = models.ForeignKey(
        "members.Product", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("product")
    )
    business_date = models.DateField(_("business date"))
    rating = models.PositiveSmallIntegerField(_("stars"), null=True)  # 1 to 5; None: only words
    text = models.TextField(_("text"), max_length=4000, blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-business_date", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], condition=UNVOIDED, name="review_once"),
            models.CheckConstraint(condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)), name="review_stars"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.number}"


class Note(Fact):
    """What was learnt in an interview, of a competitor, or of the market: a record with themes."""

    class Kind(models.TextChoices):
        INTERVIEW = "interview", _("Interview")
        COMPETITOR = "competitor", _("Competitor")
        MARKET = "market", _("Market")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), max_length=8000)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("member")
    )
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("store")
    )
    business_date = models.DateField(_("day"))
    made_by = models.CharField(_("by"), max_length=80, editable=False)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-business_date", "-id"]

    def __str__(self) -> str:
        return f"#{self.pk}"
