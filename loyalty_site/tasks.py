"""Work of the whole house that nobody asks for."""

from celery import shared_task
from django.core.management import call_command

from members.services import retention

SIGN_IN_DAYS = 90  # addresses from which staff signed in, or tried to


@shared_task(name="loyalty_site.tidy", ignore_result=True)
def tidy() -> None:
    """Delete what is kept for a while only. Harmless twice."""
    retention.delete_old_copies()
    call_command("clearsessions")
    call_command("axes_reset_logs", age=SIGN_IN_DAYS, verbosity=0)
