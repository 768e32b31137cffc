from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.lib import clock


class TillRequest(models.Model):
    """A change that a till has asked for under a key of its own, and what it was answered.

    The row is committed before anything is done, the answer in the transaction of what was done: so the same request
    again gets the same answer and does nothing. Who works at it holds a lease; one that is over frees the key.
    """

    principal = models.CharField(_("asked by"), max_length=30)  # "token:5": every token has keys of its own
    key = models.CharField(_("key"), max_length=255)
    asked = models.BinaryField(max_length=32, editable=False)  # SHA-256 of method, address and body
    lease = models.PositiveIntegerField(default=1, editable=False)  # rises with each one who takes the work up
    lease_until = models.DateTimeField(_("being done until"))
    status = models.PositiveSmallIntegerField(_("status"), null=True)  # of HTTP; None: not answered yet
    answer = models.TextField(blank=True, editable=False)  # JSON to the letter; it names members by our ids only
    created_at = models.DateTimeField(_("asked at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("request of a till")
        verbose_name_plural = _("requests of tills")
        ordering = ["-id"]
        indexes = [models.Index(fields=["created_at"], name="till_request_created")]
        constraints = [
            models.UniqueConstraint(fields=["principal", "key"], name="till_request_once"),
            models.CheckConstraint(condition=Q(status=None) | ~Q(answer=""), name="till_request_answered_in_words"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
