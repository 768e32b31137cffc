"""Every night coupons that have ended are written down as such; whether one can be used is asked of its date."""

from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.models import Store
from members.queries import merchants
from members.services import jobs
from rewards.services import coupons


@jobs.handler("coupons", title=_("Coupons that have ended"), nightly=True)
def end(run: jobs.Run) -> None:
    """A coupon is over when its last day is over in every store that might take it."""
    zones = {merchants.current().zone, *Store.objects.filter(is_active=True).values_list("zone", flat=True)}
    today = min(clock.local_date(clock.now(), zone) for zone in zones)
    with run.step():
        ended = coupons.expire(today)
    run.finish({"rows": ended})
