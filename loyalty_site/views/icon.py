from django.http import HttpRequest, HttpResponseRedirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from members.lib.access import needs
from members.lib.roles import Right


@needs(Right.PUBLIC)
@require_safe
def favicon(request: HttpRequest) -> HttpResponseRedirect:
    """Where browsers look that have read no page of ours: a CSV, a 500."""
    return HttpResponseRedirect(static("favicon.svg"))
