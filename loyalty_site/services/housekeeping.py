"""Once a night: what nobody needs any more is taken away."""

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.services import jobs

KEPT_DAYS = 90  # of the record of sign-ins


@jobs.handler("housekeeping", title=_("Nightly clean-up"), nightly=True)
def tidy(run: jobs.Run) -> None:
    """Sessions that are over, and old records of sign-ins. A repeated run finds nothing to do."""
    with run.step():
        sessions, _kinds = Session.objects.filter(expire_date__lt=clock.now()).delete()
    run.heartbeat()
    run.finish({"sessions": sessions, "sign_ins": AxesProxyHandler.reset_logs(age_days=KEPT_DAYS)})
