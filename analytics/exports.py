from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from analytics.reports.report import Result
from analytics.services import exports
from members.lib.actor import Actor


def report_file(result: Result, origin: str, *, by: Actor, keys: bool) -> HttpResponseBase:
    """A report as a CSV download, in the audit before it leaves; never cached, because it is personal to the rights.

    `origin`: what stands in the name before the number of the audit row. A list of members is sent while it is read.
    """
    response: HttpResponseBase
    if result.report.lists_members:
        data, entry = exports.members_csv(result, by=by, keys=keys)
        response = StreamingHttpResponse(data, content_type="text/csv; charset=utf-8")
    else:
        text, entry = exports.report_csv(result, by=by, keys=keys)
        response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    name = content_disposition_header(as_attachment=True, filename=f"{origin}_{entry.pk}.csv")
    response.headers["Content-Disposition"] = name or ""
    response.headers["Cache-Control"] = "no-store"
    return response
