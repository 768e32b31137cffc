from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.fact import UNVOIDED, Fact
from members.models.import_batch import ImportBatch
from members.models.store import Store


class Member(Fact):
    """A customer the merchant can recognise again.

    A record that was merged into another one stays, and counts for its owner (`merged_into`) until it is un-merged.
    One that was erased stays too, as a nameless row that carries its orders: no total changes.
    """

    class Gender(models.TextChoices):
        FEMALE = "female", _("Female")
        MALE = "male", _("Male")
        OTHER = "other", _("Other")

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
    gender = models.CharField(_("gender"), max_length=6, choices=Gender, blank=True, db_default="")
    city = models.CharField(_("city"), max_length=120, blank=True, db_default="")
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)  # may be unknown
    birth_month = models.PositiveSmallIntegerField(_("month of birth"), null=True, blank=True)
    birth_day = models.PositiveSmallIntegerField(_("day of birth"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="absorbed",
        verbose_name=_("merged into"),
    )  # fmt: skip
    erased_at = models.DateTimeField(_("erased at"), null=True, editable=False)
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, null=True, editable=False, related_name="members")

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["number_key"]
        constraints = [
            models.UniqueConstraint(fields=["number_key"], condition=UNVOIDED, name="member_number_once"),
            models.CheckConstraint(
                condition=models.Q(birth_month__isnull=True, birth_day__isnull=True, birth_year__isnull=True)
                | models.Q(birth_month__range=(1, 12), birth_day__range=(1, 31)),
                name="member_birthday_has_month_and_day",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: object, **kwargs: object) -> None:
        self.number_key = self.number.casefold()
        super().save(*args, **kwargs)  # type: ignore[arg-type]
