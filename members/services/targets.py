import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from members.lib import clock
from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Target
from members.services import audit

PERIODS = {
    Target.Metric.REPEAT_RATE: Target.Period.DAYS_90,
    Target.Metric.SALES: Target.Period.MONTH,
    Target.Metric.ACTIVE_MEMBERS: Target.Period.DAYS_90,
}


@transaction.atomic
def set_target(*, metric: str, value: int | None, valid_from: dt.date, by: Actor) -> Target:
    """Let a target hold from a day on (None: no target any more). One set for the same day before is replaced."""
    if not by.may(Right.SETTINGS):
        raise PermissionDenied(Right.SETTINGS)
    said = {"value": value, "set_by": by.name, "set_at": clock.now()}
    new = said | {"period": PERIODS[Target.Metric(metric)]}
    known = Target.objects.select_for_update()
    target, is_new = known.get_or_create(metric=metric, valid_from=valid_from, defaults=new)
    detail = {"from": str(valid_from), "before": None if is_new else target.value, "after": value}
    if not is_new:
        for name, what in said.items():
            setattr(target, name, what)
        target.save(update_fields=list(said))
    audit.record(by=by, verb="set_target", subject_type="target", subject_id=metric, detail=detail)
    return target
