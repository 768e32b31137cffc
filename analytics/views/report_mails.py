"""A report to a colleague every week: set up on the report's page, stopped on the page of reports."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics.models import ReportMail
from analytics.queries import report_mails as queries
from analytics.reports import page_query
from analytics.reports import report as reports
from analytics.services import report_mails
from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.queries import staff

HOURS = range(24)


def form(report: reports.Report, asked: page_query.PageQuery) -> dict[str, Any]:
    """What the form on a report's page offers; nothing for a report that stays in the house."""
    if report.lists_members:
        return {}
    return {"readers": staff.readers_of_mail(), "weekdays": WEEKDAYS.items(), "hours": HOURS, "kept": asked.canonical()}


@needs(Right.SEE_REPORTS)
@require_POST
def create(request: HttpRequest, slug: str) -> HttpResponse:
    """The filters come with the form, as the page's address has them."""
    actor = actor_of(request)
    try:
        report = reports.get(slug)
    except reports.UnknownReport as known:
        raise Http404(str(known)) from known
    given = {name: values for name, values in request.POST.lists() if name not in _OWN}
    asked = page_query.read(actor, given, report.choices, report_mails.DEFAULT_RANGE)
    recipient, weekday, hour = (_number(request.POST.get(name)) for name in ("recipient", "weekday", "hour"))
    try:
        mail = report_mails.create(
            report=slug,
            filters=asked.canonical(),
            recipient_id=recipient,
            weekday=weekday % 7,
            hour=hour % 24,
            by=actor,
        )
    except report_mails.Refused as refused:
        messages.error(request, str(refused))
        return redirect("analytics:report", slug)
    said = _("%(name)s will get “%(report)s” every week.") % {"name": mail.recipient, "report": report.title}
    messages.success(request, said)
    return redirect(reverse("analytics:reports") + "#mails")


_OWN = {"csrfmiddlewaretoken", "recipient", "weekday", "hour"}


@needs(Right.SEE_REPORTS)
@require_POST
def stop(request: HttpRequest, mail_id: int) -> HttpResponse:
    mail: ReportMail = get_object_or_404(queries.visible(actor_of(request)), pk=mail_id)
    report_mails.stop(mail=mail, by=actor_of(request))
    messages.success(request, _("This weekly mail has been stopped."))
    return redirect(reverse("analytics:reports") + "#mails")


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
