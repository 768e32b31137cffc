from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.exports import report_file
from analytics.facts.door import NoData
from analytics.reports import output
from analytics.reports import report as reports
from analytics.reports.query import BadParameter, parse
from analytics.services import exports
from members.lib import api_error
from members.lib.access import actor_of, needs
from members.lib.roles import Right

_NOT_FILTERS = {"format"}


@needs(Right.SEE_REPORTS, api=True)
@extend_schema(operation_id="reports", summary="The reports there are", responses=OpenApiTypes.OBJECT)
@api_view(["GET"])
def listing(request: Request) -> Response:
    """The reports there are: slug, title, columns."""
    return Response([_described(found) for found in reports.open_to(actor_of(request))])


@needs(Right.SEE_REPORTS, api=True)
@extend_schema(operation_id="report", summary="One report", responses=OpenApiTypes.OBJECT)
@api_view(["GET"])
def report(request: Request, slug: str) -> HttpResponseBase:
    """One report as JSON, or as CSV with `format=csv`: the same frame as page and command.

    A list of members is in the audit before it leaves.
    400 with {"error", "parameter"} for a filter it cannot take, 404 for an unknown report, 409 before any data.
    """
    actor = actor_of(request)
    given = {name: values for name, values in request.GET.lists() if name not in _NOT_FILTERS}
    try:
        result = reports.frame(slug, actor, parse(reports.get(slug).choices, given))
    except reports.UnknownReport as known:
        return Response(api_error.body(reports.said_unknown(slug, known), "not_found"), status=404)
    except BadParameter as bad:
        field = {"field": bad.name, "code": "invalid", "error": bad.message}
        return Response(api_error.body(bad.message, "invalid", [field], parameter=bad.name), status=400)
    except NoData as empty:
        return Response(api_error.body(str(empty), "no_data"), status=409)
    if request.GET.get("format", "json") == "csv":
        return report_file(result, slug, by=actor, keys=True)
    if result.report.lists_members:
        text = exports.members_json(result, by=actor)
        return HttpResponse(text, content_type="application/json", headers={"Cache-Control": "no-store"})
    return Response(output.as_json(result))


def _described(found: reports.Report) -> dict[str, Any]:
    return {
        "slug": found.slug,
        "title": str(found.title),
        "columns": [{"key": column.key, "heading": str(column.heading)} for column in found.columns],
    }
