import hashlib

from analytics.reports import output
from analytics.reports.query import as_given
from analytics.reports.report import Result
from members.lib.actor import Actor
from members.models import AuditEntry
from members.services import audit


def report_csv(result: Result, *, by: Actor, keys: bool) -> tuple[str, AuditEntry]:
    """A report as CSV text, and the audit row of its export: filter, count and hash."""
    text = output.csv_text(result, keys=keys, bom=True)
    entry = audit.record(
        by=by,
        verb="export",
        subject_type="report",
        subject_id=result.report.slug,
        detail={
            "filters": as_given(result.query),
            "rows": len(result.frame),
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
        },
    )
    return text, entry
