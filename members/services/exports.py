import logging
from typing import Any

from django.db import DatabaseError

from members.lib.actor import Actor
from members.lib.csv_stream import Sent
from members.models import AuditEntry
from members.services import audit

logger = logging.getLogger(__name__)


def record(*, by: Actor, subject: str, filters: dict[str, Any], rows: int, **more: Any) -> AuditEntry:
    """The audit row of a list that is about to leave the house: which filter, how many rows."""
    detail = {"filters": filters, "rows": rows, **more}
    return audit.record(by=by, verb="export", subject_type="list", subject_id=subject, detail=detail)


def record_end(export: AuditEntry, sent: Sent, *, by: Actor) -> None:
    """The audit row of its end: how many rows were read by then, whether that was all, the hash of what was sent."""
    detail = {"export": export.pk, "rows": sent.rows, "sha256": sent.sha256, "complete": sent.complete}
    try:
        audit.record(by=by, verb="export_end", subject_type="list", subject_id=export.subject_id, detail=detail)
    except DatabaseError as error:  # the row of its beginning stands; the reader's file is out already
        logger.error("the end of export %s is not in the audit: %s", export.pk, type(error).__name__)  # noqa: TRY400
