from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.models import Consent, MessageTemplate, Segment, Store
from rewards.models import CouponOffer


class Survey(models.Model):
    """What is asked, of whom, and when. The questions are those of its versions."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Collecting")
        CLOSED = "closed", _("Closed")

    class Trigger(models.TextChoices):
        NONE = "", _("Nobody; only links and paper")
        ORDER = "order", _("So many days after a purchase")
        CASE = "case", _("So many days after a case was closed")
        PERIODIC = "periodic", _("Every so many days")

    name = models.CharField(_("name"), max_length=80, unique=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    title_zh = models.CharField(_("title, Chinese"), max_length=120)
    title_en = models.CharField(_("title, English"), max_length=120)
    intro_zh = models.TextField(_("introduction, Chinese"), max_length=1000, blank=True)
    intro_en = models.TextField(_("introduction, English"), max_length=1000, blank=True)
    # Asking
    trigger = models.CharField(_("who is asked"), max_length=10, choices=Trigger, blank=True, default=Trigger.NONE)
    trigger_days = models.PositiveSmallIntegerField(_("days"), default=1)
    stores = models.ManyToManyField(Store, blank=True, related_name="+", verbose_name=_("stores"))  # none: all
    segment = models.ForeignKey(
        Segment, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("segment")
    )
    sample_percent = models.PositiveSmallIntegerField(_("ask so many of a hundred"), default=100)
    rest_days = models.PositiveSmallIntegerField(_("days between two surveys of one member"), default=30)
    template = models.ForeignKey(
        MessageTemplate,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("of a survey", "message"),
    )
    purpose = models.CharField(_("purpose"), max_length=12, choices=Consent.Purpose, default=Consent.Purpose.SERVICE)
    # Answering
    open_days = models.PositiveSmallIntegerField(_("a link is good for days"), default=14)
    edit_minutes = models.PositiveSmallIntegerField(_("answers may be changed for minutes"), default=60)
    thanks_zh = models.TextField(_("thanks, Chinese"), max_length=500, blank=True)
    thanks_en = models.TextField(_("thanks, English"), max_length=500, blank=True)
    thanks_points = models.PositiveIntegerField(_("points as thanks"), default=0)
    thanks_coupon = models.ForeignKey(
        CouponOffer, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("coupon as thanks"),
    )  # fmt: skip
    case_below = models.PositiveSmallIntegerField(_("open a case for scores up to"), null=True, blank=True)
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    made_by = models.CharField(_("by"), max_length=80, blank=True, editable=False)

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(sample_percent__range=(1, 100)), name="survey_asks_a_share"),
        ]

    def __str__(self) -> str:
        return self.name


class SurveyVersion(models.Model):
    """A set of questions, frozen when it is put before people: what is changed later is a new version.

    The newest frozen one is what is asked; who has begun with an older one goes on with that.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="versions", verbose_name=_("survey"))
    number = models.PositiveSmallIntegerField(_("version"))
    frozen_at = models.DateTimeField(_("frozen since"), null=True, editable=False)

    class Meta:
        verbose_name = _("version of a survey")
        verbose_name_plural = _("versions of surveys")
        ordering = ["survey", "-number"]
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="survey_version_once")]

    def __str__(self) -> str:
        return f"{self.survey_id} v{self.number}"


class Question(models.Model):
    """One question of a version.

    `options` of choices and `rows` of a matrix: [{"code", "zh", "en"}]; each row of a matrix is scored 1 to 5.
    `shown_if`: asked only when an earlier question was answered so: {"question": code} with "at_most": 6, "at_least": 9
    or "any_of": [codes]; {}: always.
    """

    class Kind(models.TextChoices):
        NPS = "nps", _("Would recommend, 0 to 10")
        CSAT = "csat", _("Satisfied, 1 to 5")
        CES = "ces", _("Was easy, 1 to 7")
        SINGLE = "single", _("One of several")
        MULTIPLE = "multiple", _("Any of several")
        MATRIX = "matrix", _("Several lines, 1 to 5 each")
        TEXT = "text", _("Free text")

    version = models.ForeignKey(
        SurveyVersion, on_delete=models.CASCADE, related_name="questions", verbose_name=_("version")
    )
    code = models.SlugField(_("code"), max_length=40)  # the same question in every version
    position = models.PositiveSmallIntegerField(_("position"))
    page = models.PositiveSmallIntegerField(_("page"), default=1)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    text_zh = models.CharField(_("question, Chinese"), max_length=300)
    text_en = models.CharField(_("question, English"), max_length=300)
    options = models.JSONField(_("answers to choose from"), default=list, blank=True)
    rows = models.JSONField(_("lines"), default=list, blank=True)
    shown_if = models.JSONField(_("asked only if"), default=dict, blank=True)
    is_required = models.BooleanField(_("must be answered"), default=False)
    is_driver = models.BooleanField(_("may drive the recommendation"), default=False)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="question_code_once"),
            models.UniqueConstraint(fields=["version", "position"], name="question_position_once"),
        ]

    def __str__(self) -> str:
        return self.code
