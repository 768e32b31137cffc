from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.fact import UNVOIDED, Fact
from members.models.import_batch import ImportBatch
from members.models.member import Member


class Identifier(Fact):
    """One way to recognise a member. A value belongs to one member at a time; a member may have several of a kind."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")
        CARD = "card", _("Card number")
        ACCOUNT = "account", _("Marketplace account")

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="identifiers", verbose_name=_("member"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    source = models.CharField(_("marketplace"), max_length=60, blank=True)  # of accounts only
    value = models.CharField(_("value"), max_length=200)  # normalised: E.164, case-folded
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.PROTECT, null=True, editable=False, related_name="identifiers"
    )
    last4 = models.CharField(max_length=4, blank=True, editable=False)  # staff may search by these

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        indexes = [models.Index(fields=["kind", "last4"], name="identifier_last4")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "source", "value"], condition=UNVOIDED, name="identifier_one_member"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="account") | models.Q(source=""), name="identifier_source_of_account"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ****{self.last4}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.last4 = self.value[-4:] if self.kind == self.Kind.PHONE else ""
        super().save(*args, **kwargs)  # type: ignore[arg-type]
