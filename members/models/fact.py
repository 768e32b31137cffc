from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib import clock


class Fact(models.Model):
    """Something that happened. It is recorded once and never deleted: what was wrong is voided.

    `recorded_at` and `voided_at` are the second clock: a report as known at a past instant can be given again.
    """

    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now, editable=False)
    voided_at = models.DateTimeField(_("voided at"), null=True, editable=False)

    class Meta:
        abstract = True


UNVOIDED = models.Q(voided_at__isnull=True)
