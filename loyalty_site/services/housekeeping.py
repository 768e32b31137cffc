"""Once a night: what is kept for a while only is taken away."""

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.services import jobs, retention

KEPT_DAYS = 90  # of the record of sign-ins


@jobs.handler("housekeeping", title=_("Nightly clean-up"), nightly=True)
def tidy(run: jobs.Run) -> None:
    """Old copies of imported files, sessions that are over, old records of sign-ins. Harmless twice."""
    copies = retention.delete_old_copies()
    with run.step():
        sessions, _kinds = Session.objects.filter(expire_date__lt=clock.now()).delete()
    run.finish({"copies": copies, "sessions": sessions, "sign_ins": AxesProxyHandler.reset_logs(age_days=KEPT_DAYS)})
