from typing import Any

from django.db import transaction
from django.db.models import Model

from members.lib.actor import Actor
from members.services import audit


@transaction.atomic
def save(*, instance: Model, is_new: bool, changes: dict[str, Any], by: Actor) -> None:
    """Save a setting (merchant, store, channel, category, product, staff) and say in the audit what it was before."""
    instance.save()
    audit.record(
        by=by, verb="create" if is_new else "change", subject_type=type(instance).__name__.lower(),
        subject_id=instance.pk, detail={"changes": changes},
    )  # fmt: skip
