"""A benefit of a tier is used: within its tier, its days, its stock and what each member may have; once for a key."""

import datetime as dt
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from members.lib import clock
from members.lib.actor import Actor
from members.models import Member, Order, Store
from members.queries import merchants
from members.services import audit
from rewards.models import Benefit, BenefitUse
from rewards.queries import benefits as queries
from rewards.queries import persons


class Refused(ValueError):
    """The benefit cannot be used; the text says why, for the reader. Nothing was changed."""


def use(
    benefit: Benefit, member: Member, key: str, *, by: Actor, order: Order | None = None, store: Store | None = None,
    cost: Decimal | None = None,
) -> BenefitUse:  # fmt: skip
    """Count one use. The same key gives the same use again. `cost`: what it cost this time, else what it costs us.

    Refused when it is not of the member's tier or not on offer on the store's date, none is left, or the member has
    used it as often as they may.
    """
    try:
        return _use(benefit, member, key, by, order, store, cost)
    except IntegrityError:
        # Somebody used the key for another benefit between our look and our row: those of one benefit queue.
        if found := _used_by(key, benefit, member):
            return found
        raise


@transaction.atomic
def _use(
    benefit: Benefit, member: Member, key: str, by: Actor, order: Order | None, store: Store | None,
    cost: Decimal | None,
) -> BenefitUse:  # fmt: skip
    locked = Benefit.objects.select_for_update().get(pk=benefit.pk)
    if found := _used_by(key, locked, member):
        return found
    now = clock.now()
    today = clock.local_date(now, store.zone if store else merchants.current().zone)
    _must_be_free(locked, member, today)
    if not Benefit.objects.filter(queries.LEFT, pk=locked.pk).update(used=F("used") + 1):
        raise Refused(_("No “%(benefit)s” is left.") % {"benefit": locked.name})
    made = BenefitUse.objects.create(
        benefit=locked, member=member, order=order, store=store, key=key, used_at=now, business_date=today,
        cost=locked.unit_cost if cost is None else cost, actor_name=by.name,
    )  # fmt: skip
    detail = {"benefit": locked.pk, "member": member.pk}
    audit.record(by=by, verb="use_benefit", subject_type="benefituse", subject_id=made.pk, detail=detail)
    return made


def _must_be_free(benefit: Benefit, member: Member, today: dt.date) -> None:
    if not queries.on_offer(today).filter(pk=benefit.pk).exists():
        raise Refused(_("“%(benefit)s” is not on offer today.") % {"benefit": benefit.name})
    offered = next((one for one in queries.of(member, today) if one.benefit.pk == benefit.pk), None)
    if offered is None:
        said = {"benefit": benefit.name, "tier": benefit.tier.name}
        raise Refused(_("“%(benefit)s” is for members of the tier %(tier)s.") % said)
    if benefit.times is not None and offered.used >= benefit.times:
        raise Refused(_("The member has used “%(benefit)s” as often as they may.") % {"benefit": benefit.name})


def _used_by(key: str, benefit: Benefit, member: Member) -> BenefitUse | None:
    """The use that the key stands for. Refused when that is another benefit, or somebody else's."""
    found = BenefitUse.objects.filter(key=key).first()
    if found and (found.benefit_id != benefit.pk or found.member_id not in persons.records(member.pk)):
        raise Refused(_("The key “%(key)s” was used for another benefit.") % {"key": key})
    return found
