"""Asking members: an invitation and its message in one transaction, nobody twice about the same."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy

from members.lib import clock, secret_links
from members.lib.actor import Actor
from members.models import Message
from members.queries import people
from members.services import audit, contact, jobs
from surveys.models import Response, Survey, SurveyInvitation
from surveys.queries import asking
from surveys.queries.asking import Due

ABOUT = "survey"


@jobs.handler("ask_surveys", title=gettext_lazy("Ask members by surveys"), nightly=True, alone=True)
def work(run: jobs.Run) -> None:
    """Every open survey that asks by itself; again for nothing."""
    today, asked = people.today(), 0
    for survey in Survey.objects.filter(state=Survey.State.OPEN).exclude(trigger="").select_related("template"):
        if not _runs(survey, today):
            continue
        for due in asking.due(survey, today):
            with run.step() as step:
                asked += invite(survey, due, today, by=run.actor) is not None
                step.progress = run.progress + 1
    if asked:
        with transaction.atomic():
            detail = {"asked": asked}
            audit.record(
                by=run.actor, verb="invite_to_survey", subject_type="job", subject_id=run.job_id, detail=detail
            )
    run.finish({"asked": asked})


def _runs(survey: Survey, today: dt.date) -> bool:
    begun = survey.first_day is None or survey.first_day <= today
    return begun and (survey.last_day is None or today <= survey.last_day)


@transaction.atomic
def invite(survey: Survey, due: Due, today: dt.date, *, by: Actor) -> SurveyInvitation | None:
    """Ask one member; None when they were asked about this before, or by any survey of late."""
    if survey.template is None or SurveyInvitation.objects.filter(key=due.key).exists():
        return None
    if asking.asked_since(due.member, today - dt.timedelta(days=survey.rest_days)):
        return None
    made = SurveyInvitation.objects.create(
        survey=survey, key=due.key, member=due.member, order=due.order, case=due.case, store=due.store,
        channel=due.channel, asked_on=today, expires_at=clock.now() + dt.timedelta(days=survey.open_days),
    )  # fmt: skip
    made.message = contact.queue(
        due.member, survey.template, key=f"survey-{made.pk}", about=ABOUT, about_id=made.pk, by=by
    )
    made.save(update_fields=["message"])
    return made


@transaction.atomic
def remind(survey: Survey, *, by: Actor) -> int:
    """Ask those once more who got the message and have not answered; how many. Nobody twice: again, it is 0."""
    if survey.template is None or survey.state != Survey.State.OPEN:
        return 0
    reminded = 0
    for one in asking.silent(survey, by).select_related("member"):
        waiting = SurveyInvitation.objects.filter(pk=one.pk, reminded_at__isnull=True)
        if one.member is None or not waiting.update(reminded_at=clock.now()):
            continue  # somebody else reminds at the same moment
        contact.queue(one.member, survey.template, key=f"survey-{one.pk}-again", about=ABOUT, about_id=one.pk, by=by)
        reminded += 1
    if reminded:
        detail = {"reminded": reminded}
        audit.record(by=by, verb="invite_to_survey", subject_type="survey", subject_id=survey.pk, detail=detail)
    return reminded


@contact.filler(ABOUT)
def link_of(message: Message) -> dict[str, str] | None:
    """A fresh secret for the invitation: it is in the message alone. None when it is over or answered."""
    found = (
        SurveyInvitation.objects.filter(pk=message.about_id or 0, ended_at__isnull=True)
        .select_related("survey")
        .first()
    )
    if found is None or found.survey.state != Survey.State.OPEN or found.expires_at <= clock.now():
        return None
    if Response.objects.filter(invitation=found, completed_at__isnull=False).exists():
        return None
    secret = secret_links.fresh()
    SurveyInvitation.objects.filter(pk=found.pk).update(token_hash=secret_links.hashed(secret))
    return {"link": settings.DESK_URL.rstrip("/") + reverse("survey-answer", args=[secret])}
