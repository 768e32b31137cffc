"""What the tabs of the Retention page have in common."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from analytics.reports import page_query
from analytics.reports.page_query import PageQuery
from analytics.reports.query import Choices
from analytics.views.filters import address
from members.lib.access import actor_of

TABS = ("second", "rhythm")  # beside the first, which the address leaves out
_SHARED = ("range", "store", "channel", "tier", "segment", "as_of")


def read(request: HttpRequest, tab: str, choices: Choices, default_range: str) -> PageQuery:
    """The filters of a tab, which its own addresses keep."""
    given = dict(request.GET.lists())
    return page_query.read(actor_of(request), given, choices, default_range, {"tab": TABS}, {"tab": tab})


def row(page: PageQuery, path: str) -> list[tuple[str, str, bool]]:
    """The tabs as (label, url, chosen); another tab keeps the filters it has too."""
    names = {"": _("By month of first purchase"), "second": _("Second purchase"), "rhythm": _("Purchase rhythm")}
    kept = {name: value for name, value in page.canonical().items() if name in _SHARED}
    chosen = page.state.get("tab", "")
    return [
        (name, address(path, {**({"tab": tab} if tab else {}), **kept}), tab == chosen) for tab, name in names.items()
    ]
