"""What staff keep under a name (presets, segments, views, tags) is renamed alike, and a bad name refused alike."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from members.services.names import BadName


def rename(request: HttpRequest, service: Callable[[str], None]) -> None:
    """Hand the name that was sent to the service; the next page says what is wrong with it."""
    name = request.POST.get("name", "")
    try:
        service(name)
    except BadName as bad:
        messages.error(request, why(bad, name))


def why(bad: BadName, name: str) -> str:
    """Why a name will not do."""
    reasons = {
        "blank": _("Give it a name."),
        "long": _("This name is too long: %(most)s characters at most."),
        "taken": _("The name “%(name)s” is taken already. Choose another one."),
    }
    return reasons[bad.reason] % {"name": name.strip(), "most": bad.most}
