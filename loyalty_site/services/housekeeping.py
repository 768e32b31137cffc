"""Once a night: what is kept for a while only is taken away."""

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.services import jobs, private_files, retention
from rewards.services import till_requests

KEPT_DAYS = 90  # of the record of sign-ins


@jobs.handler("housekeeping", title=_("Nightly clean-up"), nightly=True)
def tidy(run: jobs.Run) -> None:
    """Old copies of imported files, old events, files nobody fetched, old requests of tills and sign-ins, sessions.

    Harmless twice.
    """
    copies, events = retention.delete_old_copies(), retention.delete_old_events()
    files, asked = private_files.delete_old(), till_requests.delete_old()
    with run.step():
        sessions, _kinds = Session.objects.filter(expire_date__lt=clock.now()).delete()
    sign_ins = AxesProxyHandler.reset_logs(age_days=KEPT_DAYS)
    run.finish(
        {
            "copies": copies, "events": events, "files": files, "till_requests": asked, "sessions": sessions,
            "sign_ins": sign_ins,
        }
    )  # fmt: skip
