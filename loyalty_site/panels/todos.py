"""What there is to do for who looks after the desk."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty_site.services import health
from members.lib import display
from members.lib.actor import Actor
from members.lib.registry import Link, Todo
from members.lib.roles import Right
from members.queries import jobs


def failed_jobs(actor: Actor) -> Sequence[Todo]:
    """Work in the background that failed in the last week; imports say so themselves."""
    n = jobs.failed(actor).count()
    if not n:
        return ()
    title = ngettext("%(n)s job in the background failed", "%(n)s jobs in the background failed", n)
    link = Link(_("Look"), reverse("jobs") + "?state=failed")
    return (Todo(title % {"n": display.number(n)}, _("The reports may be behind."), link, "bad", "gear", 80),)


def silent_parts(actor: Actor) -> Sequence[Todo]:
    """Broker or scheduler are not there: what runs in the background waits."""
    if not actor.may(Right.JOBS):
        return ()
    link = Link(_("Look"), reverse("jobs"))
    found = []
    if health.broker():
        detail = _("Imports, reports and mails wait until it is back; nothing is lost. Is Redis or RabbitMQ running?")
        found.append(Todo(_("The broker cannot be reached"), detail, link, "bad", "gear", 86))
    if health.scheduler() not in {"", health.NEVER}:  # a shop just opened has not had its first minute
        detail = _("Work that comes by itself stands still. Are the scheduler and a worker running?")
        found.append(Todo(_("The scheduler has gone silent"), detail, link, "bad", "clock", 85))
    return found
