"""Coupon offers and gifts: made and changed by who runs the programme."""

from collections.abc import Collection, Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model

from members.lib.actor import Actor
from members.lib.roles import Right
from members.services import audit
from rewards.models import CouponOffer, Gift


@transaction.atomic
def save(one: CouponOffer | Gift, *, by: Actor, chosen: Mapping[str, Collection[Model]] | None = None) -> None:
    """Keep an offer or gift as it stands in memory; `chosen`: its stores, products, categories.

    What was issued or given meanwhile stays counted: those columns are not written.
    """
    if not by.may(Right.PROGRAMME):
        raise PermissionDenied(Right.PROGRAMME)
    is_new = one.pk is None
    counted = {"id", "issued", "given"}
    names = [field.name for field in one._meta.concrete_fields if field.name not in counted]
    one.save(update_fields=None if is_new else names)
    for name, rows in (chosen or {}).items():
        getattr(one, name).set(rows)
    audit.record(
        by=by, verb="create" if is_new else "change", subject_type=str(one._meta.model_name), subject_id=one.pk,
        detail={"name": one.name},
    )  # fmt: skip
