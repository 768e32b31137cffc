"""Reports of single members as private files: what their CSV holds, when it is too long to be waited for."""

from functools import partial

from django.urls import reverse

from analytics.facts.door import NoData
from analytics.reports import output, page_query
from analytics.reports import report as reports
from members.lib.actor import Actor
from members.lib.registry import FileKind, Made, Params, UnknownAudience


def kinds() -> dict[str, FileKind]:
    """One for each such report, by its slug."""
    return {
        report.slug: FileKind(report.title, report.right, partial(_made, report.slug), partial(_page, report.slug))
        for report in reports.every()
        if report.lists_members
    }


def _page(slug: str) -> str:
    return reverse("analytics:report", args=[slug])


def _made(slug: str, actor: Actor, params: Params, _whole_contacts: bool) -> Made:
    """UnknownAudience while nothing is published."""
    own = {"header": ("key",)}
    asked = page_query.read(actor, params, reports.get(slug).choices, page_query.DEFAULT_RANGE, own)
    try:
        result = reports.frame(slug, actor, asked.query)
    except NoData as empty:
        raise UnknownAudience(str(empty)) from empty
    keys = "key" in params.get("header", ())
    headings = [str(column.heading) for column in result.columns]
    return Made(len(result.frame), output.csv_lines(result, keys=keys, bom=True), headings, warnings=asked.warnings)
