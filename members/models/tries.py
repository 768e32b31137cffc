from django.db import models

from members.lib import clock


class Tries(models.Model):
    """How often something was tried at a door other than the sign-in, whose failures django-axes counts.

    Each purpose counts for itself: what opens one door opens no other.
    """

    class Purpose(models.TextChoices):
        LINK = "link"  # an invitation or a reset link that is none, by network address
        RESET_FROM = "reset_from"  # asking for a reset link, by network address
        RESET_FOR = "reset_for"  # the same, by the e-mail address asked for
        OWN_PAGE = "own_page"  # a link to a member's own page that is none, by network address
        SURVEY = "survey"  # a link to a survey that is none, by network address
        COMPLAINT = "complaint"  # a link to a form for complaints that is none, by network address
        COMPLAINT_SENT = "complaint_sent"  # a complaint by such a form, by network address
        OWN_PASSWORD = "own_password"  # noqa: S105 - a wrong password on one's profile, by member of staff
        TRIAL = "trial"  # a message sent as a trial, by member of staff

    purpose = models.CharField(max_length=20, choices=Purpose)
    key_hash = models.CharField(max_length=64)
    since = models.DateTimeField(default=clock.now)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "key_hash"], name="tries_once")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.count}"
