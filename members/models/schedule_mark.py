from django.db import models


class ScheduleMark(models.Model):
    """When a task of the scheduler was last done: proof that scheduler, broker and worker are all there."""

    task = models.CharField(max_length=80, unique=True, editable=False)
    done_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["task"]

    def __str__(self) -> str:
        return self.task
