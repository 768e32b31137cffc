from typing import Any

from members.lib.actor import Actor
from members.models import AuditEntry


def record(
    *, by: Actor, verb: str, subject_type: str, subject_id: object = "", detail: dict[str, Any] | None = None
) -> AuditEntry:
    """Write one audit row. Call it inside the transaction of the change, with contacts masked in `detail`."""
    return AuditEntry.objects.create(
        actor_kind=by.kind,
        actor_name=by.name,
        user_id=by.user_id,
        ip=by.ip or None,
        verb=verb,
        subject_type=subject_type,
        subject_id=str(subject_id),
        detail=detail or {},
    )
