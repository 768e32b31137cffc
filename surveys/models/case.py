from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.lib import clock
from members.models import Member, Order, Product, Store
from members.models.fact import Fact


class Cause(models.Model):
    """Why customers are unhappy or leave: groups, and causes within them. Seeded with 11 groups of 3; may be edited."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="causes", verbose_name=_("group")
    )
    name_zh = models.CharField(_("name, Chinese"), max_length=60)
    name_en = models.CharField(_("name, English"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name_zh


class Case(Fact):
    """A complaint or a service case, from its opening to its outcome. Reopened, it keeps its first clock.

    Due times are computed at opening, in the business hours of the store. Minutes are minutes of those hours;
    `waited_minutes` is how long it waited for the customer.
    """

    class Kind(models.TextChoices):
        COMPLAINT = "complaint", pgettext_lazy("case", "Complaint")
        SERVICE = "service", _("Service case")

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("case", "New")
        OPEN = "open", _("Being worked on")
        WAITING = "waiting", _("Waiting for the customer")
        RESOLVED = "resolved", _("Resolved")
        CLOSED = "closed", _("Closed")

    class Intake(models.TextChoices):
        COUNTER = "counter", _("At the counter")
        FORM = "form", _("Public form")
        SURVEY = "survey", _("Low answer")
        PHONE = "phone", _("By phone")
        EMAIL = "email", _("By e-mail")
        SOCIAL = "social", _("Social media")
        REVIEW = "review", _("Review")
        FILE = "file", _("Imported")

    class Outcome(models.TextChoices):
        NONE = "", _("None yet")
        SOLVED = "solved", _("Solved")
        COMPENSATED = "compensated", _("Compensated")
        EXPLAINED = "explained", _("Explained")
        NOT_JUSTIFIED = "not_justified", _("Not justified")
        NO_ANSWER = "no_answer", _("The customer did not answer")

    class Priority(models.IntegerChoices):
        HIGH = 1, pgettext_lazy("priority", "High")
        NORMAL = 2, pgettext_lazy("priority", "Normal")
        LOW = 3, pgettext_lazy("priority", "Low")

    number = models.CharField(_("case number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.COMPLAINT)
    intake = models.CharField(_("came in"), max_length=8, choices=Intake)
    source = models.CharField(_("source"), max_length=60, blank=True)  # of a file
    source_number = models.CharField(_("number there"), max_length=120, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("member")
    )
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("order")
    )
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("store")
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    response = models.OneToOneField(
        "surveys.Response", on_delete=models.PROTECT, null=True, editable=False, related_name="case",
        verbose_name=_("response"),
    )  # fmt: skip
    review = models.OneToOneField(
        "surveys.Review", on_delete=models.PROTECT, null=True, editable=False, related_name="case",
        verbose_name=_("review"),
    )  # fmt: skip
    contact = models.CharField(_("how to reach the customer"), max_length=200, blank=True)
    text = models.TextField(_("what happened"), max_length=8000)
    cause = models.ForeignKey(
        Cause, on_delete=models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("cause")
    )
    staff = models.CharField(_("member of staff concerned"), max_length=80, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="cases",
        verbose_name=_("owner"),
    )  # fmt: skip
    opened_at = models.DateTimeField(_("opened at"), default=clock.now)
    business_date = models.DateField(_("business date"))
    first_due_at = models.DateTimeField(_("first answer due"), null=True)
    resolve_due_at = models.DateTimeField(_("solution due"), null=True)
    first_response_at = models.DateTimeField(_("first answer"), null=True, blank=True)  # by a human
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)  # the first time
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    waiting_since = models.DateTimeField(_("waiting since"), null=True, editable=False)
    first_minutes = models.PositiveIntegerField(_("business minutes to the first answer"), null=True, editable=False)
    resolve_minutes = models.PositiveIntegerField(_("business minutes to the solution"), null=True, editable=False)
    waited_minutes = models.PositiveIntegerField(
        _("business minutes waited for the customer"), default=0, editable=False
    )
    reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0, editable=False)
    outcome = models.CharField(_("outcome"), max_length=14, choices=Outcome, blank=True, default=Outcome.NONE)
    is_flagged = models.BooleanField(_("times that cannot be"), default=False, editable=False)  # kept, in no average

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["state", "first_due_at"], name="case_due"),
            models.Index(fields=["business_date"], name="case_of_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_number"], condition=~Q(source_number=""), name="case_of_source_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ComplaintLink(models.Model):
    """A link that hangs in a shop as a QR code: anybody may complain by it, about that shop."""

    store = models.OneToOneField(Store, on_delete=models.PROTECT, related_name="+", verbose_name=_("store"))
    token = models.CharField(_("token"), max_length=64, unique=True, editable=False)  # no secret: it is on the wall
    is_active = models.BooleanField(_("in use"), default=True)
    made_at = models.DateTimeField(_("made at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("link for complaints")
        verbose_name_plural = _("links for complaints")
        ordering = ["store"]

    def __str__(self) -> str:
        return f"#{self.pk}"


class CaseEntry(models.Model):
    """A line of a case's log. Never changed."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("Opened")
        REPLY = "reply", _("Reply to the customer")
        FROM_CUSTOMER = "customer", _("From the customer")
        NOTE = "note", _("Note")
        STATE = "state", _("State")
        ASSIGNED = "assigned", _("Assigned")
        ESCALATED = "escalated", _("Escalated")
        COMPENSATED = "compensated", _("Compensation")

    class Way(models.TextChoices):
        """How the customer was answered; in `detail` of a reply."""

        PHONE = "phone", _("By phone")
        COUNTER = "counter", _("At the counter")
        EMAIL = "email", _("By e-mail")
        SMS = "sms", _("By text message")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="log", verbose_name=_("case"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    text = models.TextField(_("text"), max_length=4000, blank=True)
    detail = models.JSONField(_("detail"), default=dict)  # from and to of a state, points given, the message sent
    happened_at = models.DateTimeField(_("happened at"), default=clock.now)
    by = models.CharField(_("by"), max_length=80)

    class Meta:
        verbose_name = _("entry of a case")
        verbose_name_plural = _("entries of cases")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ReplyTemplate(models.Model):
    """Words to begin a reply with."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    text_zh = models.TextField(_("text, Chinese"), max_length=2000)
    text_en = models.TextField(_("text, English"), max_length=2000)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
