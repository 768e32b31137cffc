from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.models import Channel, Member, Message, Order, Store
from members.models.fact import Fact
from surveys.models.case import Case
from surveys.models.survey import Question, Survey, SurveyVersion


class SurveyInvitation(models.Model):
    """One member asked once: about an order, a case, or in general. The secret of its link is with the member."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("survey"))
    key = models.CharField(max_length=120, unique=True, editable=False)  # "order-17": nobody is asked twice about it
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="survey_invitations", verbose_name=_("member")
    )
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("order"))
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("case"))
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("channel")
    )
    message = models.OneToOneField(
        Message, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("message")
    )  # its state says whether it arrived
    token_hash = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001 - NULLs may repeat
    asked_on = models.DateField(_("asked on"))
    made_at = models.DateTimeField(_("made at"), default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("good until"))
    opened_at = models.DateTimeField(_("opened at"), null=True, editable=False)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)  # withdrawn, or the member was erased

    class Meta:
        verbose_name = _("invitation to a survey")
        verbose_name_plural = _("invitations to surveys")
        ordering = ["-id"]
        indexes = [models.Index(fields=["survey", "asked_on"], name="invitation_of_survey")]

    def __str__(self) -> str:
        return self.key


class PublicLink(models.Model):
    """A link that hangs in a shop as a QR code: anybody may answer by it."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="links", verbose_name=_("survey"))
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("store")
    )
    token = models.CharField(max_length=64, unique=True, editable=False)  # no secret: it is on the wall
    is_active = models.BooleanField(_("in use"), default=True)
    made_at = models.DateTimeField(_("made at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("public link to a survey")
        verbose_name_plural = _("public links to surveys")
        ordering = ["survey", "store"]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Response(Fact):
    """The answers of one person to one survey. `store` and `business_date` place it in every report."""

    class Way(models.TextChoices):
        LINK = "link", _("By the own link")
        PUBLIC = "public", _("By the code in the shop")
        PAPER = "paper", _("On paper")

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="responses", verbose_name=_("survey"))
    version = models.ForeignKey(
        SurveyVersion, on_delete=models.PROTECT, related_name="responses", verbose_name=_("version")
    )
    invitation = models.OneToOneField(
        SurveyInvitation, on_delete=models.PROTECT, null=True, related_name="response", verbose_name=_("invitation")
    )
    link = models.ForeignKey(
        PublicLink, on_delete=models.PROTECT, null=True, related_name="responses", verbose_name=_("public link")
    )
    way = models.CharField(_("way"), max_length=8, choices=Way)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="survey_responses", verbose_name=_("member")
    )  # None: nobody knows who it was
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("order"))
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("channel")
    )
    language = models.CharField(_("language"), max_length=8, default="zh-hans")
    key = models.CharField(max_length=120, unique=True, editable=False)  # one of a person, a form or a sheet of paper
    started_at = models.DateTimeField(_("started at"), default=clock.now)
    completed_at = models.DateTimeField(_("completed at"), null=True)  # None: broken off, or still at it
    business_date = models.DateField(_("business date"))  # of the beginning, in the store's zone
    page = models.PositiveSmallIntegerField(_("last page"), default=0)
    is_test = models.BooleanField(_("test"), default=False)  # of a preview; in no report
    entered_by = models.CharField(_("entered by"), max_length=80, blank=True, editable=False)
    thanked_at = models.DateTimeField(_("thanked at"), null=True, editable=False)

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["survey", "business_date"], name="response_of_survey"),
            models.Index(fields=["member"], condition=Q(member__isnull=False), name="response_of_member"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Answer(models.Model):
    """One answer. `number`: the score of a scale or of a line of a matrix; `choices`: codes of options; `text`."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers", verbose_name=_("response"))
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers", verbose_name=_("question"))
    row = models.CharField(_("line"), max_length=40, blank=True, default="")  # code of a matrix's line
    number = models.SmallIntegerField(_("score"), null=True)
    choices = models.JSONField(_("chosen"), default=list)
    text = models.TextField(_("text"), max_length=4000, blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["response", "question", "row"]
        constraints = [models.UniqueConstraint(fields=["response", "question", "row"], name="answer_once")]

    def __str__(self) -> str:
        return f"#{self.pk}"
