"""Where shop systems send what happens in them: recognised by the signature, kept, answered at once."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from members.lib import api_error
from members.lib.access import needs
from members.lib.roles import Right
from members.queries import shops as queries
from members.services.shops import receiving


@needs(Right.PUBLIC)
@csrf_exempt
@require_POST
def receive(request: HttpRequest, kind: str, connection_id: int) -> JsonResponse:
    """200 for what is kept, and again for what was kept before; the work itself comes later."""
    connection = queries.open_connection(kind, connection_id)
    if connection is None:
        return _wrong(404, "unknown_connection", _("There is no such connection, or it was deactivated."))
    body = _body(request)
    if body is None:
        return _wrong(413, "too_large", _("The event is too large, or was cut off."))
    if receiving.is_ping(connection, request.headers, body):
        return JsonResponse({"outcome": "ping"})
    try:
        is_new = receiving.receive(connection, request.headers, body)
    except receiving.Forged:
        return _wrong(401, "bad_signature", _("The signature is not one of this connection’s secret."))
    except receiving.Unnamed as error:
        return _wrong(400, "bad_header", _("The header %(name)s is missing or cannot be read.") % {"name": error})
    return JsonResponse({"outcome": "kept" if is_new else "kept_before"})


def _body(request: HttpRequest) -> bytes | None:
    """The raw body; None when it is too large, or did not come whole."""
    try:
        content: bytes = request.read(settings.HOOK_MAX_BYTES + 1)
    except UnreadablePostError:
        return None
    return content if len(content) <= settings.HOOK_MAX_BYTES else None


def _wrong(status: int, code: str, sentence: str) -> JsonResponse:
    return JsonResponse(api_error.body(sentence, code), status=status)
