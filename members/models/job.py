from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.lib import clock, request_id


class Job(models.Model):
    """Work in the background. This row is the truth; the broker only rings the bell.

    `lease` rises each time a worker takes the job. A worker writes only `where lease = mine`, so one that was
    thought dead changes nothing when it wakes up.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(_("kind"), max_length=40)
    # "kind:day" of work that one business day has once, however often the scheduler asks; None: no such work
    key = models.CharField(max_length=60, null=True, unique=True, editable=False)  # noqa: DJ001 - NULLs may repeat
    arguments = models.JSONField(_("arguments"), default=dict)
    user_id = models.BigIntegerField(null=True, editable=False)  # on whose behalf; None: the system
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    cancel_requested = models.BooleanField(default=False)
    progress = models.PositiveBigIntegerField(_("done so far"), default=0)
    total = models.PositiveBigIntegerField(_("of"), default=0)
    message = models.CharField(_("message"), max_length=200, blank=True)
    request_id = models.CharField(max_length=request_id.LENGTH, blank=True, db_default="", editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease = models.PositiveIntegerField(default=0, editable=False)
    heartbeat_at = models.DateTimeField(null=True, editable=False)
    result = models.JSONField(_("result"), default=dict)
    error = models.TextField(_("error"), blank=True)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    started_at = models.DateTimeField(_("started at"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, editable=False)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "heartbeat_at"], name="job_state_heartbeat")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed", "cancelled"]) ^ Q(finished_at__isnull=True),
                name="job_ended_has_time",
            ),
            models.CheckConstraint(condition=Q(total=0) | Q(progress__lte=F("total")), name="job_progress_within"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_over(self) -> bool:
        return self.finished_at is not None
