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
    return text, _record(result, text, by)


def members_csv(result: Result, *, by: Actor, keys: bool) -> tuple[Iterator[bytes], AuditEntry]:
    """A report of single members as CSV, in pieces, and the audit row of its export; a second row tells its end."""
    sentence = _("This file is not complete: the desk could not read on. Please download it again.")
    broken_off = next(safe_csv.lines([sentence], (), bom=False))
    return _pieces(result, output.csv_lines(result, keys=keys, bom=True), by, broken_off)


def members_lines(result: Result, *, by: Actor) -> Iterator[str]:
    """The same for the command: stable keys, and what breaks it off is raised."""
    data, _entry = _pieces(result, output.csv_lines(result, keys=True, bom=False), by, None)
    return (part.decode() for part in data)


def members_json(result: Result, *, by: Actor) -> str:
    """A report of single members as JSON text, in the audit before it leaves."""
    text = output.json_text(result)
    _record(result, text, by)
    return text


def _pieces(
    result: Result, lines: Iterator[str], by: Actor, broken_off: str | None
) -> tuple[Iterator[bytes], AuditEntry]:
    slug = result.report.slug
    entry = lists.record(by=by, subject=slug, filters=as_given(result.query), rows=len(result.frame))
    data = csv_stream.pieces(
        lines,
        name=f"{slug}_{entry.pk}.csv",
        broken_off=broken_off,
        done=lambda sent: lists.record_end(entry, sent, by=by),
    )
    return data, entry


def _record(result: Result, text: str, by: Actor) -> AuditEntry:
    """The audit row of a report that leaves in one piece."""
    return audit.record(
        by=by,
        verb="export",
        subject_type="list" if result.report.lists_members else "report",
        subject_id=result.report.slug,
        detail={
            "filters": as_given(result.query),
            "rows": len(result.frame),
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
        },
    )
