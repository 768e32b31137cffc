from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.fact import UNVOIDED, Fact
from members.models.import_batch import ImportBatch
from members.models.store import Store


class Member(Fact):
    """A customer the merchant can recognise again."""

    number = models.CharField(_("member number"), max_length=80)
    number_key = models.CharField(max_length=80, editable=False)  # case-folded: how numbers are compared
    name = models.CharField(_("name"), max_length=120, blank=True)
    home_store = models.ForeignKey(
        Store,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("home store"),
    )
    joined_on = models.DateField(_("member since"), null=True, blank=True)
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, null=True, editable=False, related_name="members")

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["number_key"]
        constraints = [
            models.UniqueConstraint(fields=["number_key"], condition=UNVOIDED, name="member_number_once"),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: object, **kwargs: object) -> None:
        self.number_key = self.number.casefold()
        super().save(*args, **kwargs)  # type: ignore[arg-type]
