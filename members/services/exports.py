from typing import Any

from members.lib.actor import Actor
from members.models import AuditEntry
from members.services import audit


def record(*, by: Actor, subject: str, filters: dict[str, Any], rows: int, sha256: str) -> AuditEntry:
    """The audit row of a list that leaves the house: which filter, how many rows, the hash of the file."""
    return audit.record(
        by=by, verb="export", subject_type="list", subject_id=subject,
        detail={"filters": filters, "rows": rows, "sha256": sha256},
    )  # fmt: skip
