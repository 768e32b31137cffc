"""What stands around the API: its OpenAPI document, the page that draws it, and the answer where there is nothing."""

from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from members.lib.access import needs
from members.lib.roles import Right

schema = needs(Right.PUBLIC, api=True)(SpectacularAPIView.as_view())
documentation = needs(Right.PUBLIC, api=True)(SpectacularSwaggerSplitView.as_view(url_name="api-schema"))


@needs(Right.PUBLIC, api=True)
@extend_schema(exclude=True)
@api_view(["GET", "POST", "PUT", "PATCH", "DELETE"])
def unknown(request: Request, rest: str) -> Response:
    """An address that is none says so in the form of the API."""
    raise NotFound
