from django.http import HttpRequest, HttpResponse

from members.lib.access import needs
from members.lib.roles import Right


@needs(Right.PUBLIC)
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; it asks nothing of the database."""
    return HttpResponse("ok", content_type="text/plain")
