"""A report to a colleague every week. It is computed with the recipient's rights of the day it is sent."""

import datetime as dt
from collections.abc import Mapping
from smtplib import SMTPException
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from analytics.facts.door import NoData
from analytics.models import ReportMail
from analytics.reports import mail_text, output, page_query
from analytics.reports import report as reports
from analytics.reports.report import Result
from members.lib import clock
from members.lib.actor import Actor, system
from members.lib.mail import one_line
from members.lib.roles import Right
from members.queries import merchants, staff
from members.queries.actors import actor_for
from members.services import audit, jobs

DEFAULT_RANGE = "12m"  # of the page of a report
NOT_SENT = gettext_noop("The mail server did not take the mail.")


class Refused(ValueError):
    """This mail cannot be set up; the text says why, for the reader."""


@transaction.atomic
def create(
    *, report: str, filters: Mapping[str, str], recipient_id: int, weekday: int, hour: int, by: Actor
) -> ReportMail:
    """Set up a weekly mail; the first goes out the next time the day and hour come."""
    if not by.may(Right.SEE_REPORTS) or by.user_id is None:
        raise Refused(_("You may not see reports, so you cannot send one."))
    if reports.get(report).lists_members:  # such a report stays in the house
        raise Refused(_("This report names members; it is not sent by mail."))
    recipient = staff.readers_of_mail().filter(pk=recipient_id).first()
    if recipient is None:
        raise Refused(_("Choose a colleague who may see reports and has an e-mail address."))
    due = following(weekday, hour, merchants.current().zone, clock.now())
    mail = ReportMail.objects.create(
        report=report, filters=dict(filters), recipient=recipient, weekday=weekday, hour=hour, created_by_id=by.user_id,
        next_at=due,
    )  # fmt: skip
    _audit(mail, "schedule", by)
    return mail


@transaction.atomic
def stop(*, mail: ReportMail, by: Actor) -> None:
    """No more of it; stopping twice changes nothing."""
    if ReportMail.objects.filter(pk=mail.pk, is_active=True).update(is_active=False):
        _audit(mail, "stop", by)


def following(weekday: int, hour: int, zone: str, after: dt.datetime) -> dt.datetime:
    """The first instant after `after` at this hour of this weekday on the wall clock of a zone."""
    local = after.astimezone(ZoneInfo(zone))
    day = local.date() + dt.timedelta(days=(weekday - local.weekday()) % 7)
    due = dt.datetime.combine(day, dt.time(hour), ZoneInfo(zone))
    if due <= local:
        due = dt.datetime.combine(day + dt.timedelta(days=7), dt.time(hour), ZoneInfo(zone))
    return due.astimezone(dt.UTC)


def sweep() -> int:
    """Make a job of each mail that is due. Who moves the due time on makes it: a doubled scheduler makes one."""
    now, zone, made = clock.now(), merchants.current().zone, 0
    for mail in ReportMail.objects.filter(is_active=True, next_at__lte=now)[:100]:
        with transaction.atomic():
            claimed = ReportMail.objects.filter(pk=mail.pk, is_active=True, next_at=mail.next_at)
            if claimed.update(next_at=following(mail.weekday, mail.hour, zone, now)):
                made += 1
                arguments = {"mail": mail.pk, "due": mail.next_at.isoformat()}
                jobs.enqueue("report_mail", arguments, by=system("scheduler"))
    return made


@jobs.handler("report_mail", title=gettext_lazy("Send a weekly report"))
def send_job(run: jobs.Run) -> None:
    """Send one mail for one due time. Claimed before it is sent: a crash in between loses it and never doubles it."""
    due = dt.datetime.fromisoformat(run.arguments["due"])
    mail = ReportMail.objects.filter(pk=run.arguments["mail"], is_active=True).select_related("recipient").first()
    if mail is None:
        return
    before = mail.claimed_for
    with run.step():
        free = ReportMail.objects.filter(pk=mail.pk).exclude(claimed_for=due)
        if not free.update(claimed_for=due):
            return
    try:
        sent = _send(mail)
    except (SMTPException, OSError) as error:
        ReportMail.objects.filter(pk=mail.pk, claimed_for=due).update(claimed_for=before)
        raise jobs.Failure(NOT_SENT) from error
    run.finish({"sent": sent})


def _send(mail: ReportMail) -> bool:
    """Whether there was somebody to send it to and something to send."""
    recipient = mail.recipient
    actor = actor_for(recipient)
    if not actor.may(Right.SEE_REPORTS) or not recipient.email:
        return False
    with translation.override(recipient.language or settings.LANGUAGE_CODE):
        try:
            report = reports.get(mail.report)
            given = {name: [value] for name, value in mail.filters.items()}
            asked = page_query.read(actor, given, report.choices, DEFAULT_RANGE)
            result = reports.frame(report.slug, actor, asked.query)
        except (NoData, reports.UnknownReport):
            return False
        text = output.csv_text(result, keys=False, bom=True)
        subject = _("%(shop)s: %(report)s") % {"shop": merchants.current().name, "report": report.title}
        message = EmailMessage(one_line(subject), _body(mail, result, asked), to=[recipient.email])
        message.attach(f"{report.slug}.csv", text.encode(), "text/csv")
        message.send()
    detail = {"filters": dict(mail.filters), "rows": len(result.frame), "mail": mail.pk}
    audit.record(by=actor, verb="mail", subject_type="report", subject_id=report.slug, detail=detail)
    return True


def _body(mail: ReportMail, result: Result, asked: page_query.PageQuery) -> str:
    path = f"{reverse('analytics:report', args=[mail.report])}?{urlencode(mail.filters)}"
    lines = [
        str(result.report.question),
        mail_text.figures(result, asked),
        *asked.warnings,
        _("Open the report: %(url)s") % {"url": f"{settings.DESK_URL}{path}"},
        _(
            "All figures are in the attached file. %(name)s has set up this weekly mail;"
            " you can stop it on the page of reports."
        )
        % {"name": mail.created_by},
    ]
    return "\n\n".join(line for line in lines if line) + "\n"


def _audit(mail: ReportMail, verb: str, by: Actor) -> None:
    detail = {"report": mail.report, "filters": mail.filters, "recipient": mail.recipient_id}
    audit.record(by=by, verb=verb, subject_type="reportmail", subject_id=mail.pk, detail=detail)
