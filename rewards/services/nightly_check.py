"""Every night the ledger proves itself; a broken one is a failed job, which Today shows."""

from itertools import chain

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from members.services import jobs
from rewards.queries import ledger_check, tier_check

BROKEN = gettext_noop("The points ledger is broken; run manage.py ledger_check, which names each row.")


@jobs.handler("ledger_check", title=_("Proof of the points ledger"), nightly=True)
def prove(run: jobs.Run) -> None:
    """Only reads, so it is harmless twice."""
    if next(chain(ledger_check.broken(), tier_check.broken()), None) is not None:
        raise jobs.Failure(BROKEN)
    run.finish()
