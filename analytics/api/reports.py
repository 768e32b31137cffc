from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
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
_FORMATS = ("json", "csv")
_ERROR = {
    "type": "object",
    "required": ["error", "code", "fields"],
    "properties": {
        "error": {"type": "string"},
        "code": {"type": "string"},
        "fields": {"type": "array", "items": {"type": "object"}},
        "parameter": {"type": "string"},
    },
}
_ERRORS: dict[int, Any] = dict.fromkeys((401, 403, 429), _ERROR)
_LISTED = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["slug", "title", "columns"],
        "properties": {
            "slug": {"type": "string"},
            "title": {"type": "string"},
            "columns": {"type": "array", "items": {"type": "object", "required": ["key", "heading"]}},
        },
    },
}
_REPORT = {
    "type": "object",
    "required": ["report", "query", "meta", "rows"],
    "properties": {
        "report": {"type": "string"},
        "query": {"type": "object"},
        "meta": {"type": "object"},
        "rows": {"type": "array", "items": {"type": "object"}},
    },
}


def _asked(name: str, description: str, kind: Any = OpenApiTypes.STR, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, description=description, **more)


_FILTERS = [
    _asked("format", "json (default) or csv", enum=_FORMATS),
    _asked("from", "first business date, of reports about days"),
    _asked("to", "last business date"),
    _asked("as_of", "as things stood at the end of this day, 2026-05-04"),
    _asked("known_at", "as it was known at this instant, 2026-05-04T10:00:00Z"),
    _asked("store", "code of a store", many=True),
    _asked("channel", "code of a channel", many=True),
    _asked("tier", "code of a tier", many=True),
    _asked("segment", "number of a segment"),
    _asked("grain", "day, week or month, where the report has them"),
    _asked("group", "store or channel, where the report has them"),
]


@needs(Right.SEE_REPORTS, api=True)
@extend_schema(operation_id="reports", summary="The reports there are", responses={200: _LISTED, **_ERRORS})
@api_view(["GET"])
def listing(request: Request) -> Response:
    """The reports there are: slug, title, columns."""
    return Response([_described(found) for found in reports.open_to(actor_of(request))])


@needs(Right.SEE_REPORTS, api=True)
@extend_schema(
    operation_id="report", summary="One report", parameters=_FILTERS,
    responses={
        (200, "application/json"): _REPORT, (200, "text/csv"): OpenApiTypes.STR,
        **dict.fromkeys((400, 404, 409), _ERROR), **_ERRORS,
    },
)  # fmt: skip
@api_view(["GET"])
def report(request: Request, slug: str) -> HttpResponseBase:
    """One report as JSON, or as CSV with `format=csv`: the same frame as page and command.

    A list of members is in the audit before it leaves.
    400 with the `parameter` for a filter it cannot take, 404 for an unknown report, 409 before any data.
    """
    actor = actor_of(request)
    given = {name: values for name, values in request.GET.lists() if name not in _NOT_FILTERS}
    try:
        form = _format(request)
        result = reports.frame(slug, actor, parse(reports.get(slug).choices, given))
    except reports.UnknownReport as known:
        return Response(api_error.body(reports.said_unknown(slug, known), "not_found"), status=404)
    except BadParameter as bad:
        field = {"field": bad.name, "code": "invalid", "error": bad.message}
        return Response(api_error.body(bad.message, "invalid", [field], parameter=bad.name), status=400)
    except NoData as empty:
        return Response(api_error.body(str(empty), "no_data"), status=409)
    if form == "csv":
        return report_file(result, slug, by=actor, keys=True)
    if result.report.lists_members:
        text = exports.members_json(result, by=actor)
        return HttpResponse(text, content_type="application/json", headers={"Cache-Control": "no-store"})
    return Response(output.as_json(result))


def _format(request: Request) -> str:
    """What is answered; BadParameter for what we do not speak."""
    form: str = request.GET.get("format", "json")
    if form not in _FORMATS:
        raise BadParameter("format", _("Write json or csv."))
    return form


def _described(found: reports.Report) -> dict[str, Any]:
    return {
        "slug": found.slug,
        "title": str(found.title),
        "columns": [{"key": column.key, "heading": str(column.heading)} for column in found.columns],
    }
