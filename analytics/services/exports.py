import hashlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from analytics.reports import output
from analytics.reports.query import as_given
from analytics.reports.report import Result
from members.lib import csv_stream, safe_csv
from members.lib.actor import Actor
from members.models import AuditEntry
from members.services import audit
from members.services import exports as lists


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


def members_csv(result: Result, *, by: Actor, keys: bool) -> tuple[Iterator[bytes], AuditEntry]:
    """A report of single members as CSV, in pieces, and the audit row of its export; a second row tells its end."""
    slug = result.report.slug
    entry = lists.record(by=by, subject=slug, filters=as_given(result.query), rows=len(result.frame))
    sentence = _("This file is not complete: the desk could not read on. Please download it again.")
    data = csv_stream.pieces(
        output.csv_lines(result, keys=keys, bom=True),
        name=f"{slug}_{entry.pk}.csv",
        broken_off=next(safe_csv.lines([sentence], (), bom=False)),
        done=lambda sent: lists.record_end(entry, sent, by=by),
    )
    return data, entry
