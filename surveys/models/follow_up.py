from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.models import Member, Store
from surveys.models.case import Case


class FollowUp(models.Model):
    """Somebody to be called: whom, why, by when, with what words. It waits until a call settles it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("To be called")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    key = models.CharField(max_length=120, unique=True, editable=False)  # nobody is called twice for the same
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="follow_ups", verbose_name=_("member"))
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("case")
    )
    response = models.ForeignKey(
        "surveys.Response", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("response"),
    )  # fmt: skip
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("store")
    )
    reason = models.CharField(_("why"), max_length=200)
    script = models.TextField(_("what to say"), max_length=2000, blank=True)
    due_on = models.DateField(_("due on"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("owner"),
    )  # fmt: skip
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    calls_made = models.PositiveSmallIntegerField(_("calls made"), default=0, editable=False)
    made_at = models.DateTimeField(_("made at"), default=clock.now, editable=False)
    made_by = models.CharField(_("by"), max_length=80, blank=True, editable=False)
    done_at = models.DateTimeField(_("done at"), null=True, editable=False)

    class Meta:
        verbose_name = _("follow-up call")
        verbose_name_plural = _("follow-up calls")
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["state", "due_on"], name="follow_up_due")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Call(models.Model):
    """One call, and what came of it. Never changed."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached, and done")
        CALL_AGAIN = "again", _("Reached, wants to be called again")
        NO_ANSWER = "no_answer", _("No answer")
        WRONG_NUMBER = "wrong", _("Wrong number")
        WANTS_NO_CALLS = "no_calls", _("Wants no calls any more")

    follow_up = models.ForeignKey(
        FollowUp, on_delete=models.PROTECT, related_name="calls", verbose_name=_("follow-up call")
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    note = models.TextField(_("what was said"), max_length=2000, blank=True)
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    called_at = models.DateTimeField(_("called at"), default=clock.now, editable=False)
    called_by = models.CharField(_("by"), max_length=80, editable=False)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk}"
