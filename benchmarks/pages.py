"""What the server needs for a page with the demo shop, beside a view that does nothing."""

from collections.abc import Callable

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path, reverse

from benchmarks import document, shop
from benchmarks.measure import Cost, cost, in_turns, milliseconds, ratio
from members.models import Member

SCALE = 2.5
ROUNDS = 9
SLOW = """
What is slow: Today, when nobody has opened it since the last publish, asks ten reports, of which the comparison takes
most; building and compiling the expressions costs more than the engine's work. Key figures by store go through every
month of every store. Data quality compares all members with each other in search of one person with two records, and
remembers the answer for ten minutes.
"""


def pages() -> dict[str, str]:
    """Every kind of page by its name, with its default filters."""
    retention = reverse("analytics:retention")
    regular = Member.objects.annotate(bought=Count("orders")).order_by("-bought", "pk")[0]
    return {
        "Today": reverse("today"),
        "Retention": retention,
        "Retention, second purchase": f"{retention}?tab=second",
        "Retention, rhythm": f"{retention}?tab=rhythm",
        "Value": reverse("analytics:value"),
        "Key figures by store": reverse("analytics:report", args=["kpi"]) + "?group=store",
        "Reports and jobs": reverse("analytics:reports"),
        "Member list": reverse("members:list"),
        "Member page, of the most frequent buyer": reverse("members:page", args=[regular.number]),
        "Order list": reverse("members:orders"),
        "Segments": reverse("members:segments"),
        "Data quality": reverse("members:quality"),
        "Imports": reverse("members:imports"),
        "Search": reverse("search") + "?q=138",
    }


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path("nothing/", nothing), path("", include("loyalty_site.urls"))]


def run() -> str:
    """The section of docs/benchmarks.md."""
    call_command("collectstatic", interactive=False, verbosity=0)
    orders = shop.opened(SCALE)
    client = Client()
    client.force_login(shop.administrator(), backend="django.contrib.auth.backends.ModelBackend")
    with override_settings(ROOT_URLCONF=__name__):
        bare = measured(client, "/nothing/", forget=False)
        rows = []
        for name, url in pages().items():
            first, cached = measured(client, url, forget=True), measured(client, url, forget=False)
            costs = in_turns(ROUNDS, [bare, first, cached])
            rows.append(row(name, costs, [queries(client, url, forget=True), queries(client, url, forget=False)]))
        unframed = _unframed()
    return _section(orders, rows, unframed)


def _get(client: Client, url: str) -> None:
    response = client.get(url)
    if response.status_code != 200:
        raise SystemExit(f"{url} answered {response.status_code}")


def measured(client: Client, url: str, *, forget: bool) -> Callable[[], Cost]:
    """What a page costs once; `forget`: with an empty cache of frames."""

    def once() -> Cost:
        if forget:
            cache.clear()
        return cost(lambda: _get(client, url))

    return once


def queries(client: Client, url: str, *, forget: bool) -> int:
    """How many queries of the database a page asks."""
    if forget:
        cache.clear()
    with CaptureQueriesContext(connection) as caught:
        _get(client, url)
    return len(caught)


def _unframed() -> str:
    """The same nothing without any middleware: what Django itself takes."""
    with override_settings(MIDDLEWARE=[]):
        client = Client()
        costs = in_turns(ROUNDS, [measured(client, "/nothing/", forget=False)])[0]
    return milliseconds([one.cpu for one in costs])


def row(name: str, costs: list[list[Cost]], queries: list[int]) -> list[str]:
    """Page, then first view and cached view: clock, CPU, queries and how often the CPU of nothing it takes."""
    bare = [one.cpu for one in costs[0]]
    cells = [name]
    for column, count in zip(costs[1:], queries, strict=True):
        used = [one.cpu for one in column]
        cells += [milliseconds([one.wall for one in column]), milliseconds(used), ratio(used, bare), str(count)]
    return cells


HEADINGS = ("page", "first view", "CPU", "CPU / nothing", "SQL", "seen before", "CPU", "CPU / nothing", "SQL")


def _section(orders: int, rows: list[list[str]], unframed: str) -> str:
    return "\n".join(
        [
            f"## Server time of the pages at {orders:,} orders\n",
            f"The demo shop on SQLite, an administrator, every page with its default filters, in process (no network,"
            f" no browser) and warm. “First view” begins with an empty cache of frames, “seen before” finds it filled."
            f" “Nothing” is a view that answers “ok” behind the same middleware, in the same rounds; “SQL” counts"
            f" queries of the database. Without any middleware nothing takes {unframed} of CPU."
            f" {ROUNDS} rounds, medians. {document.machine()}.\n",
            f"{SLOW}\n",
            document.table(HEADINGS, rows),
        ]
    )
